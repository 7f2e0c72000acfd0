#include "checks/wsl_conf.h"

#include <array>

#include "checks/wsl_file_lint.h"
#include "checks/wsl_files.h"
#include "lib/base/text.h"
#include "lib/host/paths.h"

namespace doctor {

namespace {

constexpr Source sources[] = {
    {"The keys that WSL reads from /etc/wsl.conf, their types and defaults",
     "https://github.com/microsoft/WSL src/linux/init/WslDistributionConfig.cpp and .h, tags 2.5.8 "
     "to 2.9.4; documented in https://learn.microsoft.com/windows/wsl/wsl-config"},
    {"The first syntax error ends the reading of the file; # alone begins a comment; the first of "
     "two settings counts; the forms of values",
     "https://github.com/microsoft/WSL src/shared/configfile/configfile.cpp and "
     "src/shared/inc/stringshared.h (ParseBool)"},
    {"What WSL's own tests expect of wsl.conf",
     "https://github.com/microsoft/WSL test/windows/UnitTests.cpp (WslConfWarnings)"},
    {"[wsl2] in /etc/wsl.conf is unknown and ignored",
     "https://github.com/microsoft/WSL/issues/13048"},
    {"`[automount] cgroups` came with WSL 2.6.2",
     "https://github.com/microsoft/WSL commit 65eea7b31 (pull request #13546)"},
    {"With cgroup_no_v1=all, cgroups=v1 falls back to v2; it does not go with isolateDistroCgroup",
     "https://github.com/microsoft/WSL src/linux/init/config.cpp (ConfigInitializeCgroups)"},
    {"appendWindowsPath does not depend on interop.enabled",
     "https://github.com/microsoft/WSL src/linux/init/config.cpp (ConfigCreateEnvironmentBlock)"},
    {"metadata, umask and the like are mount options, not keys",
     "https://learn.microsoft.com/windows/wsl/wsl-config (Automount options)"},
    {"crossDistro was an option of Windows build 18970",
     "https://github.com/MicrosoftDocs/WSL WSL/release-notes.md"},
};

// Names under which people save it, or what belongs into Windows.
constexpr std::array<const char*, 3> wrong_names = {"/etc/wsl.conf.txt", "/etc/wslconf",
                                                    "/etc/.wsl.conf"};
constexpr std::array<const char*, 2> names_of_the_other = {"/etc/wslconfig", "/etc/.wslconfig"};

std::vector<Finding> wrongly_named(const Host& host, bool right_exists) {
  std::vector<Finding> findings;
  for (const char* name : wrong_names) {
    if (exists(host, name)) findings.push_back(wrong_name(name, "/etc/wsl.conf", right_exists));
  }
  for (const char* name : names_of_the_other) {
    if (!exists(host, name)) continue;
    findings.push_back(wrong_name(name, "/etc/wsl.conf", true));
    findings.back().detail =
        "Settings of this distribution belong in /etc/wsl.conf, those of all distributions in "
        "%UserProfile%\\.wslconfig, in Windows.";
  }
  return findings;
}

// .wslconfig costs a question to Windows: only where it could contradict.
bool may_contradict(const WslConfig& config) {
  const WslConfigEntry* cgroups = find_entry(config, "automount.cgroups");
  const WslConfigEntry* resolv = find_entry(config, "network.generateResolvConf");
  return (cgroups != nullptr && equals_ignoring_case(cgroups->value, "v1")) ||
         (resolv != nullptr && wsl_bool(resolv->value) == false);
}

Diagnosis run(const Context& context) {
  if (const auto why = why_no_wsl_settings(context.environment); !why.empty()) return skipped(why);
  const auto conf = read_wsl_conf(context.host);
  if (!conf) return unknown("/etc/wsl.conf could not be read: " + describe(conf.error()) + ".");
  auto misnamed = wrongly_named(context.host, conf->bytes.has_value());
  if (!conf->bytes) {
    return conclude("There is no /etc/wsl.conf: WSL's defaults apply.", std::move(misnamed));
  }
  WslConfigFacts facts = wsl_config_facts(context, conf->config);
  const bool across =
      context.environment.kind == EnvironmentKind::wsl2 && may_contradict(conf->config);
  const auto global = across ? read_wslconfig(context.host) : Answer<WslFile>(WslFile{});
  if (across && global) facts.other = &global->config;
  Diagnosis diagnosis =
      with_findings(diagnose_wsl_file(context, *conf, facts), std::move(misnamed));
  if (wsl_conf_changed_since_start(context.host) == true) {
    diagnosis.notes.emplace_back("/etc/wsl.conf was changed after this distribution started.");
  }
  return diagnosis;
}

}  // namespace

const Check wsl_conf_check = {
    .id = "wsl-conf",
    .group = "wsl",
    .title = "Every line of /etc/wsl.conf counts",
    .why =
        "WSL reads /etc/wsl.conf in a dialect of its own and says little when it does not "
        "understand it: one bad line, a ; for a comment say, makes it ignore the rest of the "
        "file, and a setting in the wrong section or file does nothing.",
    .reads =
        "/etc/wsl.conf, the names under which it is saved by mistake, the WSL release, and "
        ".wslconfig where the two could contradict.",
    .mends =
        "Corrects what is beyond doubt (comments, headers, names, forms of values, settings in "
        "the wrong section, the encoding) and keeps every other byte.",
    .thresholds = {},
    .sources = sources,
    .run = run,
};

}  // namespace doctor
