#pragma once

// What is wrong with /etc/fstab, line by line.

#include <string>
#include <vector>

#include "checks/mount_facts.h"

namespace doctor {

std::vector<Finding> fstab_findings(const Context& context, const MountFacts& facts,
                                    std::vector<std::string>& notes);

}  // namespace doctor
