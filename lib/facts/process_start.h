#pragma once

// When a process started, from /proc. Source: proc_pid_stat(5), proc_stat(5).

#include <optional>
#include <string_view>

namespace doctor {

// Seconds since the Unix epoch: `starttime` of /proc/PID/stat (ticks of 10 ms since boot) after
// `btime` of /proc/stat. No value when either text is not as expected.
std::optional<double> process_start(std::string_view pid_stat, std::string_view proc_stat);

}  // namespace doctor
