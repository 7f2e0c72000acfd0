#pragma once

// WSL's two settings files, read and parsed. Shared by the checks that depend on them.

#include <optional>
#include <string>

#include "lib/core/check.h"
#include "lib/facts/wsl_config.h"

namespace doctor {

struct WslFile {
  std::string shown;  // how a person knows it: "/etc/wsl.conf", "C:\Users\me\.wslconfig"
  std::optional<std::string>
      path;  // where it can be edited from Linux; none when its drive is not mounted
  std::optional<std::string> bytes;  // none: there is no such file
  WslConfig config;                  // of the bytes; without entries when there is no such file
};

Answer<WslFile> read_wsl_conf(const Host& host);

// Through Windows, which knows where the user's profile is.
Answer<WslFile> read_wslconfig(const Host& host);

// Was /etc/wsl.conf changed after this distribution started? Then what it says does not hold yet.
// No value where that cannot be told.
std::optional<bool> wsl_conf_changed_since_start(const Host& host);

// The same for any file that WSL reads when it starts.
std::optional<bool> changed_since_start(const Host& host, const std::string& path);

// The build of a Windows version: 22631 of "10.0.22631.2506"; 0 when it is not told.
unsigned windows_build(const WindowsFacts& windows);

// "`wsl --terminate Ubuntu` in PowerShell, then open the distribution again"
std::string restart_distribution_command(const Environment& environment);
inline constexpr const char* shutdown_command = "wsl --shutdown";

}  // namespace doctor
