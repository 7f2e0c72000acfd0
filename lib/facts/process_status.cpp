#include "lib/facts/process_status.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "lib/base/text.h"

namespace doctor {
namespace {

template <class Number>
std::optional<Number> parse_number(std::string_view text, int base) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<SeccompMode> parse_seccomp(std::string_view text) {
  if (text == "0") return SeccompMode::off;
  if (text == "1") return SeccompMode::strict;
  if (text == "2") return SeccompMode::filter;
  return std::nullopt;
}

std::vector<std::uint32_t> parse_groups(std::string_view text) {
  std::vector<std::uint32_t> groups;
  for (const std::string& word : split(text, ' ')) {
    if (const auto group = parse_number<std::uint32_t>(trim(word), 10)) groups.push_back(*group);
  }
  return groups;
}

}  // namespace

ProcessStatus parse_process_status(std::string_view text) {
  ProcessStatus status;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trim(line.substr(colon + 1));
    if (name == "CapEff") status.effective_capabilities = parse_number<std::uint64_t>(value, 16);
    if (name == "CapBnd") status.bounding_capabilities = parse_number<std::uint64_t>(value, 16);
    if (name == "Seccomp") status.seccomp = parse_seccomp(value);
    if (name == "Groups") status.groups = parse_groups(value);
  }
  return status;
}

bool has_capability(std::uint64_t set, unsigned capability) {
  return capability < 64 && ((set >> capability) & 1U) != 0;
}

std::optional<unsigned> parse_ptrace_scope(std::string_view text) {
  const auto scope = parse_number<unsigned>(trim(text), 10);
  return scope && *scope <= 3 ? scope : std::nullopt;
}

}  // namespace doctor
