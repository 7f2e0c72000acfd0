#include <algorithm>
#include <utility>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/wsl_config.h"
#include "lib/facts/wsl_config_reader.h"

namespace doctor {
namespace {

struct Setting {
  std::string section;
  std::string key;
  std::string value;
  std::string name() const { return to_lower(section + '.' + key); }
};

std::string_view file_name(WslConfigKind kind) {
  return kind == WslConfigKind::wsl_conf ? "/etc/wsl.conf" : ".wslconfig";
}

bool is_name(std::string_view text) {
  const std::string lower = to_lower(text);
  return !lower.empty() && lower.size() <= longest_wsl_config_name && lower[0] >= 'a' &&
         lower[0] <= 'z' &&
         lower.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") == std::string::npos;
}

std::optional<std::string> refusal(const WslConfig& config) {
  if (config.encoding == TextEncoding::utf16le || config.encoding == TextEncoding::utf16be) {
    return fmt::format("{} is UTF-16: save it as UTF-8 first", file_name(config.kind));
  }
  if (!config.readable) {
    return fmt::format(
        "{} begins with a UTF-8 byte order mark, which makes WSL ignore the whole file: save it "
        "as UTF-8 without BOM first",
        file_name(config.kind));
  }
  return std::nullopt;
}

std::string no_place(const WslConfig& config) {
  const auto stop = std::ranges::find_if(config.problems, &WslConfigProblem::stops);
  if (stop == config.problems.end()) {
    return fmt::format("{} has no place where WSL would read the setting; edit it by hand",
                       file_name(config.kind));
  }
  return fmt::format(
      "WSL ignores everything from line {} of {} on, because of a syntax error there ({}): mend "
      "that line first",
      stop->line, file_name(config.kind), stop->message);
}

std::vector<const WslConfigEntry*> entries_without(const WslConfig& config,
                                                   const WslConfigEntry* left_out) {
  std::vector<const WslConfigEntry*> entries;
  for (const WslConfigEntry& entry : config.entries) {
    if (&entry != left_out) entries.push_back(&entry);
  }
  return entries;
}

// Does WSL read both alike, apart from one entry of each (or none: null)?
bool same_but_for(const WslConfig& before, const WslConfigEntry* old_entry, const WslConfig& after,
                  const WslConfigEntry* new_entry) {
  const auto same_setting = [](const WslConfigEntry* a, const WslConfigEntry* b) {
    return a->name == b->name && a->value == b->value;
  };
  return after.sections.size() >= before.sections.size() &&
         std::ranges::equal(entries_without(before, old_entry), entries_without(after, new_entry),
                            same_setting);
}

std::string_view line_end_of(std::string_view bytes, WslConfigKind kind) {
  const std::size_t first = bytes.find('\n');
  if (first == std::string_view::npos) return kind == WslConfigKind::wsl_conf ? "\n" : "\r\n";
  return first > 0 && bytes[first - 1] == '\r' ? "\r\n" : "\n";
}

std::size_t begin_of_line(std::string_view bytes, std::size_t offset) {
  const std::size_t end = offset == 0 ? std::string_view::npos : bytes.rfind('\n', offset - 1);
  return end == std::string_view::npos ? 0 : end + 1;
}

std::size_t begin_of_next_line(std::string_view bytes, std::size_t offset) {
  const std::size_t end = bytes.find('\n', offset);
  return end == std::string_view::npos ? bytes.size() : end + 1;
}

// Replaces the value of an assignment that stands at [begin, end) of the file.
TextEdit replace_value(std::string_view bytes, std::size_t begin, std::size_t end,
                       std::string value) {
  std::size_t from = bytes.find('=', begin) + 1;
  while (from < end && (bytes[from] == ' ' || bytes[from] == '\t')) ++from;
  return {from, end - from, std::move(value)};
}

// Behind the last thing that WSL reads in the section, if the file has the section.
std::optional<std::size_t> end_of_section(const WslConfig& config, std::string_view section) {
  std::optional<std::size_t> end;
  for (const WslConfigSection& candidate : config.sections) {
    if (equals_ignoring_case(candidate.name, section)) end = candidate.end;
  }
  for (const WslConfigEntry& entry : config.entries) {
    if (end && equals_ignoring_case(entry.section, section)) end = std::max(*end, entry.end);
  }
  return end;
}

TextEdit add_line(std::string_view bytes, std::size_t after, const Setting& setting,
                  std::string_view line_end) {
  const std::size_t offset = begin_of_next_line(bytes, after);
  const bool unfinished_line = !bytes.substr(0, offset).ends_with('\n');
  return {offset, 0,
          fmt::format("{}{}={}{}", unfinished_line ? line_end : "", setting.key, setting.value,
                      line_end)};
}

TextEdit add_section(std::string_view bytes, bool empty, const Setting& setting,
                     std::string_view line_end) {
  std::string text;
  if (!empty && !bytes.ends_with('\n')) text += line_end;
  if (!empty && !bytes.ends_with("\n\n") && !bytes.ends_with("\n\r\n")) text += line_end;
  text += fmt::format("[{0}]{3}{1}={2}{3}", setting.section, setting.key, setting.value, line_end);
  return {bytes.size(), 0, std::move(text)};
}

// Ways to set what no entry sets yet, best first.
std::vector<TextEdit> ways_to_add(std::string_view bytes, const WslConfig& config,
                                  const Setting& setting) {
  const std::string_view line_end = line_end_of(bytes, config.kind);
  std::vector<TextEdit> ways;
  const auto broken = std::ranges::find(config.problems, setting.name(), &WslConfigProblem::name);
  if (broken != config.problems.end()) {
    ways.push_back(replace_value(bytes, broken->begin, broken->end, setting.value));
  }
  if (const auto end = end_of_section(config, setting.section)) {
    ways.push_back(add_line(bytes, *end, setting, line_end));
  }
  const std::size_t bom = config.encoding == TextEncoding::utf8_bom ? 3 : 0;
  ways.push_back(add_section(bytes, bytes.size() == bom, setting, line_end));
  return ways;
}

}  // namespace

std::string apply_edit(std::string_view bytes, const TextEdit& edit) {
  const std::size_t offset = std::min(edit.offset, bytes.size());
  const std::size_t length = std::min(edit.length, bytes.size() - offset);
  return std::string(bytes).replace(offset, length, edit.text);
}

std::optional<std::string> written_wsl_value(std::string_view value) {
  std::string text;
  for (const char c : value) {
    switch (c) {
      case '\\':
      case '"':
        text += {'\\', c};
        break;
      case '\b':
        text += "\\b";
        break;
      case '\n':
        text += "\\n";
        break;
      case '\t':
        text += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) return std::nullopt;
        text += c;
    }
  }
  const bool needs_quotes =
      text.starts_with(' ') || text.ends_with(' ') || text.find('#') != std::string::npos;
  return needs_quotes ? '"' + text + '"' : text;
}

