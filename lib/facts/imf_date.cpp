#include "lib/facts/imf_date.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace doctor {
namespace {

constexpr std::array<std::string_view, 7> week_days = {"Mon", "Tue", "Wed", "Thu",
                                                       "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::optional<int> digits(std::string_view text) {
  int value = 0;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// Every character that is not a digit or a name stands where this picture has it.
bool has_shape(std::string_view text) {
  constexpr std::string_view picture = "___, __ ___ ____ __:__:__ GMT";
  return text.size() == picture.size() &&
         std::equal(text.begin(), text.end(), picture.begin(),
                    [](char c, char expected) { return expected == '_' || c == expected; });
}

}  // namespace

std::optional<std::int64_t> parse_imf_date(std::string_view text) {
  if (!has_shape(text)) return std::nullopt;
  if (std::find(week_days.begin(), week_days.end(), text.substr(0, 3)) == week_days.end()) {
    return std::nullopt;
  }
  const auto month = std::find(months.begin(), months.end(), text.substr(8, 3));
  const auto day = digits(text.substr(5, 2));
  const auto year = digits(text.substr(12, 4));
  const auto hour = digits(text.substr(17, 2));
  const auto minute = digits(text.substr(20, 2));
  const auto second = digits(text.substr(23, 2));
  if (month == months.end() || !day || !year || !hour || !minute || !second) return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  const std::chrono::year_month_day date{
      std::chrono::year(*year),
      std::chrono::month(static_cast<unsigned>(month - months.begin()) + 1),
      std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return days * 86400 + *hour * 3600 + *minute * 60 + std::min(*second, 59);
}

}  // namespace doctor
