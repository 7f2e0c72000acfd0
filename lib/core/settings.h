#pragma once

// Settings: .wsl-go-doctor.toml, found upwards from the project, over the user's
// $XDG_CONFIG_HOME/wsl-go-doctor/config.toml. Plain data: nothing in it is ever executed.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/expected.h"
#include "lib/core/diagnosis.h"

namespace doctor {

struct Check;

enum class FailOn { warning, error, never };
std::string_view to_string(FailOn fail_on);
std::optional<FailOn> fail_on_from(std::string_view text);

struct CheckSettings {
  std::map<std::string, double, std::less<>> thresholds;
  // Every finding of the check gets this, warning or error; one that is `unknown` stays so.
  std::optional<Status> severity;
};

struct Waiver {
  std::string check;
  std::string finding;  // "" covers every finding of the check
  std::string reason;
  std::string expires;  // "2027-01-31", the last day it holds
  Location location;
};

struct Settings {
  std::map<std::string, CheckSettings, std::less<>> checks;
  std::vector<std::string> disabled;
  std::optional<FailOn> fail_on;
  std::vector<std::string> ntp_servers;  // empty: the built-in ones
  std::vector<std::string> date_urls;    // HTTPS fallback; only the user's own file may set it
  std::vector<Waiver> waivers;
  std::vector<std::string> files;   // that were read, in order
  std::vector<std::string> unread;  // sentences: files on dead mounts, which may hold settings
};

// A settings file that cannot be used: file:line:column, what was expected, and the nearest valid
// name.
struct SettingsError {
  Location location;
  std::string message;
};
std::string describe(const SettingsError& error);

enum class SettingsOrigin { user, project };

// Reads one file's text into `settings` (later files win over earlier ones, lists are appended).
// The checks tell which ids and thresholds exist. After an error `settings` is as it was before.
expected<void, SettingsError> read_settings(Settings& settings, std::string_view text,
                                            const std::string& file, SettingsOrigin origin,
                                            std::span<const Check* const> checks);

// Severities, then waivers: marks findings as waived, and adds a warning `expired-waiver` for one
// that has run out (only a note where the check does not apply, or found nothing out at all).
// `today` is "YYYY-MM-DD".
void apply_settings(Diagnosis& diagnosis, const Settings& settings, std::string_view today);

}  // namespace doctor
