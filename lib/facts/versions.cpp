#include "lib/facts/versions.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace doctor {

std::strong_ordering Version::operator<=>(const Version& other) const {
  const std::size_t count = std::max(parts.size(), other.parts.size());
  for (std::size_t i = 0; i < count; ++i) {
    const unsigned mine = i < parts.size() ? parts[i] : 0;
    const unsigned theirs = i < other.parts.size() ? other.parts[i] : 0;
    if (mine != theirs) return mine <=> theirs;
  }
  return std::strong_ordering::equal;
}

std::optional<Version> parse_version(std::string_view text) {
  constexpr unsigned greatest_part = 1U << 31U;
  Version version;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    unsigned part = 0;
    const auto [behind, error] = std::from_chars(at, end, part);
    if (error != std::errc() || part > greatest_part) return std::nullopt;
    version.parts.push_back(part);
    if (behind == end) return version;
    if (*behind != '.') return std::nullopt;
    at = behind + 1;
  }
}

std::optional<Version> leading_version(std::string_view text) {
  std::string_view version =
      text.substr(0, std::min(text.find_first_not_of("0123456789."), text.size()));
  version = version.substr(0, version.find(".."));
  if (version.ends_with('.')) version.remove_suffix(1);
  return parse_version(version);
}

std::optional<Version> highest_symbol_version(const std::vector<std::string>& symbols,
                                              std::string_view prefix) {
  std::optional<Version> highest;
  for (std::string_view symbol : symbols) {
    if (!symbol.starts_with(prefix)) continue;
    symbol.remove_prefix(prefix.size());
    if (!symbol.starts_with('_')) continue;
    const std::optional<Version> version = parse_version(symbol.substr(1));
    if (version && (!highest || *version > *highest)) highest = version;
  }
  return highest;
}

std::string to_string(const Version& version) {
  std::string text;
  for (const unsigned part : version.parts) {
    if (!text.empty()) text += '.';
    text += std::to_string(part);
  }
  return text;
}

}  // namespace doctor
