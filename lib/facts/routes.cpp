#include "lib/facts/routes.h"

#include <charconv>
#include <cstdint>
#include <vector>

#include "lib/base/format.h"
#include "lib/base/text.h"

namespace doctor {
namespace {

constexpr std::uint32_t up = 0x1;        // RTF_UP
constexpr std::uint32_t reject = 0x200;  // RTF_REJECT

std::vector<std::string> fields(std::string_view line) {
  std::vector<std::string> result;
  for (std::string& word : split(replace_all(line, "\t", " "), ' ')) {
    if (!word.empty()) result.push_back(std::move(word));
  }
  return result;
}

std::optional<std::uint32_t> number(std::string_view text, int base) {
  std::uint32_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return value;
}

bool counts(std::uint32_t flags) {
  return (flags & up) != 0 && (flags & reject) == 0;
}

// The table holds addresses as numbers of the machine's own byte order, which is little-endian
// wherever WSL runs.
std::string address(std::uint32_t value) {
  if (value == 0) return "";
  return fmt::format("{}.{}.{}.{}", value & 0xff, value >> 8 & 0xff, value >> 16 & 0xff,
                     value >> 24);
}

}  // namespace

std::optional<DefaultRoute> default_route(std::string_view table) {
  std::optional<DefaultRoute> best;
  std::uint32_t best_metric = 0;
  for (const std::string& line : lines(table)) {
    const auto field = fields(line);
    if (field.size() < 8) continue;
    const auto destination = number(field[1], 16), gateway = number(field[2], 16),
               flags = number(field[3], 16), metric = number(field[6], 10),
               mask = number(field[7], 16);
    if (destination != 0U || mask != 0U || !gateway || !flags || !metric || !counts(*flags)) {
      continue;
    }
    if (best && *metric >= best_metric) continue;
    best = DefaultRoute{field[0], address(*gateway)};
    best_metric = *metric;
  }
  return best;
}

std::optional<std::string> ipv6_default_interface(std::string_view table) {
  for (const std::string& line : lines(table)) {
    const auto field = fields(line);
    if (field.size() < 10 || field[0] != std::string(32, '0') || field[1] != "00") continue;
    const auto flags = number(field[8], 16);
    if (flags && counts(*flags) && field[9] != "lo") return field[9];
  }
  return std::nullopt;
}

}  // namespace doctor
