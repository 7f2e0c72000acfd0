#pragma once

// /proc/PID/status: what a process may do. Pure functions: text in, values out.
// Source: proc_pid_status(5), capabilities(7), seccomp(2).

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace doctor {

enum class SeccompMode { off, strict, filter };

struct ProcessStatus {
  std::optional<std::uint64_t> effective_capabilities;  // CapEff
  std::optional<std::uint64_t> bounding_capabilities;   // CapBnd: what root could ever have here
  std::optional<SeccompMode> seccomp;                   // none: the kernel was built without it
  std::vector<std::uint32_t> groups;                    // supplementary groups
};

// Never fails: a line that is absent or not as expected leaves its value out.
ProcessStatus parse_process_status(std::string_view text);

inline constexpr unsigned capability_sys_ptrace = 19;  // linux/capability.h

bool has_capability(std::uint64_t set, unsigned capability);

// The number in /proc/sys/kernel/yama/ptrace_scope, 0 to 3. Source: kernel documentation,
// admin-guide/LSM/Yama.
std::optional<unsigned> parse_ptrace_scope(std::string_view text);

}  // namespace doctor
