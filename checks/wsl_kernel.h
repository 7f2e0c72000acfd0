#pragma once

// Whose kernel WSL 2 runs, and whose it will run after the next start.

#include <vector>

#include "checks/wsl_files.h"
#include "lib/core/check.h"
#include "lib/facts/windows_facts.h"

namespace doctor {

// By `[wsl2] kernel=` of .wslconfig, the name of the running kernel, and the one that is installed.
// Findings go to `findings`, what is only worth knowing to `notes`.
void judge_wsl_kernel(const Context& context, const WindowsFacts& windows, const WslFile& wslconfig,
                      std::vector<Finding>& findings, std::vector<std::string>& notes);

}  // namespace doctor
