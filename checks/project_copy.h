#pragma once

#include <string>

#include "lib/core/fix.h"

namespace doctor {

// Copies a project with everything in it (uncommitted and untracked work, stashes, branches) to
// `to`, compares the two byte by byte, and leaves the original alone. Undo removes the copy while
// it is still the same.
Fix copy_project_fix(const std::string& from, const std::string& to);

}  // namespace doctor
