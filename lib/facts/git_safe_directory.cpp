#include "lib/facts/git_safe_directory.h"

#include "lib/base/text.h"

namespace doctor {
namespace {

// What stands between `before` and the last quote of its line.
std::optional<std::string> quoted_after(std::string_view text, std::string_view before,
                                        std::string_view after) {
  const std::size_t found = text.find(before);
  if (found == std::string_view::npos) return std::nullopt;
  std::string_view rest = text.substr(found + before.size());
  rest = rest.substr(0, rest.find('\n'));
  const std::size_t end = rest.rfind(after);
  if (end == std::string_view::npos || !rest.starts_with('/')) return "";
  return std::string(rest.substr(0, end));
}

std::string quoted_value(std::string_view text) {
  std::string quoted = "\"";
  for (const char byte : text) {
    if (byte == '"' || byte == '\\') quoted += '\\';
    quoted += byte;
  }
  return quoted + '"';
}

}  // namespace

std::optional<std::string> refused_repository(std::string_view standard_error) {
  if (auto path = quoted_after(standard_error, "dubious ownership in repository at '", "'")) {
    return path;
  }
  return quoted_after(standard_error, "unsafe repository ('", "' is owned by");
}

std::optional<TextEdit> add_safe_directory(std::string_view config, std::string_view directory) {
  const bool speakable = is_valid_utf8(directory) && printable(directory) == directory;
  if (!directory.starts_with('/') || !speakable) return std::nullopt;
  const std::string_view bare = trim(config);
  if (bare.ends_with('\\')) return std::nullopt;
  const bool needs_line_end = !config.empty() && !config.ends_with('\n');
  return TextEdit{config.size(), 0,
                  std::string(needs_line_end ? "\n" : "") +
                      "[safe]\n\tdirectory = " + quoted_value(directory) + "\n"};
}

}  // namespace doctor
