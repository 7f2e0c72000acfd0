#include "lib/host/toml_reader.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/host/snapshot_format.h"

namespace doctor {

namespace {

void wrong_type(const toml::node& node, std::string_view name, std::string_view wanted,
                TomlMistakes& mistakes) {
  mistakes.add(node.source(), fmt::format("{} must be {}, not {}", name, wanted, type_name(node)));
}

std::optional<double> read_number(const toml::node& node, std::string_view name,
                                  TomlMistakes& mistakes) {
  if (const auto* whole = node.as_integer()) return static_cast<double>(whole->get());
  const auto* real = node.as_floating_point();
  if (real == nullptr) {
    wrong_type(node, name, "a number", mistakes);
    return std::nullopt;
  }
  if (!std::isfinite(real->get())) {
    mistakes.add(node.source(), fmt::format("{} must be a finite number", name));
    return std::nullopt;
  }
  return real->get();
}

double unix_seconds(const toml::date_time& moment) {
  using std::chrono::day, std::chrono::month, std::chrono::sys_days, std::chrono::year;
  const sys_days date = year(moment.date.year) / month(moment.date.month) / day(moment.date.day);
  const std::int64_t seconds = date.time_since_epoch().count() * std::int64_t{86400} +
                               moment.time.hour * 3600 + moment.time.minute * 60 +
                               moment.time.second - moment.offset->minutes * 60;
  return static_cast<double>(seconds) + static_cast<double>(moment.time.nanosecond) / 1e9;
}

std::optional<std::uint64_t> whole_value(const toml::node& node) {
  if (const auto* number = node.as_integer()) {
    if (number->get() < 0) return std::nullopt;
    return static_cast<std::uint64_t>(number->get());
  }
  const auto* text = node.as_string();
  if (text == nullptr) return std::nullopt;
  const std::string& digits = text->get();
  std::uint64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  const bool needs_quotes = value > std::uint64_t{std::numeric_limits<std::int64_t>::max()};
  if (error != std::errc() || stop != end || !needs_quotes) return std::nullopt;
  return value;
}

}  // namespace

std::string_view type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "a list";
    case toml::node_type::string:
      return "text";
    case toml::node_type::integer:
      return "a whole number";
    case toml::node_type::floating_point:
      return "a number with a fraction";
    case toml::node_type::boolean:
      return "true or false";
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time:
      return "a date or time";
    case toml::node_type::none:
      break;
  }
  return "nothing";
}

std::optional<std::string> read_text(const toml::node& node, std::string_view name,
                                     TomlMistakes& mistakes) {
  if (const auto* text = node.as_string()) return decode_bytes(text->get());
  wrong_type(node, name, "text in quotes", mistakes);
  return std::nullopt;
}

std::optional<std::string> read_base64(const toml::node& node, std::string_view name,
                                       TomlMistakes& mistakes) {
  const auto text = read_text(node, name, mistakes);
  if (!text) return std::nullopt;
  auto bytes = from_base64(*text);
  if (!bytes) mistakes.add(node.source(), fmt::format("{} is no valid base64", name));
  return bytes;
}

std::optional<std::string> read_bytes(const toml::node& node, std::string_view name,
                                      TomlMistakes& mistakes) {
  const auto* table = node.as_table();
  if (table == nullptr) return read_text(node, name, mistakes);
  TomlTable(*table, std::string(name), mistakes).allow_only({"base64"});
  if (const auto* base64 = table->get("base64")) return read_base64(*base64, name, mistakes);
  mistakes.add(node.source(), fmt::format("{} must be text or {{ base64 = \"...\" }}", name));
  return std::nullopt;
}

std::optional<std::vector<std::string>> read_texts(const toml::node& node, std::string_view name,
                                                   TomlMistakes& mistakes) {
  const auto* array = node.as_array();
  if (array == nullptr) {
    wrong_type(node, name, "a list of texts", mistakes);
    return std::nullopt;
  }
  std::vector<std::string> texts;
  for (const toml::node& element : *array) {
    auto text = read_text(element, fmt::format("every element of {}", name), mistakes);
    if (!text) return std::nullopt;
    texts.push_back(std::move(*text));
  }
  return texts;
}

std::string TomlTable::path_of(std::string_view key) const {
  const bool is_bare = std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
  const std::string written = is_bare ? std::string(key) : fmt::format("\"{}\"", key);
  return name_.empty() ? written : fmt::format("{}.{}", name_, written);
}

std::string TomlTable::name_of(std::string_view key) const {
  return name_.empty() ? fmt::format("`{}`", key) : fmt::format("`{}` in [{}]", key, name_);
}

std::optional<std::string> TomlTable::text(std::string_view key) const {
  const auto* node = get(key);
  return node ? read_text(*node, name_of(key), *mistakes_) : std::nullopt;
}

std::optional<std::string> TomlTable::bytes(std::string_view key) const {
  const auto* node = get(key);
  return node ? read_bytes(*node, name_of(key), *mistakes_) : std::nullopt;
}

