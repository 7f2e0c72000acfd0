#include <algorithm>
#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <system_error>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/wsl_config_rules.h"

namespace doctor {
namespace {

// "8.5" -> 8 and 5 tenths; the unit is what follows.
struct Amount {
  std::uint64_t whole = 0;
  std::uint64_t fraction = 0;  // in units of 1 / scale
  std::uint64_t scale = 1;
  std::string_view unit;
};

std::optional<Amount> read_amount(std::string_view text) {
  Amount amount;
  const char* const end = text.data() + text.size();
  auto [at, error] = std::from_chars(text.data(), end, amount.whole);
  if (error != std::errc()) return std::nullopt;
  if (at != end && *at == '.') {
    const char* const digits = ++at;
    while (at != end && *at >= '0' && *at <= '9' && at - digits < 4) {
      amount.fraction = amount.fraction * 10 + static_cast<std::uint64_t>(*at++ - '0');
      amount.scale *= 10;
    }
    if (at == digits) return std::nullopt;
  }
  amount.unit = trim(std::string_view(at, static_cast<std::size_t>(end - at)));
  return amount;
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

std::string letters_and_digits(std::string_view text) {
  std::string kept;
  std::ranges::copy_if(text, std::back_inserter(kept), is_letter_or_digit);
  return kept;
}

HeaderParts split_header(std::string_view line) {
  line.remove_prefix(std::min(line.find('['), line.size() - 1) + 1);
  const std::size_t end = line.find_first_of("]#");
  const bool closed = end != std::string_view::npos && line[end] == ']';
  const std::string_view inside = line.substr(0, end);
  return {inside, closed, closed ? line.substr(end + 1) : line.substr(inside.size())};
}

std::optional<std::string> meant_bool(std::string_view value) {
  const auto is_one_of = [&](std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(
        words, [&](std::string_view word) { return equals_ignoring_case(value, word); });
  };
  if (is_one_of({"yes", "on", "enabled", "enable", "y", "t", "'true'"})) return "true";
  if (is_one_of({"no", "off", "disabled", "disable", "n", "f", "'false'"})) return "false";
  return std::nullopt;
}

std::optional<std::string> meant_size(std::string_view value) {
  const auto amount = read_amount(value);
  if (!amount || amount->unit.empty()) return std::nullopt;
  constexpr std::string_view order = "KMGT";
  std::string unit = to_lower(amount->unit);
  if (unit.size() == 3 && unit.substr(1) == "ib") unit.erase(1, 1);
  if (unit.size() > 2 || (unit.size() == 2 && unit[1] != 'b')) return std::nullopt;
  const char letter = static_cast<char>(unit[0] - 'a' + 'A');
  const std::size_t rank = order.find(letter);
  if (rank == std::string_view::npos) return std::nullopt;
  if (amount->fraction == 0) return fmt::format("{}{}B", amount->whole, letter);
  const bool whole_below = rank > 0 && amount->fraction * 1024 % amount->scale == 0 &&
                           amount->whole < (std::numeric_limits<std::uint64_t>::max() >> 11U);
  if (!whole_below) return std::nullopt;
  return fmt::format("{}{}B", amount->whole * 1024 + amount->fraction * 1024 / amount->scale,
                     order[rank - 1]);
}

std::string meant_section(WslConfigKind file, std::string_view line) {
  const std::string name = letters_and_digits(split_header(line).inside);
  for (const std::string& section : wsl_sections(file)) {
    if (equals_ignoring_case(section, name)) return section;
  }
  return "";
}

std::optional<std::string> meant_path(std::string_view raw) {
  raw = trim(raw.substr(0, raw.find_first_of("\r\n")));
  if (raw.size() >= 2 && raw.starts_with('"') && raw.ends_with('"')) {
    raw = raw.substr(1, raw.size() - 2);
  }
  const bool drive = raw.size() >= 3 && raw[1] == ':' && (raw[2] == '\\' || raw[2] == '/') &&
                     ((raw[0] >= 'a' && raw[0] <= 'z') || (raw[0] >= 'A' && raw[0] <= 'Z'));
  if (!drive || raw.find_first_of("\"#") != std::string_view::npos) return std::nullopt;
  std::string path;
  for (const char c : raw) {
    if (static_cast<unsigned char>(c) < 0x20) return std::nullopt;
    if (c == '\\' && path.ends_with('\\')) continue;
    path += c;
  }
  return path;
}

}  // namespace doctor
