#include "lib/base/toml_depth.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

namespace doctor {

namespace {

// Where the string that begins at `start` is over: behind its last quote, or at the line end that
// cuts it short.
std::size_t end_of_string(std::string_view toml, std::size_t start) {
  const char quote = toml[start];
  const std::string three(3, quote);
  const bool multi_line = toml.substr(start, 3) == three;
  for (std::size_t i = start + (multi_line ? 3 : 1); i < toml.size(); ++i) {
    if (toml[i] == '\\' && quote == '"') {
      ++i;
    } else if (!multi_line && toml[i] == '\n') {
      return i;
    } else if (!multi_line && toml[i] == quote) {
      return i + 1;
    } else if (multi_line && toml.substr(i, 3) == three) {
      // Up to two quotes of the text may stand right before the three that end it.
      return std::min(toml.find_first_not_of(quote, i), toml.size());
    }
  }
  return toml.size();
}

ParseError error_at(std::string_view toml, std::size_t offset, unsigned most_dots) {
  const auto before = toml.substr(0, offset);
  const auto line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return {static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1, offset - line_start + 1,
          fmt::format("a key of more than {} dots is nested too deeply", most_dots)};
}

}  // namespace

std::optional<ParseError> find_deep_key(std::string_view toml, unsigned most_dots) {
  unsigned dots = 0;
  for (std::size_t i = 0; i < toml.size();) {
    const char c = toml[i];
    if (c == '"' || c == '\'') {
      i = end_of_string(toml, i);
      continue;
    }
    if (c == '#') {
      i = std::min(toml.find('\n', i), toml.size());
      continue;
    }
    if (c == '.') {
      if (++dots > most_dots) return error_at(toml, i, most_dots);
    } else if (std::string_view("\n=,[]{}").find(c) != std::string_view::npos) {
      dots = 0;
    }
    ++i;
  }
  return std::nullopt;
}

}  // namespace doctor
