#include "lib/facts/unix_sockets.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "lib/base/text.h"

namespace doctor {

namespace {

constexpr std::uint64_t accepts_connections = 0x10000;

// Takes the first word off a line.
std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  const std::string_view word = line.substr(0, line.find(' '));
  line.remove_prefix(word.size());
  return word;
}

bool is_listening(std::string_view flags) {
  std::uint64_t value = 0;
  const char* end = flags.data() + flags.size();
  const auto result = std::from_chars(flags.data(), end, value, 16);
  return result.ec == std::errc() && result.ptr == end && (value & accepts_connections) != 0;
}

}  // namespace

std::optional<std::set<std::string>> parse_listening_sockets(std::string_view text) {
  if (!text.starts_with("Num ")) return std::nullopt;
  std::set<std::string> paths;
  for (const std::string& line : lines(text)) {
    std::string_view rest = line;
    std::array<std::string_view, 7> fields;  // Num RefCount Protocol Flags Type St Inode
    for (auto& field : fields) field = take_word(rest);
    // What follows the blank is the path as it was bound, blanks included.
    if (is_listening(fields[3]) && rest.size() > 1) paths.emplace(rest.substr(1));
  }
  return paths;
}

}  // namespace doctor
