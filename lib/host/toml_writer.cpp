#include "lib/host/toml_writer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <vector>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"
#include "lib/host/snapshot_format.h"

namespace doctor {

namespace {

// Characters that TOML forbids, that a terminal may act upon, or that nobody sees.
bool needs_escape(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0xad || c == 0x61c ||
         (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
         (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || c >= 0xe0000;
}

std::string escaped(std::uint32_t c) {
  switch (c) {
    case '\b':
      return "\\b";
    case '\t':
      return "\\t";
    case '\n':
      return "\\n";
    case '\f':
      return "\\f";
    case '\r':
      return "\\r";
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    default:
      return c <= 0xffff ? fmt::format("\\u{:04X}", c) : fmt::format("\\U{:08X}", c);
  }
}

// `text` is valid UTF-8 (from encode_bytes). Characters for which `as_is` holds stay as they are.
template <class AsIs>
std::string escape(std::string_view text, AsIs as_is) {
  std::string result;
  while (!text.empty()) {
    const CodePoint point = *first_code_point(text);
    const auto character = text.substr(0, point.length);
    const bool special = needs_escape(point.value) || character == "\"" || character == "\\";
    result +=
        special && !as_is(point.value, result) ? escaped(point.value) : std::string(character);
    text.remove_prefix(point.length);
  }
  return result;
}

bool is_plain(std::string_view text, std::string_view allowed_controls) {
  while (!text.empty()) {
    const CodePoint point = *first_code_point(text);
    const bool is_allowed =
        point.length == 1 && allowed_controls.find(text.front()) != std::string_view::npos;
    if (needs_escape(point.value) && !is_allowed) return false;
    text.remove_prefix(point.length);
  }
  return true;
}

std::string basic_string(std::string_view text) {
  return '"' + escape(text, [](std::uint32_t, const std::string&) { return false; }) + '"';
}

// A literal string shows backslashes and quotes as they are, but can hold nothing escaped.
std::string multi_line(std::string_view text) {
  const bool literal =
      text.find("'''") == std::string_view::npos && !text.ends_with('\'') && is_plain(text, "\t\n");
  if (literal) return fmt::format("'''\n{}'''", text);
  const auto as_is = [](std::uint32_t c, const std::string& before) {
    return c == '\t' || c == '\n' || (c == '"' && !before.ends_with('"'));
  };
  return fmt::format("\"\"\"\n{}\"\"\"", escape(text, as_is));
}

}  // namespace

std::string toml_key(std::string_view bytes) {
  const bool is_bare = !bytes.empty() && std::ranges::all_of(bytes, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
  return is_bare ? std::string(bytes) : basic_string(encode_bytes(bytes));
}

std::string toml_string(std::string_view bytes) {
  const std::string text = encode_bytes(bytes);
  const bool reads_better_literal = text.find_first_of("\\\"") != std::string::npos &&
                                    text.find('\'') == std::string::npos && is_plain(text, "");
  return reads_better_literal ? fmt::format("'{}'", text) : basic_string(text);
}

std::string toml_text(std::string_view bytes) {
  const auto first_end = bytes.find('\n');
  const bool one_line = first_end == std::string_view::npos || first_end + 1 == bytes.size();
  return one_line ? toml_string(bytes) : multi_line(encode_bytes(bytes));
}

std::string toml_base64(std::string_view bytes) {
  constexpr std::size_t line_length = 76;
  const std::string digits = to_base64(bytes);
  if (digits.size() <= line_length) return fmt::format("\"{}\"", digits);
  std::string text = "'''\n";
  for (std::size_t at = 0; at < digits.size(); at += line_length) {
    text += digits.substr(at, line_length) + '\n';
  }
  return text + "'''";
}

std::string toml_bytes(std::string_view bytes) {
  if (!needs_base64(bytes)) return toml_text(bytes);
  return fmt::format("{{ base64 = {} }}", toml_base64(bytes));
}

bool needs_base64(std::string_view bytes) {
  constexpr std::size_t readable_part = 8;
  const std::string text = encode_bytes(bytes);
  std::size_t escapes = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const CodePoint point = *first_code_point(rest);
    const bool is_line_end = point.value == '\n' || point.value == '\r' || point.value == '\t';
    escapes += needs_escape(point.value) && !is_line_end;
    rest.remove_prefix(point.length);
  }
  return escapes > 1 + bytes.size() / readable_part;
}

std::string toml_list(std::span<const std::string> elements, std::size_t room) {
  std::vector<std::string> written;
  for (const std::string& element : elements) written.push_back(toml_string(element));
  std::string line = fmt::format("[{}]", join(written, ", "));
  if (line.size() <= room) return line;
  std::string list = "[\n";
  for (const std::string& element : written) list += fmt::format("  {},\n", element);
  return list + "]";
}

std::string toml_number(double number) {
  return fmt::format("{}", number);
}

std::string toml_whole(std::uint64_t number) {
  const bool fits = number <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return fits ? fmt::format("{}", number) : fmt::format("\"{}\"", number);
}

std::string toml_moment(double seconds) {
  constexpr double year_10000 = 253402300800.0;
  // A double of this century tells tenths of microseconds apart, and no less.
  constexpr std::int64_t parts = 10'000'000;
  if (!(seconds >= 0 && seconds < year_10000 - 1)) return toml_number(seconds);
  const auto whole = static_cast<std::int64_t>(std::floor(seconds));
  const auto fraction = std::llround((seconds - std::floor(seconds)) * static_cast<double>(parts));
  if (static_cast<double>(whole) + static_cast<double>(fraction) / parts != seconds) {
    return toml_number(seconds);
  }
  const std::chrono::sys_seconds moment{std::chrono::seconds{whole}};
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{moment - day};
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", int{date.year()},
                                 unsigned{date.month()}, unsigned{date.day()}, time.hours().count(),
                                 time.minutes().count(), time.seconds().count());
  if (fraction != 0) {
    text += fmt::format(".{:07}", fraction);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text + 'Z';
}

}  // namespace doctor
