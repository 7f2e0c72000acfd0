#pragma once

// From a Windows path back to the Linux one.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/facts/mounts.h"

namespace doctor {

// "C:\Users\me" -> "/mnt/c/Users/me" by the Windows drive that is mounted as a whole; no value
// where the drive is not mounted, or the path is no drive path ("\\server\share", "Users\me").
std::optional<std::string> linux_path(const std::vector<Mount>& mounts, std::string_view windows);

}  // namespace doctor
