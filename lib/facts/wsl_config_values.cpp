#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <system_error>
#include <utility>

#include "lib/base/text.h"
#include "lib/facts/wsl_config.h"

namespace doctor {
namespace {

// What strtol and strtoull skip and take before the digits.
bool take_sign(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\n\v\f\r"), text.size()));
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  return negative;
}

int take_base(std::string_view& digits) {
  if (!digits.starts_with('0')) return 10;
  if (digits.size() < 3 || to_lower(digits.substr(1, 1)) != "x") return 8;
  digits.remove_prefix(2);
  return 16;
}

std::optional<std::uint64_t> unit_factor(std::string_view unit) {
  constexpr std::array<std::pair<std::string_view, std::uint64_t>, 5> units = {
      {{"B", 1},
       {"KB", 1ULL << 10U},
       {"MB", 1ULL << 20U},
       {"GB", 1ULL << 30U},
       {"TB", 1ULL << 40U}}};
  if (unit.empty()) return 1;
  for (const auto& [name, factor] : units) {
    if (unit == name || unit == name.substr(0, 1)) return factor;
  }
  return std::nullopt;
}

}  // namespace

std::optional<bool> wsl_bool(std::string_view value) {
  if (value == "1" || equals_ignoring_case(value, "true")) return true;
  if (value == "0" || equals_ignoring_case(value, "false")) return false;
  return std::nullopt;
}

std::optional<int> wsl_int(std::string_view value) {
  const bool negative = take_sign(value);
  const int base = take_base(value);
  std::uint64_t magnitude = 0;
  const auto [end, error] =
      std::from_chars(value.data(), value.data() + value.size(), magnitude, base);
  if (error != std::errc() || end != value.data() + value.size()) return std::nullopt;
  const std::uint64_t largest = std::numeric_limits<int>::max();
  if (magnitude > (negative ? largest + 1 : largest)) return std::nullopt;
  const auto number = static_cast<std::int64_t>(magnitude);
  return static_cast<int>(negative ? -number : number);
}

std::optional<std::uint64_t> wsl_memory_size(std::string_view value) {
  std::string_view rest = value;
  const bool negative = take_sign(rest);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number, 10);
  if (error == std::errc::invalid_argument) return std::nullopt;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  // WSL takes 0 in this one spelling only, and everything that strtoull makes of other numbers:
  // the greatest for one too large, 2^64 - n for -n.
  if (error == std::errc::result_out_of_range) {
    number = std::numeric_limits<std::uint64_t>::max();
  } else if (number == 0 && (!value.starts_with('0') || rest.size() + 1 != value.size())) {
    return std::nullopt;
  } else if (negative) {
    number = 0 - number;
  }
  const std::optional<std::uint64_t> factor = unit_factor(rest);
  if (!factor) return std::nullopt;
  return number * *factor;
}

}  // namespace doctor
