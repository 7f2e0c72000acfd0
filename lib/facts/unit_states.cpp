#include "lib/facts/unit_states.h"

#include <algorithm>

#include "lib/base/text.h"

namespace doctor {

namespace {

struct Properties {
  std::string name, load, active, condition, condition_time;
};

void set(Properties& unit, std::string_view key, std::string_view value) {
  if (key == "Id") unit.name = value;
  if (key == "LoadState") unit.load = value;
  if (key == "ActiveState") unit.active = value;
  if (key == "ConditionResult") unit.condition = value;
  if (key == "ConditionTimestampMonotonic") unit.condition_time = value;
}

void finish(Properties& unit, std::vector<UnitState>& units) {
  const bool known =
      std::ranges::any_of(units, [&](const UnitState& other) { return other.name == unit.name; });
  if (!unit.name.empty() && !known) {
    // ConditionResult is "no", too, of a unit whose conditions were never looked at.
    const bool looked_at = !unit.condition_time.empty() && unit.condition_time != "0";
    units.push_back({unit.name, unit.load == "loaded",
                     unit.active == "active" || unit.active == "reloading",
                     looked_at && unit.condition == "no"});
  }
  unit = {};
}

}  // namespace

std::vector<UnitState> parse_unit_states(std::string_view output) {
  std::vector<UnitState> units;
  Properties unit;
  for (const std::string& line : lines(output)) {
    if (trim(line).empty()) {
      finish(unit, units);
      continue;
    }
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos) continue;
    set(unit, std::string_view(line).substr(0, equals),
        trim(std::string_view(line).substr(equals + 1)));
  }
  finish(unit, units);
  return units;
}

}  // namespace doctor