std::optional<std::vector<std::string>> TomlTable::texts(std::string_view key) const {
  const auto* node = get(key);
  return node ? read_texts(*node, name_of(key), *mistakes_) : std::nullopt;
}

std::optional<bool> TomlTable::flag(std::string_view key) const {
  const auto* node = get(key);
  if (node == nullptr) return std::nullopt;
  if (const auto* flag = node->as_boolean()) return flag->get();
  wrong_type(*node, name_of(key), "true or false", *mistakes_);
  return std::nullopt;
}

std::optional<double> TomlTable::number(std::string_view key) const {
  const auto* node = get(key);
  return node ? read_number(*node, name_of(key), *mistakes_) : std::nullopt;
}

std::optional<double> TomlTable::positive_number(std::string_view key) const {
  const auto value = number(key);
  if (value && *value < 0) {
    mistake_at(key, fmt::format("{} must not be below 0", name_of(key)));
    return std::nullopt;
  }
  return value;
}

std::optional<double> TomlTable::moment(std::string_view key) const {
  const auto* node = get(key);
  if (node == nullptr || node->is_number()) return number(key);
  const auto* moment = node->as_date_time();
  if (moment != nullptr && moment->get().offset) return unix_seconds(moment->get());
  mistake_at(key, fmt::format("{} must be a time with its zone, like 2026-03-01T12:00:00Z, or "
                              "seconds since 1970",
                              name_of(key)));
  return std::nullopt;
}

std::optional<std::uint64_t> TomlTable::whole(std::string_view key, std::uint64_t most) const {
  const auto* node = get(key);
  if (node == nullptr) return std::nullopt;
  const auto value = whole_value(*node);
  if (value && *value <= most) return value;
  const bool bounded = most < std::numeric_limits<std::uint64_t>::max();
  mistake_at(key, fmt::format("{} must be a whole number, {}", name_of(key),
                              bounded ? fmt::format("from 0 to {}", most) : "0 or more"));
  return std::nullopt;
}

std::optional<std::uint32_t> TomlTable::file_mode(std::string_view key) const {
  const auto* node = get(key);
  if (node == nullptr) return std::nullopt;
  const auto* value = node->as_integer();
  const bool octal = value != nullptr && (value->flags() & toml::value_flags::format_as_octal) ==
                                             toml::value_flags::format_as_octal;
  if (octal && value->get() <= 07777) return static_cast<std::uint32_t>(value->get());
  mistake_at(
      key, fmt::format("{} must be permissions in octal, like 0o644, up to 0o7777", name_of(key)));
  return std::nullopt;
}

std::optional<std::uint32_t> TomlTable::whole32(std::string_view key) const {
  const auto value = whole(key, std::numeric_limits<std::uint32_t>::max());
  if (!value) return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

std::optional<TomlTable> TomlTable::table(std::string_view key) const {
  const auto* node = get(key);
  if (node == nullptr) return std::nullopt;
  if (const auto* table = node->as_table()) return TomlTable(*table, path_of(key), *mistakes_);
  wrong_type(*node, name_of(key), "a table", *mistakes_);
  return std::nullopt;
}

std::vector<TomlTable> TomlTable::tables(std::string_view key) const {
  const auto* node = get(key);
  if (node == nullptr) return {};
  const auto* array = node->as_array();
  if (array == nullptr) {
    wrong_type(*node, name_of(key), "a list of tables", *mistakes_);
    return {};
  }
  std::vector<TomlTable> tables;
  for (const toml::node& element : *array) {
    if (const auto* table = element.as_table()) {
      tables.emplace_back(*table, fmt::format("[{}]", path_of(key)), *mistakes_);
    } else {
      wrong_type(element, fmt::format("every element of {}", name_of(key)), "a table", *mistakes_);
    }
  }
  return tables;
}

std::string TomlTable::required_text(std::string_view key) const {
  if (!has(key)) mistake(fmt::format("{} is missing", name_of(key)));
  return text(key).value_or("");
}

void TomlTable::allow_only(std::initializer_list<std::string_view> keys) const {
  for (const auto& [key, node] : *table_) {
    if (std::ranges::find(keys, key.str()) != keys.end()) continue;
    const std::vector<std::string> names(keys.begin(), keys.end());
    const auto nearest = did_you_mean(key.str(), names);
    const std::string place = name_.empty() ? "" : fmt::format(" in [{}]", name_);
    mistakes_->add(key.source(), nearest ? fmt::format("unknown key `{}`{}: did you mean `{}`?",
                                                       key.str(), place, *nearest)
                                         : fmt::format("unknown key `{}`{}: it may hold {}",
                                                       key.str(), place, join(names, ", ")));
  }
}

void TomlTable::mistake(std::string message) const {
  mistakes_->add(table_->source(), std::move(message));
}

void TomlTable::mistake_at(std::string_view key, std::string message) const {
  const auto* node = get(key);
  mistakes_->add(node ? node->source() : table_->source(), std::move(message));
}

}  // namespace doctor
