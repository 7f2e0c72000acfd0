#pragma once

// Lines of "name number", as in /proc/vmstat and a cgroup's memory.events.

#include <cstdint>
#include <optional>
#include <string_view>

namespace doctor {

// No value where the kernel has no such counter.
std::optional<std::uint64_t> kernel_counter(std::string_view text, std::string_view name);

}  // namespace doctor
