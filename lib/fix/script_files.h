#pragma once

// Writing the plan's scripts into a folder: `fix --output DIR`.

#include <string>
#include <vector>

#include "lib/base/expected.h"
#include "lib/fix/plan.h"

namespace doctor {

// Writes one file for every step, NN-id.sh or NN-id.ps1, mode 0700, and answers their paths. A
// missing folder is made with mode 0700. A file of that name is replaced only when the doctor made
// it; links are never followed. Fails with a sentence for a person; files written before that stay.
expected<std::vector<std::string>, std::string> write_scripts(const std::vector<PlanStep>& plan,
                                                              const std::string& directory);

}  // namespace doctor
