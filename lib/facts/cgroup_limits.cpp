#include "lib/facts/cgroup_limits.h"

#include <charconv>
#include <system_error>
#include <vector>

#include "lib/base/text.h"

namespace doctor {
namespace {

constexpr std::uint64_t no_limit_v1 = std::uint64_t{1} << 62;

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_wsl_own_limit(std::uint64_t quota, std::uint64_t period) {
  return period == 100000 && quota % 100000 == 99000;
}

std::optional<double> cpus(std::string_view quota_text, std::string_view period_text) {
  const auto quota = parse_number(quota_text);
  const auto period = parse_number(period_text);
  if (!quota || !period || *period == 0 || is_wsl_own_limit(*quota, *period)) return std::nullopt;
  return static_cast<double>(*quota) / static_cast<double>(*period);
}

}  // namespace

std::optional<std::uint64_t> parse_memory_limit(std::string_view text) {
  const auto limit = parse_number(trim(text));
  return limit && *limit < no_limit_v1 ? limit : std::nullopt;
}

std::optional<double> parse_cpu_limit(std::string_view text) {
  const auto words = split(trim(text), ' ');
  return words.size() == 2 ? cpus(words[0], words[1]) : std::nullopt;
}

std::optional<double> parse_cpu_limit_v1(std::string_view quota, std::string_view period) {
  return cpus(trim(quota), trim(period));
}

std::optional<std::uint64_t> parse_oom_kills(std::string_view text) {
  constexpr std::string_view key = "oom_kill ";
  for (const std::string& line : lines(text)) {
    if (line.starts_with(key)) return parse_number(trim(line.substr(key.size())));
  }
  return std::nullopt;
}

std::optional<std::uint64_t> parse_mem_total(std::string_view text) {
  constexpr std::string_view key = "MemTotal:";
  for (const std::string& line : lines(text)) {
    if (!line.starts_with(key)) continue;
    const auto words = split(trim(line.substr(key.size())), ' ');
    const auto kibibytes = parse_number(words.front());
    if (!kibibytes || words.back() != "kB" || *kibibytes > no_limit_v1 / 1024) return std::nullopt;
    return *kibibytes * 1024;
  }
  return std::nullopt;
}

}  // namespace doctor
