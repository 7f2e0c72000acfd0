#pragma once

// Resource limits, as the kernel and a shell print them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace doctor {

// No value stands for "unlimited".
struct ProcessLimit {
  std::optional<std::uint64_t> soft;
  std::optional<std::uint64_t> hard;

  bool operator==(const ProcessLimit&) const = default;
};

// The line `name` ("Max open files", "Max processes") of /proc/PID/limits. No value when there is
// no such line, or one that cannot be read. Source: proc_pid_limits(5).
std::optional<ProcessLimit> parse_process_limit(std::string_view text, std::string_view name);

// What `ulimit -S -n; ulimit -H -n` prints: two lines. Source: POSIX `ulimit`.
std::optional<ProcessLimit> parse_ulimit_output(std::string_view text);

// /proc/sys/fs/file-nr: open files of the whole system, and how many there may be.
// Source: Linux Documentation/admin-guide/sysctl/fs.rst.
struct SystemFiles {
  std::uint64_t open = 0;
  std::uint64_t most = 0;

  bool operator==(const SystemFiles&) const = default;
};
std::optional<SystemFiles> parse_file_nr(std::string_view text);

std::string to_string(const std::optional<std::uint64_t>& limit);  // "4096", "unlimited"

}  // namespace doctor
