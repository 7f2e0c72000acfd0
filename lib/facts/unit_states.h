#pragma once

// What `systemctl show` prints of several units, with the properties that `unit_state_properties`
// names: KEY=VALUE lines, a blank line between units. Source: systemctl(1),
// org.freedesktop.systemd1(5).

#include <string>
#include <string_view>
#include <vector>

namespace doctor {

inline constexpr std::string_view unit_state_properties =
    "Id,LoadState,ActiveState,ConditionResult,ConditionTimestampMonotonic";

struct UnitState {
  std::string name;  // "systemd-timesyncd.service"
  bool installed = false;
  bool active = false;
  bool condition_unmet = false;  // systemd was asked to start it, and a Condition...= forbade it

  bool operator==(const UnitState&) const = default;
};

// One per unit; a unit that was asked for by two names is there once.
std::vector<UnitState> parse_unit_states(std::string_view output);

}  // namespace doctor
