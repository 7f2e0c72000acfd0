#pragma once

#include <string>
#include <string_view>

namespace doctor {

// Mount tables write blank, tab, line end and backslash as \ooo (proc_pid_mountinfo(5), fstab(5));
// a backslash that starts no such escape stands for itself.
std::string decode_octal_escapes(std::string_view text);

}  // namespace doctor
