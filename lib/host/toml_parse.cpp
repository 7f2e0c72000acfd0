
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/host/toml_guard.h"
#include "lib/host/toml_reader.h"

namespace doctor {

void TomlMistakes::add(const toml::source_region& where, std::string message) {
  // Messages quote keys, and a stranger's key may be a megabyte.
  constexpr std::size_t longest_message = 500;
  if (message.size() > longest_message) message.replace(longest_message, message.size(), "...");
  ParseError mistake{where.begin.line, where.begin.column, printable(message)};
  const auto place = [](const ParseError& error) { return std::pair(error.line, error.column); };
  if (!first_ || place(mistake) < place(*first_)) first_ = std::move(mistake);
}

expected<toml::table, ParseError> parse_toml(std::string_view text, std::size_t most_bytes) {
  if (text.size() > most_bytes) {
    return unexpected(
        ParseError{0, 0, fmt::format("more than {} MiB, which is refused", most_bytes >> 20)});
  }
  if (auto danger = find_danger(text)) return unexpected(std::move(*danger));
  toml::parse_result result = toml::parse(text);
  if (!result) {
    const auto& begin = result.error().source().begin;
    return unexpected(
        ParseError{begin.line, begin.column, printable(result.error().description())});
  }
  return std::move(result).table();
}

}  // namespace doctor
