#pragma once

// From the linter's mistakes to a diagnosis: what the checks wsl-conf and wslconfig share.

#include <string>
#include <vector>

#include "checks/wsl_files.h"
#include "lib/core/check.h"
#include "lib/facts/wsl_config_lint.h"

namespace doctor {

// What the linter should know of this machine, apart from the other file.
WslConfigFacts wsl_config_facts(const Context& context, const WslConfig& config);

// The diagnosis of a file that is there.
Diagnosis diagnose_wsl_file(const Context& context, const WslFile& file,
                            const WslConfigFacts& facts);

// A file beside the right one, under a name that WSL does not read.
Finding wrong_name(const std::string& found, const std::string& right, bool right_exists);

// The diagnosis with more findings behind its own.
Diagnosis with_findings(Diagnosis diagnosis, std::vector<Finding> more);

// Why a check of WSL's settings does not apply in this environment; "" in WSL itself.
std::string why_no_wsl_settings(const Environment& environment);

}  // namespace doctor
