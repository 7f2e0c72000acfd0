#include "lib/facts/wsl_releases.h"

#include <algorithm>
#include <array>

#include "lib/base/text.h"
#include "lib/facts/kernel.h"

namespace doctor {

const Version first_wsl_with_right_clock = {{2, 1, 1}};
const Version first_kernel_without_copy_fail = {{6, 18, 26, 1}};

namespace {

struct Release {
  Version release;
  Version kernel;  // this one or a newer in every later release, too
};

// Before 2.5.8 from what `wsl --version` printed in issues of microsoft/WSL: #8798, #9183, #9748,
// #11367, #10693, #11102, and the notes of release 2.2.1; since then packages.config of the tags.
const std::array<Release, 11>& releases() {
  static const std::array<Release, 11> known = {{
      {{{0, 65, 1}}, {{5, 15, 57, 1}}},
      {{{1, 0, 0}}, {{5, 15, 74, 2}}},
      {{{1, 1, 3}}, {{5, 15, 90, 1}}},
      {{{2, 0, 0}}, {{5, 15, 123, 1}}},
      {{{2, 0, 6}}, {{5, 15, 133, 1}}},
      {{{2, 1, 1}}, {{5, 15, 146, 1}}},
      {{{2, 2, 1}}, {{5, 15, 150, 1}}},
      {{{2, 5, 8}}, {{6, 6, 87, 1}}},
      {{{2, 5, 9}}, {{6, 6, 87, 2}}},
      {{{2, 7, 0}}, {{6, 6, 114, 1}}},
      {{{2, 8, 5}}, {{6, 18, 26, 1}}},  // 2.7.4 as well, but 2.8.0 again with 6.6.114.1
  }};
  return known;
}

struct Feature {
  std::string_view key;    // in lower case, as WslConfigEntry::name
  std::string_view value;  // in lower case; "" for any that is not "false" or "disabled"
  Version since;
};

// Sources: the notes of release 2.0.0; Microsoft's "Windows Subsystem for Linux September 2023
// update"; the tags of microsoft/WSL for what came after 2.5.8.
const std::array<Feature, 8>& wslconfig_features() {
  static const std::array<Feature, 8> known = {{
      {"wsl2.networkingmode", "mirrored", {{2, 0, 0}}},
      {"wsl2.networkingmode", "consomme", {{2, 9, 0}}},
      {"wsl2.dnstunneling", "", {{2, 0, 0}}},
      {"wsl2.firewall", "", {{2, 0, 0}}},
      {"wsl2.autoproxy", "", {{2, 0, 0}}},
      {"experimental.automemoryreclaim", "", {{2, 0, 0}}},
      {"experimental.swiotlb", "", {{2, 8, 9}}},
  }};
  return known;
}

// Sources: MicrosoftDocs/WSL WSL/systemd.md; microsoft/WSL#13546.
const std::array<Feature, 2>& wsl_conf_features() {
  static const std::array<Feature, 2> known = {{
      {"boot.systemd", "", {{0, 67, 6}}},
      {"automount.cgroups", "v1", {{2, 6, 2}}},
  }};
  return known;
}

bool asks_for(const WslConfigEntry& entry, const Feature& feature) {
  const std::string value = to_lower(entry.value);
  if (!feature.value.empty()) return value == feature.value;
  return !value.empty() && value != "disabled" && wsl_bool(value) != false;
}

}  // namespace

std::optional<Version> release_with_newer_kernel(std::string_view kernel) {
  const auto version = leading_version(kernel);
  if (!version || !is_stock_wsl2_kernel(kernel)) return std::nullopt;
  for (const Release& known : releases()) {
    if (*version < known.kernel) return known.release;
  }
  return std::nullopt;
}

std::vector<UsedFeature> used_features(const WslConfig& config) {
  std::vector<UsedFeature> used;
  const auto look_for = [&](const auto& features) {
    for (const Feature& feature : features) {
      const WslConfigEntry* entry = find_entry(config, feature.key);
      if (!entry || !asks_for(*entry, feature)) continue;
      used.push_back({entry->key + "=" + entry->value, feature.since, entry->line});
    }
  };
  if (config.kind == WslConfigKind::wsl_conf) {
    look_for(wsl_conf_features());
  } else {
    look_for(wslconfig_features());
  }
  return used;
}

std::string release_name(const Version& release) {
  Version shown = release;
  if (shown.parts.size() == 4 && shown.parts.back() == 0) shown.parts.pop_back();
  return to_string(shown);
}

std::optional<std::string> windows_build_of_wsl1(std::string_view kernel) {
  if (kernel_origin(kernel) != KernelOrigin::wsl1) return std::nullopt;
  const std::size_t dash = kernel.find('-');
  const auto build = leading_version(kernel.substr(dash + 1));
  // Before Windows build 17134 the number was WSL's own: "4.4.0-43-Microsoft".
  const Version first_with_build = {{17134}};
  if (dash == std::string_view::npos || !build || *build < first_with_build) return std::nullopt;
  return to_string(*build);
}

}  // namespace doctor