expected<TextEdit, std::string> set_wsl_config(std::string_view bytes, WslConfigKind kind,
                                               std::string_view section, std::string_view key,
                                               std::string_view value) {
  if (!is_name(section) || !is_name(key)) {
    return unexpected(fmt::format("WSL reads only ASCII letters and digits in a name, not '{}.{}'",
                                  printable(section), printable(key)));
  }
  const std::optional<std::string> text = written_wsl_value(value);
  if (!text) {
    return unexpected(fmt::format("{} has no way to write the control character in '{}'",
                                  file_name(kind), printable(value)));
  }
  const WslConfig before = parse_wsl_config(bytes, kind);
  if (const auto why = refusal(before)) return unexpected(*why);

  const Setting setting{std::string(section), std::string(key), *text};
  const WslConfigEntry* old_entry = find_entry(before, setting.name());
  if (old_entry != nullptr && old_entry->value == value) return TextEdit{};
  std::vector<TextEdit> ways;
  if (old_entry != nullptr) {
    ways = {replace_value(bytes, old_entry->begin, old_entry->end, *text)};
  } else {
    ways = ways_to_add(bytes, before, setting);
  }
  for (TextEdit& edit : ways) {
    const WslConfig after = parse_wsl_config(apply_edit(bytes, edit), kind);
    const WslConfigEntry* new_entry = find_entry(after, setting.name());
    if (new_entry != nullptr && new_entry->value == value &&
        same_but_for(before, old_entry, after, new_entry)) {
      return std::move(edit);
    }
  }
  return unexpected(no_place(before));
}

expected<TextEdit, std::string> remove_wsl_config(std::string_view bytes, WslConfigKind kind,
                                                  std::string_view section, std::string_view key) {
  const WslConfig before = parse_wsl_config(bytes, kind);
  if (const auto why = refusal(before)) return unexpected(*why);
  const std::string name = to_lower(fmt::format("{}.{}", section, key));
  const WslConfigEntry* entry = find_entry(before, name);
  if (entry == nullptr) return TextEdit{};

  const std::size_t line = begin_of_line(bytes, entry->begin);
  const TextEdit whole_line{line, begin_of_next_line(bytes, entry->end) - line, ""};
  // Where lone CRs part them, others share its line.
  const TextEdit assignment_only{entry->begin, entry->end - entry->begin, ""};
  for (const TextEdit& edit : {whole_line, assignment_only}) {
    const WslConfig after = parse_wsl_config(apply_edit(bytes, edit), kind);
    if (same_but_for(before, entry, after, nullptr)) return edit;
  }
  return unexpected(no_place(before));
}

}  // namespace doctor
