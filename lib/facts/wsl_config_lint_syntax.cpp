#include <algorithm>
#include <utility>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"
#include "lib/facts/wsl_config_rules.h"

namespace doctor {
namespace {

constexpr std::string_view blanks = " \t";

std::size_t indent_of(std::string_view line) {
  return std::min(line.find_first_not_of(blanks), line.size());
}

// What becomes of the line, and of those below it.
std::string_view consequence(const Linting& linting) {
  return linting.conf ? "WSL ignores this line and all below it" : "WSL drops this line";
}

WslConfigMistake mistake_of(const WslConfigProblem& problem, std::string rule) {
  WslConfigMistake mistake;
  mistake.id = std::move(rule);
  if (!problem.name.empty()) mistake.id += '/' + problem.name;
  mistake.error = true;
  mistake.line = problem.line;
  mistake.column = problem.column;
  return mistake;
}

// An edit inside a line: `length` bytes at `column` (from 0).
TextEdit in_line(const Linting& linting, std::size_t line, std::size_t column, std::size_t length,
                 std::string text) {
  return {linting.offset_of(line) + column, length, std::move(text)};
}

std::size_t comment_mark(std::string_view text) {
  if (text.starts_with(';')) return 1;
  return text.starts_with("//") ? 2 : 0;
}

void not_a_comment(Linting& linting, const WslConfigProblem& problem, std::string_view line) {
  const std::size_t indent = indent_of(line);
  const std::size_t length = comment_mark(line.substr(indent));
  WslConfigMistake mistake = mistake_of(problem, "not-a-comment");
  // A comment that is dropped is where its author wants it.
  mistake.error = linting.conf;
  mistake.message =
      fmt::format("`{}` begins no comment: {}.", line.substr(indent, length), consequence(linting));
  mistake.advice = "Comments begin with #, and only with that.";
  if (linting.editable) {
    mistake.mend = WslConfigMend{in_line(linting, problem.line, indent, length, "#"), "", "", ""};
  }
  linting.add(std::move(mistake));
}

std::string_view line_end_of(std::string_view bytes) {
  const std::size_t first = bytes.find('\n');
  return first != std::string_view::npos && first > 0 && bytes[first - 1] == '\r' ? "\r\n" : "\n";
}

// What should stand behind the header; no value where that cannot be told.
std::optional<std::string> mended_rest(const Linting& linting, std::string_view rest) {
  const std::size_t indent = indent_of(rest);
  const std::string_view text = rest.substr(indent);
  if (text.empty() || text.starts_with('#')) return std::string(rest);
  if (const std::size_t mark = comment_mark(text)) {
    return std::string(rest.substr(0, indent)) + "#" + std::string(text.substr(mark));
  }
  if (text.find('=') == std::string_view::npos) return std::nullopt;
  return std::string(line_end_of(linting.bytes)) + std::string(text);
}

void bad_header(Linting& linting, const WslConfigProblem& problem, std::string_view line) {
  const HeaderParts header = split_header(line);
  const std::string meant = meant_section(linting.config.kind, line);
  WslConfigMistake mistake = mistake_of(problem, "section-header");
  mistake.message = fmt::format("This is no section header for WSL ({}): {}.", problem.message,
                                linting.conf ? consequence(linting)
                                             : "the settings below it count for nothing or for "
                                               "another section");
  mistake.advice = "A header is letters and digits in brackets, without blanks, alone on its line";
  mistake.advice += meant.empty() ? "." : fmt::format(": [{}].", meant);
  const auto rest = mended_rest(linting, header.rest);
  if (!meant.empty() && rest && linting.editable) {
    const std::string text = fmt::format("[{}]{}", letters_and_digits(header.inside), *rest);
    const std::size_t indent = indent_of(line);
    mistake.mend = WslConfigMend{in_line(linting, problem.line, indent, line.size() - indent, text),
                                 "", "", ""};
  }
  linting.add(std::move(mistake));
}

void broken_backslash(Linting& linting, const WslConfigProblem& problem) {
  const WslKey* key = find_wsl_key(linting.config.kind, problem.name);
  const std::string_view raw =
      linting.editable
          ? raw_value(linting.bytes, problem.begin, problem.end)
          : raw_value(linting.line(problem.line), 0, linting.line(problem.line).size());
  WslConfigMistake mistake = mistake_of(problem, "backslash");
  const std::string_view shown = key ? key_of(key->name) : key_of(problem.name);
  mistake.message = fmt::format("A single backslash ({}): {}, so `{}` is not set.", problem.message,
                                consequence(linting), shown);
  const auto path = key && key->type == WslKeyType::windows_path ? meant_path(raw) : std::nullopt;
  const auto written = path ? written_wsl_value(*path) : std::nullopt;
  if (!written) {
    mistake.advice = "Write two backslashes for one.";
  } else {
    mistake.advice = written->size() > longest_told
                         ? "Double every backslash."
                         : fmt::format("Double every backslash: `{}={}`.", shown, *written);
    if (linting.editable && find_entry(linting.config, problem.name) == nullptr) {
      const auto at = static_cast<std::size_t>(raw.data() - linting.bytes.data());
      mistake.mend = WslConfigMend{{at, raw.size(), *written},
                                   std::string(section_of(key->name)),
                                   std::string(key_of(key->name)),
                                   *path};
    }
  }
  linting.add(std::move(mistake));
}

void open_quote(Linting& linting, const WslConfigProblem& problem) {
  const WslKey* key = find_wsl_key(linting.config.kind, problem.name);
  WslConfigMistake mistake = mistake_of(problem, "open-quote");
  mistake.message = fmt::format("A quotation mark is not closed: {}, so `{}` is not set.",
                                consequence(linting), key_of(problem.name));
  mistake.advice = "Close it with \" on the same line.";
  if (key && linting.editable && find_entry(linting.config, problem.name) == nullptr) {
    const std::string_view raw = trim(raw_value(linting.bytes, problem.begin, problem.end));
    const bool one_at_start = raw.starts_with('"') && raw.size() > 1 &&
                              raw.find_first_of("\"#\\\n", 1) == std::string_view::npos;
    if (one_at_start) {
      const auto end = static_cast<std::size_t>(raw.data() - linting.bytes.data()) + raw.size();
      mistake.mend = WslConfigMend{{end, 0, "\""},
                                   std::string(section_of(key->name)),
                                   std::string(key_of(key->name)),
                                   std::string(raw.substr(1))};
    }
  }
  linting.add(std::move(mistake));
}

// The section that a key on this line belongs to, as WSL sees it.
std::string section_above(const Linting& linting, std::size_t line) {
  const auto& sections = linting.config.sections;
  const auto below = std::ranges::upper_bound(sections, line, {}, &WslConfigSection::line);
  return below == sections.begin() ? "" : std::prev(below)->name;
}

// "my_key=1", "systemd: true", "systemd true": the name as WSL would take it.
void bad_name(Linting& linting, const WslConfigProblem& problem, std::string_view line) {
  const std::size_t indent = indent_of(line);
  const std::string_view text = line.substr(indent);
  const std::size_t word = std::min(text.find_first_of("= \t:"), text.size());
  const std::string name = letters_and_digits(text.substr(0, word));
  const WslKey* key = find_wsl_key(
      linting.config.kind, fmt::format("{}.{}", section_above(linting, problem.line), name));
  WslConfigMistake mistake = mistake_of(problem, "key-name");
  mistake.message = fmt::format("This is no `key=value` for WSL ({}): {}.", problem.message,
                                consequence(linting));
  mistake.advice = "Key names have letters and digits only, and = follows.";
  if (key != nullptr) {
    mistake.id += '/' + to_lower(key->name);
    mistake.advice += fmt::format(" The key is `{}`.", key_of(key->name));
    std::size_t value = std::min(text.find_first_not_of(blanks, word), text.size());
    if (value < text.size() && (text[value] == '=' || text[value] == ':')) ++value;
    value = std::min(text.find_first_not_of(blanks, value), text.size());
    if (value < text.size() && linting.editable) {
      const std::string start(name == text.substr(0, word) ? name : key_of(key->name));
      mistake.mend =
          WslConfigMend{in_line(linting, problem.line, indent, value, start + "="), "", "", ""};
    }
  }
  linting.add(std::move(mistake));
}

// Blanks that only look like blanks: pasted from a web page, or a byte order mark gone astray.
bool is_false_blank(std::uint32_t code_point) {
  return code_point == 0xA0 || code_point == 0x200B || code_point == 0xFEFF;
}

void bad_start(Linting& linting, const WslConfigProblem& problem, std::string_view line) {
  const std::size_t indent = indent_of(line);
  WslConfigMistake mistake = mistake_of(problem, "key-name");
  mistake.message =
      fmt::format("A line must begin with a letter, [ or #: {}.", consequence(linting));
  const auto first = indent < line.size() ? first_code_point(line.substr(indent)) : std::nullopt;
  if (first && first->value >= 0x80) {
    mistake.advice = fmt::format("It begins with the character U+{:04X}{}.", first->value,
                                 is_false_blank(first->value) ? ", which cannot be seen" : "");
    if (is_false_blank(first->value) && linting.editable) {
      mistake.mend =
          WslConfigMend{in_line(linting, problem.line, indent, first->length, ""), "", "", ""};
    }
  } else {
    mistake.advice = "Comments begin with #, headers with [, and keys with a letter.";
  }
  linting.add(std::move(mistake));
}

void lint_problem(Linting& linting, const WslConfigProblem& problem) {
  const std::string_view line = linting.line(problem.line);
  const std::string_view text = line.substr(indent_of(line));
  if (problem.message.starts_with("Invalid escaped")) {
    broken_backslash(linting, problem);
  } else if (!problem.name.empty()) {
    open_quote(linting, problem);
  } else if (text.starts_with('[')) {
    bad_header(linting, problem, line);
  } else if (comment_mark(text) != 0) {
    not_a_comment(linting, problem, line);
  } else if (problem.message.starts_with("Expected '='")) {
    bad_name(linting, problem, line);
  } else {
    bad_start(linting, problem, line);
  }
}

}  // namespace

void lint_syntax(Linting& linting) {
  for (const WslConfigProblem& problem : linting.config.problems) {
    if (linting.full()) {
      linting.add({});
    } else {
      lint_problem(linting, problem);
    }
  }
}

}  // namespace doctor
