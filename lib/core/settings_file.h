#pragma once

// Where settings are, and reading them. They are always those of the machine the program runs on,
// also when it diagnoses a snapshot.

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/expected.h"
#include "lib/core/settings.h"
#include "lib/host/host.h"

namespace doctor {

// The files there are, in the order to read them: the user's
// ($XDG_CONFIG_HOME/wsl-go-doctor/config.toml, or below $HOME/.config), then the
// .wsl-go-doctor.toml nearest upwards from the project (an absolute path). One of which it can't
// even be told whether it is there (a mount that hangs) is listed too, so that reading it says why.
std::vector<std::pair<std::string, SettingsOrigin>> settings_files(const Host& host,
                                                                   const std::string& project);

// All of them read. A file that is there but cannot be read is an error, not an empty file: the
// thresholds and waivers in it would be ignored silently.
expected<Settings, SettingsError> load_settings(const Host& host, const std::string& project,
                                                std::span<const Check* const> checks);

}  // namespace doctor
