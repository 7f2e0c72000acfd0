#pragma once

#include "lib/core/check.h"

namespace doctor {

// Finds what asked for cgroup v1 on this WSL 2 machine, says so in the finding, and adds the fix in
// the file that decides for this WSL release.
void mend_cgroups(const Context& context, Finding& finding);

}  // namespace doctor
