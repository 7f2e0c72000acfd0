#pragma once

// The options that Windows drives are mounted with: what /etc/wsl.conf asks for, what is in effect,
// and whether that suits the work that lies on them.

#include <string>
#include <vector>

#include "checks/mount_facts.h"
#include "lib/facts/drvfs_options.h"

namespace doctor {

// Mistakes in `[automount] options`, options that are not in effect, and `metadata` where it is
// missed. One edit of /etc/wsl.conf mends whatever can be mended there.
std::vector<Finding> mount_option_findings(const Context& context, const MountFacts& facts,
                                           std::vector<std::string>& notes);

// What comes of a mistake in an option, as a sentence; "" where the message says it all.
std::string effect_of(const DrvfsOptionProblem& problem, bool wsl2);

}  // namespace doctor
