#pragma once

// Do the Windows drives that are mounted answer, and are those mounted that should be?

#include <vector>

#include "checks/mount_facts.h"

namespace doctor {

// A drive that cannot be looked at or listed. A drive that hangs below a place of Go work is left
// to the check `windows-drive`.
std::vector<Finding> unreadable_drives(const Context& context, const MountFacts& facts);

// The system drive is not where WSL mounts it by itself. Why not, if that is somebody's setting, is
// a note.
std::optional<Finding> missing_drive(const Context& context, const MountFacts& facts,
                                     std::vector<std::string>& notes);

}  // namespace doctor
