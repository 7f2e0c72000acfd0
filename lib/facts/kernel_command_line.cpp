#include "lib/facts/kernel_command_line.h"

#include <algorithm>
#include <utility>

namespace doctor {
namespace {

constexpr std::string_view blanks = " \t\n\v\f\r";

bool is_blank(char c) {
  return blanks.find(c) != std::string_view::npos;
}

// Behind the word that begins at `begin`: at the next blank outside double quotes.
std::size_t end_of_word(std::string_view text, std::size_t begin) {
  bool quoted = false;
  std::size_t end = begin;
  while (end < text.size() && (quoted || !is_blank(text[end]))) {
    if (text[end++] == '"') quoted = !quoted;
  }
  return end;
}

KernelParameter parse_word(std::string_view word) {
  if (word.starts_with('"')) {
    word.remove_prefix(1);
    if (word.ends_with('"')) word.remove_suffix(1);
  }
  KernelParameter parameter;
  const std::size_t equals = word.find('=', 1);  // a leading `=` is part of the name
  parameter.name = word.substr(0, equals);
  if (equals == std::string_view::npos) return parameter;
  std::string_view value = word.substr(equals + 1);
  if (value.starts_with('"')) {
    value.remove_prefix(1);
    if (value.ends_with('"')) value.remove_suffix(1);
  }
  parameter.value = value;
  return parameter;
}

struct CommandLine {
  std::vector<KernelParameter> parameters;
  std::size_t end = 0;  // behind the last parameter: where another one goes
};

CommandLine parse(std::string_view text) {
  CommandLine line;
  while (true) {
    const std::size_t begin = text.find_first_not_of(blanks, line.end);
    if (begin == std::string_view::npos) return line;
    const std::size_t end = end_of_word(text, begin);
    const std::string_view word = text.substr(begin, end - begin);
    if (word == "--") return line;
    KernelParameter parameter = parse_word(word);
    parameter.begin = begin;
    parameter.end = end;
    line.parameters.push_back(std::move(parameter));
    line.end = end;
  }
}

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](char x, char y) { return (x == '-' ? '_' : x) == (y == '-' ? '_' : y); });
}

// Adds a word behind the last parameter, or in front of everything where that would make it part of
// an open quote or of init's arguments.
std::string with_word(std::string_view existing, const CommandLine& line, std::string_view word) {
  std::string text(existing);
  const bool open_quote = std::ranges::count(existing.substr(0, line.end), '"') % 2 != 0;
  if (line.parameters.empty() || open_quote) {
    const bool separated = text.empty() || is_blank(text.front());
    return text.insert(0, separated ? "" : " ").insert(0, word);
  }
  return text.insert(line.end, word).insert(line.end, " ");
}

}  // namespace

std::vector<KernelParameter> parse_kernel_command_line(std::string_view text) {
  return parse(text).parameters;
}

const KernelParameter* find_parameter(const std::vector<KernelParameter>& parameters,
                                      std::string_view name) {
  const auto found = std::find_if(
      parameters.rbegin(), parameters.rend(),
      [&](const KernelParameter& parameter) { return same_name(parameter.name, name); });
  return found == parameters.rend() ? nullptr : &*found;
}

std::string merge_parameter(std::string_view existing, std::string_view name,
                            std::string_view value) {
  const CommandLine line = parse(existing);
  const KernelParameter* present = find_parameter(line.parameters, name);
  if (present != nullptr && present->value == value) return std::string(existing);

  const bool has_blanks = value.find_first_of(blanks) != std::string_view::npos;
  const std::string quote = has_blanks ? "\"" : "";
  const std::string word = std::string(name) + '=' + quote + std::string(value) + quote;
  if (present == nullptr) return with_word(existing, line, word);
  return std::string(existing).replace(present->begin, present->end - present->begin, word);
}

std::string remove_parameter(std::string_view existing, std::string_view name) {
  std::string text;
  std::size_t kept = 0;
  for (const KernelParameter& parameter : parse(existing).parameters) {
    if (!same_name(parameter.name, name)) continue;
    std::size_t begin = parameter.begin;
    while (begin > kept && is_blank(existing[begin - 1])) --begin;
    text += existing.substr(kept, begin - kept);
    kept = parameter.end;
    if (text.empty()) kept = std::min(existing.find_first_not_of(' ', kept), existing.size());
  }
  text += existing.substr(kept);
  return text;
}

}  // namespace doctor
