#include "checks/wslconfig.h"

#include <array>

#include "checks/wsl_file_lint.h"
#include "checks/wsl_files.h"
#include "lib/base/format.h"
#include "lib/host/paths.h"

namespace doctor {

namespace {

constexpr Source sources[] = {
    {"The keys that WSL reads from %UserProfile%\\.wslconfig, their types and defaults",
     "https://github.com/microsoft/WSL src/windows/common/WslCoreConfig.h and .cpp, tags 2.5.8 to "
     "2.9.4; documented in https://learn.microsoft.com/windows/wsl/wsl-config"},
    {"Bad lines are dropped; # alone begins a comment; backslashes are doubled; the first of two "
     "settings counts; sizes have upper-case units and no blank",
     "https://github.com/microsoft/WSL src/shared/configfile/configfile.cpp and "
     "src/shared/inc/stringshared.h (ParseMemorySize)"},
    {"What WSL's own tests expect of .wslconfig",
     "https://github.com/microsoft/WSL test/windows/UnitTests.cpp (Warnings, WriteWslConfig)"},
    {"Which settings depend on networkingMode, dnsTunneling, virtio and safeMode",
     "https://github.com/microsoft/WSL src/windows/common/WslCoreConfig.cpp (Initialize), "
     "src/windows/service/exe/WslCoreVm.cpp, BridgedNetworking.cpp"},
    {"Which settings take Windows 11 22H2; dnsProxy is NAT's; Bridged is deprecated since 2.4.5",
     "https://learn.microsoft.com/windows/wsl/wsl-config (MicrosoftDocs/WSL: WSL/wsl-config.md)"},
    {"pageReporting was removed in WSL 1.1.7, useWindowsDnsCache in 2.3.22",
     "https://github.com/microsoft/WSL/issues/9899 and /12133"},
    {"A byte order mark made WSL of 2020 ignore the file",
     "https://github.com/microsoft/WSL/issues/5389"},
    {"Of a character beyond ASCII the reader keeps one byte",
     "https://github.com/microsoft/WSL src/shared/configfile/configfile.cpp (value += "
     "static_cast<char>(ch))"},
    {"A single backslash in kernel= drops the line",
     "https://github.com/microsoft/WSL/issues/10196"},
};

constexpr std::array<const char*, 4> wrong_names = {".wslconfig.txt", "wslconfig", ".wslconf",
                                                    ".wsl.conf"};

// Asked one by one: the other names in somebody's profile are nobody's business.
std::vector<Finding> wrongly_named(const Host& host, const WslFile& file) {
  std::vector<Finding> findings;
  const bool right_exists = file.bytes.has_value();
  if (file.path) {
    const std::string folder = file.path->substr(0, file.path->rfind('/'));
    const std::string shown = file.shown.substr(0, file.shown.rfind('\\') + 1);
    for (const char* name : wrong_names) {
      if (!exists(host, folder + "/" + name)) continue;
      findings.push_back(wrong_name(shown + name, file.shown, right_exists));
    }
  }
  const auto home = host.variable("HOME");
  if (home && home->starts_with('/')) {
    const std::string stray = normalise(*home + "/.wslconfig");
    if (stray != file.path && exists(host, stray)) {
      findings.push_back(wrong_name(stray, file.shown, right_exists));
    }
  }
  return findings;
}

Diagnosis run(const Context& context) {
  if (context.environment.kind == EnvironmentKind::wsl1) {
    return skipped("WSL 1 does not read .wslconfig; it is for WSL 2 alone.");
  }
  if (const auto why = why_no_wsl_settings(context.environment); !why.empty()) return skipped(why);
  const auto file = read_wslconfig(context.host);
  if (!file) {
    return unknown(
        ".wslconfig lies in Windows, which could not be asked: " + describe(file.error()) + ".");
  }
  auto misnamed = wrongly_named(context.host, *file);
  if (!file->bytes) {
    return conclude(fmt::format("There is no {}: WSL's defaults apply.", file->shown),
                    std::move(misnamed));
  }
  return with_findings(diagnose_wsl_file(context, *file, wsl_config_facts(context, file->config)),
                       std::move(misnamed));
}

}  // namespace

const Check wslconfig_check = {
    .id = "wslconfig",
    .group = "wsl",
    .title = "Every line of .wslconfig counts",
    .why =
        "Memory, processors, swap, kernel and network of WSL 2 are set in "
        "%UserProfile%\\.wslconfig. WSL drops what it does not understand (memory=8gb, "
        "kernel=C:\\Users, a key in the wrong section), and the machine runs with defaults.",
    .reads =
        "%UserProfile%\\.wslconfig through Windows, the names under which it is saved by "
        "mistake, the release of WSL and the build of Windows, `wslinfo --networking-mode`.",
    .mends =
        "Corrects what is beyond doubt (sizes, backslashes, comments, headers, names, settings in "
        "the wrong section, the encoding) and keeps every other byte.",
    .thresholds = {},
    .sources = sources,
    .run = run,
};

}  // namespace doctor
