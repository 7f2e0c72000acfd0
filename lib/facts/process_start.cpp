#include "lib/facts/process_start.h"

#include <charconv>
#include <cstdint>

#include "lib/base/text.h"

namespace doctor {

namespace {

constexpr double ticks_per_second =
    100;  // USER_HZ, the same on every architecture that WSL runs on

std::optional<double> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return static_cast<double>(value);
}

}  // namespace

std::optional<double> process_start(std::string_view pid_stat, std::string_view proc_stat) {
  // The program's name stands in parentheses and may hold blanks and parentheses itself.
  const auto after_name = pid_stat.rfind(") ");
  if (after_name == std::string_view::npos) return std::nullopt;
  const auto fields = split(trim(pid_stat.substr(after_name + 2)), ' ');
  constexpr std::size_t starttime = 22 - 3;  // counted from `state`, the third field
  if (fields.size() <= starttime) return std::nullopt;
  const auto ticks = number(fields[starttime]);

  for (const std::string& line : lines(proc_stat)) {
    if (!line.starts_with("btime ")) continue;
    const auto boot = number(trim(std::string_view(line).substr(6)));
    if (!boot || !ticks) return std::nullopt;
    return *boot + *ticks / ticks_per_second;
  }
  return std::nullopt;
}

}  // namespace doctor
