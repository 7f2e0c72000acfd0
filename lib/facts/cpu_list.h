#pragma once

// A list of CPUs as the kernel writes it: "0-11", "0,2-3". Source: cpuset(7), "List format".

#include <cstddef>
#include <optional>
#include <string_view>

namespace doctor {

// How many it names; no value for anything that is no such list, the empty one included.
std::optional<std::size_t> count_cpus(std::string_view list);

}  // namespace doctor
