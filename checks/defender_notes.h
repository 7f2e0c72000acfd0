#pragma once

#include <string>
#include <vector>

#include "lib/core/check.h"
#include "lib/facts/windows_facts.h"

namespace doctor {

// What Windows told of Defender and of other antivirus products.
std::vector<Evidence> defender_evidence(const WindowsFacts& windows);

// What exclusions do and do not do here: the virtual disk, processes, variables.
std::vector<std::string> defender_notes(const Context& context, const WindowsFacts& windows);

}  // namespace doctor
