#include "lib/facts/limits_conf.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include "lib/base/text.h"

namespace doctor {

namespace {

enum class Rank { none, everyone, group, user };

Rank rank_for(const LimitsLine& line, const LimitsUser& user) {
  if (line.domain == user.name) return Rank::user;
  if (user.root) return Rank::none;
  if (line.domain == "*") return Rank::everyone;
  const bool is_group = line.domain.starts_with('@');
  const bool member =
      is_group && std::ranges::find(user.groups, line.domain.substr(1)) != user.groups.end();
  return member ? Rank::group : Rank::none;
}

bool is_unlimited(std::string_view value) {
  return value == "-1" || value == "-" || value == "unlimited" || value == "infinity";
}

}  // namespace

std::vector<LimitsLine> parse_limits_conf(std::string_view text, std::string_view file) {
  std::vector<LimitsLine> found;
  std::size_t number = 0;
  for (const std::string& raw : lines(text)) {
    ++number;
    std::istringstream words(raw.substr(0, raw.find('#')));
    LimitsLine line;
    std::string value;
    if (!(words >> line.domain >> line.type >> line.item >> value)) continue;
    line.file = file;
    line.line = number;
    line.type = to_lower(line.type);
    line.item = to_lower(line.item);
    if (line.type != "soft" && line.type != "hard" && line.type != "-") continue;
    if (!is_unlimited(to_lower(value))) {
      std::uint64_t most = 0;
      const char* end = value.data() + value.size();
      const auto result = std::from_chars(value.data(), end, most);
      if (result.ec != std::errc() || result.ptr != end) continue;
      line.value = most;
    }
    found.push_back(std::move(line));
  }
  return found;
}

const LimitsLine* deciding_hard_limit(std::span<const LimitsLine> lines, std::string_view item,
                                      const LimitsUser& user) {
  const LimitsLine* deciding = nullptr;
  Rank best = Rank::everyone;
  for (const LimitsLine& line : lines) {
    if (line.item != item || line.type == "soft") continue;
    const Rank rank = rank_for(line, user);
    if (rank < best) continue;
    best = rank;
    deciding = &line;
  }
  return deciding;
}

}  // namespace doctor
