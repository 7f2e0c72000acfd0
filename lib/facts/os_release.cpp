#include "lib/facts/os_release.h"

#include <algorithm>

#include "lib/base/text.h"

namespace doctor {
namespace {

// Undoes shell quoting. In double quotes a backslash escapes only what a shell would expand there.
std::string unquoted(std::string_view text) {
  constexpr std::string_view expandable = "$`\"\\";
  std::string value;
  char quote = '\0';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    const bool escapes = c == '\\' && next != '\0' && quote != '\'' &&
                         (quote == '\0' || expandable.find(next) != std::string_view::npos);
    if (escapes) {
      value += next;
      ++i;
    } else if (quote == '\0' && (c == '"' || c == '\'')) {
      quote = c;
    } else if (quote != '\0' && c == quote) {
      quote = '\0';
    } else {
      value += c;
    }
  }
  return value;
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> words = split(text, ' ');
  std::erase(words, "");
  return words;
}

}  // namespace

OsRelease parse_os_release(std::string_view text) {
  OsRelease release;
  for (const std::string& raw : lines(text)) {
    const std::string_view line = trim(raw);
    const std::size_t equals = line.find('=');
    if (line.starts_with('#') || equals == std::string_view::npos) continue;
    const std::string_view name = line.substr(0, equals);
    const std::string value = unquoted(line.substr(equals + 1));
    if (name == "ID") release.id = value;
    if (name == "ID_LIKE") release.id_like = words(value);
    if (name == "VERSION_ID") release.version_id = value;
    if (name == "PRETTY_NAME") release.pretty_name = value;
  }
  return release;
}

bool is_like(const OsRelease& release, std::string_view id) {
  return release.id == id || std::ranges::find(release.id_like, id) != release.id_like.end();
}

}  // namespace doctor
