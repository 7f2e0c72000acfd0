#pragma once

// What is known of WSL's releases: which kernel they bring, and what needs which of them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/facts/versions.h"
#include "lib/facts/wsl_config.h"

namespace doctor {

// The first release that keeps the clock right after sleep. Source: microsoft/WSL#10006.
extern const Version first_wsl_with_right_clock;

// The first kernel of WSL's without CVE-2026-31431. Source: microsoft/WSL#40365.
extern const Version first_kernel_without_copy_fail;

// The first release known to bring a newer kernel than this one of Microsoft's: who runs this
// kernel runs an older WSL. No value for self-built kernels, and where no newer one is known.
std::optional<Version> release_with_newer_kernel(std::string_view kernel);

// A setting in force, and the first release that knows it.
struct UsedFeature {
  std::string setting;  // "networkingMode=mirrored"
  Version since;
  std::size_t line = 0;

  bool operator==(const UsedFeature&) const = default;
};

// The settings of /etc/wsl.conf or .wslconfig that an older WSL would ignore.
std::vector<UsedFeature> used_features(const WslConfig& config);

// As people know a release: 2.6.1.0 is "2.6.1".
std::string release_name(const Version& release);

// The Windows build that a WSL 1 "kernel" names: "4.4.0-19041-Microsoft" -> "19041".
std::optional<std::string> windows_build_of_wsl1(std::string_view kernel);

}  // namespace doctor
