#include "lib/facts/systemctl.h"

#include <algorithm>
#include <array>
#include <utility>

#include "lib/base/text.h"

namespace doctor {
namespace {

// Behind the terminal sequence whose ESC stands at `begin`: ESC [ ... letter (colours), or
// ESC ] ... BEL or ESC \ (links).
std::size_t end_of_escape(std::string_view text, std::size_t begin) {
  const char kind = begin + 1 < text.size() ? text[begin + 1] : '\0';
  if (kind == '[') {
    const auto is_final = [](char c) { return c >= '@' && c <= '~'; };
    const auto final_byte =
        std::find_if(text.begin() + static_cast<std::ptrdiff_t>(begin) + 2, text.end(), is_final);
    return std::min(static_cast<std::size_t>(final_byte - text.begin()) + 1, text.size());
  }
  if (kind != ']') return begin + 1;
  const std::size_t end = text.find_first_of("\a\x1b", begin + 2);
  if (end == std::string_view::npos) return text.size();
  return text[end] == '\a' ? end + 1 : std::min(end + 2, text.size());
}

std::string without_escapes(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '\x1b') {
      i = end_of_escape(text, i);
    } else {
      plain += text[i++];
    }
  }
  return plain;
}

bool is_unit_name(std::string_view word) {
  constexpr std::array<std::string_view, 11> types = {".service",   ".socket", ".device", ".mount",
                                                      ".automount", ".swap",   ".target", ".path",
                                                      ".timer",     ".slice",  ".scope"};
  return std::ranges::any_of(types, [&](std::string_view type) {
    return word.size() > type.size() && word.ends_with(type);
  });
}

constexpr std::array<std::pair<SystemState, std::string_view>, 8> state_names = {
    {{SystemState::initializing, "initializing"},
     {SystemState::starting, "starting"},
     {SystemState::running, "running"},
     {SystemState::degraded, "degraded"},
     {SystemState::maintenance, "maintenance"},
     {SystemState::stopping, "stopping"},
     {SystemState::offline, "offline"},
     {SystemState::unknown, "unknown"}}};

}  // namespace

std::vector<std::string> parse_failed_units(std::string_view output) {
  std::vector<std::string> units;
  for (const std::string& raw : lines(output)) {
    const std::string line = without_escapes(raw);
    std::string_view rest = trim(line);
    for (const std::string_view bullet : {"●", "×", "*"}) {
      if (rest.starts_with(bullet)) rest = trim(rest.substr(bullet.size()));
    }
    const std::string_view name = rest.substr(0, rest.find_first_of(" \t"));
    if (is_unit_name(name)) units.emplace_back(name);
  }
  return units;
}

std::string_view to_string(SystemState state) {
  const auto found =
      std::ranges::find(state_names, state, &std::pair<SystemState, std::string_view>::first);
  return found == state_names.end() ? "unknown" : found->second;
}

std::optional<SystemState> parse_system_state(std::string_view output) {
  const std::string plain = without_escapes(output);
  const auto found = std::ranges::find(state_names, trim(plain),
                                       &std::pair<SystemState, std::string_view>::second);
  if (found == state_names.end()) return std::nullopt;
  return found->first;
}

}  // namespace doctor
