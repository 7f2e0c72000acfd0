#pragma once

// What systemctl(1) prints, read by people and programs alike.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doctor {

// Unit names from `systemctl --failed --no-legend --plain`, in its order. Bullets (● × *), colours,
// a heading and a closing "2 loaded units listed." are tolerated; other lines are skipped.
std::vector<std::string> parse_failed_units(std::string_view output);

// The answers of `systemctl is-system-running`.
enum class SystemState {
  initializing,
  starting,
  running,
  degraded,  // running, but units have failed
  maintenance,
  stopping,
  offline,  // systemd is not PID 1
  unknown,  // systemctl's own word for "could not find out"
};
std::string_view to_string(SystemState state);

// No value for any other text ("Failed to connect to bus: ...").
std::optional<SystemState> parse_system_state(std::string_view output);

}  // namespace doctor
