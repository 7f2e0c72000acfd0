#pragma once

// Putting folders with Linux tools in front of PATH, in the start-up lines that put them behind.

#include <optional>
#include <vector>

#include "checks/path_lines.h"
#include "lib/core/fix.h"

namespace doctor {

// One edit for all of `lines`, which name no Windows folder. No value where a line is not simple
// enough to be turned round, or where they lie in more than one file.
std::optional<Fix> path_order_fix(const Host& host, const std::vector<const PathLine*>& lines);

}  // namespace doctor
