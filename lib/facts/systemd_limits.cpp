#include "lib/facts/systemd_limits.h"

#include <charconv>
#include <string>

#include "lib/base/text.h"

namespace doctor {

namespace {

std::optional<SystemdLimit> limit_in(std::string_view value, std::size_t line) {
  const auto colon = value.find(':');
  const std::string_view hard = colon == std::string_view::npos ? value : value.substr(colon + 1);
  if (hard == "infinity") return SystemdLimit{line, std::nullopt};
  std::uint64_t number = 0;
  const char* end = hard.data() + hard.size();
  const auto result = std::from_chars(hard.data(), end, number);
  if (hard.empty() || result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return SystemdLimit{line, number};
}

}  // namespace

std::optional<SystemdLimit> parse_default_open_files(std::string_view text) {
  constexpr std::string_view key = "DefaultLimitNOFILE";
  std::optional<SystemdLimit> limit;
  bool in_manager = false;
  std::size_t number = 0;
  for (const std::string& raw : lines(text)) {
    ++number;
    const std::string_view line = trim(raw);
    if (line.starts_with('[')) in_manager = line == "[Manager]";
    if (!in_manager || !line.starts_with(key)) continue;
    const std::string_view rest = trim(line.substr(key.size()));
    if (rest.starts_with('=')) limit = limit_in(trim(rest.substr(1)), number);
  }
  return limit;
}

}  // namespace doctor
