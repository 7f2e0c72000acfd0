#include "lib/facts/shell_ulimit.h"

#include <charconv>
#include <optional>
#include <sstream>

#include "lib/base/text.h"

namespace doctor {

namespace {

bool is_leading_word(std::string_view word) {
  return word == "then" || word == "else" || word == "do" || word == "{" || word == "builtin" ||
         word == "command";
}

// "-n 1024", "-Hn 1024", "-S -H -n 1024": the number, when it is one for the hard limit.
std::optional<std::uint64_t> hard_limit_set(std::istringstream& words) {
  bool files = false, soft = false, hard = false;
  std::optional<std::uint64_t> value;
  for (std::string word; words >> word;) {
    if (word.starts_with('#')) break;
    if (word.starts_with('-')) {
      files |= word.find('n') != std::string::npos;
      soft |= word.find('S') != std::string::npos;
      hard |= word.find('H') != std::string::npos;
      continue;
    }
    if (value) break;  // "2>/dev/null"
    std::uint64_t number = 0;
    const char* end = word.data() + word.size();
    const auto result = std::from_chars(word.data(), end, number);
    if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
    value = number;
  }
  return files && (hard || !soft) ? value : std::nullopt;
}

std::optional<std::uint64_t> of_command(const std::string& command) {
  std::istringstream words(command);
  std::string word;
  while (words >> word && is_leading_word(word)) {
  }
  return word == "ulimit" ? hard_limit_set(words) : std::nullopt;
}

}  // namespace

std::vector<UlimitCommand> hard_open_files_commands(std::string_view script) {
  std::vector<UlimitCommand> found;
  std::size_t number = 0;
  for (const std::string& line : lines(script)) {
    ++number;
    if (trim(line).starts_with('#')) continue;
    std::string commands = line;
    for (char& c : commands) {
      if (c == ';' || c == '&' || c == '|') c = '\n';
    }
    const auto parts = split(commands, '\n');
    for (const std::string& part : parts) {
      const auto value = of_command(part);
      const bool whole = parts.size() == 1 && trim(line).starts_with("ulimit");
      if (value) found.push_back({number, *value, whole});
    }
  }
  return found;
}

}  // namespace doctor
