#include "lib/facts/cpu_list.h"

#include <charconv>

#include "lib/base/text.h"

namespace doctor {

namespace {

constexpr std::size_t most_cpus = 65536;  // Linux is built for 8192 at most

std::optional<std::size_t> number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value >= most_cpus) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

std::optional<std::size_t> count_cpus(std::string_view list) {
  std::size_t count = 0;
  for (const std::string& part : split(trim(list), ',')) {
    const std::string_view range = part;
    const std::size_t dash = range.find('-');
    const auto first = number(range.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : number(range.substr(dash + 1));
    if (!first || !last || *last < *first) return std::nullopt;
    count += *last - *first + 1;
  }
  return count <= most_cpus ? std::optional(count) : std::nullopt;
}

}  // namespace doctor
