#include "lib/core/settings_toml.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/host/toml_reader.h"

namespace doctor {

namespace {

constexpr std::size_t largest_text = 1 << 20;

// "`a`, `b` and `c`".
std::string listed(const Names& names, std::string_view last_separator) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? last_separator : ", ";
    text += fmt::format("`{}`", names[i]);
  }
  return text;
}

bool is_utf16(std::string_view text) {
  return text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF") ||
         text.substr(0, 2).find('\0') != std::string_view::npos;
}

// Digits where "YYYY-MM-DD" has letters, and a day that the calendar has.
bool is_date(std::string_view text) {
  constexpr std::string_view pattern = "YYYY-MM-DD";
  const bool shaped =
      text.size() == pattern.size() &&
      std::equal(text.begin(), text.end(), pattern.begin(), [](char c, char wanted) {
        return wanted == '-' ? c == '-' : c >= '0' && c <= '9';
      });
  if (!shaped) return false;
  const auto number = [&](std::size_t at, std::size_t length) {
    return std::stoi(std::string(text.substr(at, length)));
  };
  return std::chrono::year_month_day(std::chrono::year(number(0, 4)),
                                     std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                     std::chrono::day(static_cast<unsigned>(number(8, 2))))
      .ok();
}

}  // namespace

expected<toml::table, SettingsError> parse_settings_text(std::string_view text,
                                                         const std::string& file) {
  if (is_utf16(text)) {
    return unexpected(SettingsError{{file, 0, 0}, "is UTF-16 text; save it as UTF-8"});
  }
  auto table = parse_toml(text, largest_text);
  if (table) return std::move(*table);
  const auto& [line, column, message] = table.error();
  const std::string_view lead = line > 0 ? "not valid TOML: " : "";
  return unexpected(SettingsError{{file, line, column}, fmt::format("{}{}", lead, message)});
}

SettingsError settings_error(const std::string& file, const toml::source_position& where,
                             std::string message) {
  return {{file, where.line, where.column}, std::move(message)};
}

SettingsError wrong_type(const std::string& file, const toml::node& node, std::string_view key,
                         std::string_view expected_type) {
  return settings_error(
      file, node.source().begin,
      fmt::format("`{}` must be {}, not {}", key, expected_type, type_name(node)));
}

expected<void, SettingsError> only_known_keys(const std::string& file, const toml::table& table,
                                              const Names& known) {
  for (const auto& [key, node] : table) {
    if (std::ranges::find(known, key.str()) != known.end()) continue;
    return unexpected(settings_error(
        file, key.source().begin,
        fmt::format("unknown key {}{}", in_quotes(key.str()), suggestion(key.str(), known))));
  }
  return {};
}

expected<std::string, SettingsError> read_choice(const std::string& file, const toml::node& node,
                                                 std::string_view key, const Names& choices) {
  const auto* text = node.as_string();
  if (text == nullptr) {
    return unexpected(
        wrong_type(file, node, key, fmt::format("one of the strings {}", listed(choices, " or "))));
  }
  if (std::ranges::find(choices, text->get()) == choices.end()) {
    return unexpected(settings_error(file, node.source().begin,
                                     fmt::format("`{}` must be {}, not {}", key,
                                                 listed(choices, " or "), in_quotes(text->get()))));
  }
  return text->get();
}

expected<std::string, SettingsError> read_text(const std::string& file, const toml::node& node,
                                               std::string_view key) {
  const auto* text = node.as_string();
  if (text == nullptr) return unexpected(wrong_type(file, node, key, "a string"));
  if (trim(text->get()).empty()) {
    return unexpected(
        settings_error(file, node.source().begin, fmt::format("`{}` must not be empty", key)));
  }
  return text->get();
}

expected<std::string, SettingsError> read_date(const std::string& file, const toml::node& node,
                                               std::string_view key) {
  if (const auto* date = node.as_date()) {
    return fmt::format("{:04}-{:02}-{:02}", date->get().year, unsigned{date->get().month},
                       unsigned{date->get().day});
  }
  const auto* text = node.as_string();
  if (text == nullptr) return unexpected(wrong_type(file, node, key, "a date such as 2027-01-31"));
  if (!is_date(text->get())) {
    return unexpected(
        settings_error(file, node.source().begin,
                       fmt::format("`{}` must be a day of the calendar such as 2027-01-31, not {}",
                                   key, in_quotes(text->get()))));
  }
  return text->get();
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest_shown = 60;
  if (text.size() <= longest_shown) return fmt::format("\"{}\"", printable(text));
  return fmt::format("\"{}...\"", printable(text.substr(0, longest_shown)));
}

std::string suggestion(std::string_view name, const Names& known) {
  if (const auto nearest = did_you_mean(name, known)) {
    return fmt::format("; did you mean `{}`?", *nearest);
  }
  if (known.empty()) return "";
  if (known.size() == 1) return fmt::format("; there is only {}", listed(known, ""));
  return fmt::format("; there are {}", listed(known, " and "));
}

}  // namespace doctor
