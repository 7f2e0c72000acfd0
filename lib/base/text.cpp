#include "lib/base/text.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "lib/base/format.h"
#include "lib/base/utf8.h"

namespace doctor {

namespace {

constexpr std::string_view blanks = " \t\r\n";

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string> lines(std::string_view text) {
  std::vector<std::string> result = split(text, '\n');
  if (result.back().empty()) result.pop_back();
  for (std::string& line : result) {
    if (line.ends_with('\r')) line.pop_back();
  }
  return result;
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

std::string to_lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), lower);
  return result;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string replace_all(std::string_view text, std::string_view from, std::string_view to) {
  std::string result;
  for (;;) {
    const auto at = from.empty() ? std::string_view::npos : text.find(from);
    result += text.substr(0, at);
    if (at == std::string_view::npos) return result;
    result += to;
    text.remove_prefix(at + from.size());
  }
}

std::optional<std::string> did_you_mean(std::string_view name,
                                        std::span<const std::string> candidates) {
  const auto distance = [](std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> cost(a.size() + 1,
                                               std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) {
      for (std::size_t j = 0; j <= b.size(); ++j) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        const std::size_t differs = a[i - 1] == b[j - 1] ? 0 : 1;
        cost[i][j] =
            std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + differs});
        const bool swapped =
            i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && differs == 1;
        if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
    return cost[a.size()][b.size()];
  };

  constexpr std::size_t longest_name =
      64;  // names of ours are shorter; a stranger's may be a megabyte
  if (name.size() > longest_name) return std::nullopt;
  std::optional<std::string> nearest;
  std::size_t least = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t edits = distance(to_lower(name), to_lower(candidate));
    if (edits < least) {
      least = edits;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string human_seconds(double seconds) {
  seconds = std::abs(seconds);
  if (seconds < 0.0995) return fmt::format("{:.0f} ms", seconds * 1000);
  if (seconds < 59.95) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<std::int64_t>(std::min(seconds + 0.5, 9e15));
  constexpr std::int64_t minute = 60, hour = 60 * minute, day = 24 * hour;
  const auto two = [&](std::int64_t big, const char* big_unit, std::int64_t small,
                       const char* small_unit) {
    const std::int64_t rest = whole % big / small;
    if (rest == 0) return fmt::format("{} {}", whole / big, big_unit);
    return fmt::format("{} {} {} {}", whole / big, big_unit, rest, small_unit);
  };
  if (whole < hour) return two(minute, "min", 1, "s");
  if (whole < day) return two(hour, "h", minute, "min");
  return two(day, "d", hour, "h");
}

std::string count_of(std::size_t count, std::string_view singular, std::string_view plural) {
  if (count == 1) return fmt::format("1 {}", singular);
  if (!plural.empty()) return fmt::format("{} {}", count, plural);
  return fmt::format("{} {}s", count, singular);
}

}  // namespace doctor
