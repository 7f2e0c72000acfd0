#pragma once

#include <optional>
#include <string_view>

namespace doctor {

// The parent's process id from /proc/PID/stat (proc_pid_stat(5)); 0 for PID 1. No value when the
// text is of another shape.
std::optional<unsigned> parent_process(std::string_view pid_stat);

}  // namespace doctor
