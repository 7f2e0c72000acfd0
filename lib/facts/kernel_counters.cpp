#include "lib/facts/kernel_counters.h"

#include <charconv>

#include "lib/base/text.h"

namespace doctor {

std::optional<std::uint64_t> kernel_counter(std::string_view text, std::string_view name) {
  for (const std::string& line : lines(text)) {
    const std::size_t blank = line.find(' ');
    if (blank == std::string::npos || std::string_view(line).substr(0, blank) != name) continue;
    const std::string_view value = trim(std::string_view(line).substr(blank));
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size()) return std::nullopt;
    return number;
  }
  return std::nullopt;
}

}  // namespace doctor
