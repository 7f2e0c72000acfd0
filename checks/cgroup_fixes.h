#pragma once

#include "lib/core/check.h"
#include "lib/facts/cgroups.h"

namespace doctor {

// Finds what asked for cgroup v1 on this WSL 2 machine, says so in the finding, and adds the fix in
// the file that decides for this WSL release.
void mend_cgroups(const Context& context, CgroupLayout layout, Finding& finding);

}  // namespace doctor
