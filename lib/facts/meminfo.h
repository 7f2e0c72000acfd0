#pragma once

// /proc/meminfo. Source: proc_meminfo(5); the numbers are KiB, whatever the "kB" says.

#include <cstdint>
#include <optional>
#include <string_view>

namespace doctor {

struct MemInfo {
  std::uint64_t total = 0;                 // bytes, as all of these
  std::optional<std::uint64_t> available;  // not told by kernels before 3.14
  std::uint64_t swap_total = 0;
  std::uint64_t swap_free = 0;

  bool operator==(const MemInfo&) const = default;
};

// No value without a MemTotal above 0.
std::optional<MemInfo> parse_meminfo(std::string_view text);

}  // namespace doctor
