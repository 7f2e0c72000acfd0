#include "checks/wsl_version.h"

#include "checks/wsl1_version.h"
#include "checks/wsl_files.h"
#include "checks/wsl_kernel.h"
#include "checks/wsl_release.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/kernel.h"
#include "lib/facts/wsl_releases.h"

namespace doctor {

namespace {

constexpr Source sources[] = {
    {"A kernel's name tells WSL 1 (\"Microsoft\") from WSL 2 (\"microsoft\")",
     "https://github.com/microsoft/WSL src/linux/init/util.cpp (UtilIsUtilityVm)"},
    {"`wslinfo --version` is compiled into the running init; it came with WSL 2.2.3",
     "https://github.com/microsoft/WSL/issues/11475; src/linux/init/wslinfo.cpp"},
    {"The installed release, in the registry: of the MSI, and of the older Store package",
     "https://github.com/microsoft/WSL msipackage/package.wix.in; issues/9732"},
    {"After an update the old kernel runs on until `wsl --shutdown`",
     "https://github.com/microsoft/WSL/issues/5868 (also #10560)"},
    {"Which release brought which kernel",
     "https://github.com/microsoft/WSL packages.config of each tag; before 2.5.8 issues #8798, "
     "#9183, #9748, #11367, #10693, #11102"},
    {"WSL does not start when a file that `kernel=` or `kernelModules=` names is missing, or with "
     "the latter alone; it mounts its own modules only beside its own kernel",
     "https://github.com/microsoft/WSL src/windows/service/exe/WslCoreVm.cpp"},
    {"systemd needs WSL 0.67.6", "https://learn.microsoft.com/windows/wsl/systemd"},
    {"Mirrored networking, DNS tunnelling, autoProxy and autoMemoryReclaim need 2.0.0",
     "https://github.com/microsoft/WSL/releases/tag/2.0.0; https://devblogs.microsoft.com/"
     "commandline/windows-subsystem-for-linux-september-2023-update/"},
    {"`[automount] cgroups` needs 2.6.2", "https://github.com/microsoft/WSL/pull/13546"},
    {"The clock is right after sleep since 2.1.1", "https://github.com/microsoft/WSL/issues/10006"},
    {"Kernels before 6.18.26.1 let any program become root (CVE-2026-31431)",
     "https://github.com/microsoft/WSL/issues/40365"},
    {"What WSL 1 has and lacks", "https://learn.microsoft.com/windows/wsl/compare-versions"},
    {"The WSL that came with Windows is replaced by the one from the Store",
     "https://github.com/microsoft/WSL/issues/8798"},
};

// What runs, and what Windows has installed.
struct Wsl {
  WslRelease release;
  Answer<WindowsFacts> windows;
  Answer<WslFile> wslconfig;

  const InstalledWsl* installed() const {
    return windows && windows->wsl ? &*windows->wsl : nullptr;
  }
};

std::vector<Evidence> evidence_of(const Context& context, const Wsl& wsl) {
  std::vector<Evidence> evidence;
  if (wsl.release.running) {
    evidence.push_back({"wslinfo --version", context.environment.wsl_version});
  } else {
    evidence.push_back({"wslinfo --version", "no answer, as before WSL 2.2.3"});
  }
  if (!context.environment.kernel.empty()) {
    evidence.push_back({"/proc/sys/kernel/osrelease", context.environment.kernel});
  }
  if (const InstalledWsl* installed = wsl.installed()) {
    evidence.push_back({"installed in Windows", "WSL " + installed->version});
    if (!installed->kernel.empty()) {
      evidence.push_back({"kernel of the installed WSL", installed->kernel});
    }
  } else if (wsl.windows) {
    evidence.push_back(
        {"installed in Windows",
         wsl.release.running ? "not told" : "nothing found: the one that came with Windows"});
  }
  return evidence;
}

bool has_kernel_setting(const WslFile& wslconfig) {
  const WslConfigEntry* entry = find_entry(wslconfig.config, "wsl2.kernel");
  return entry && !entry->value.empty();
}

// Another WSL is installed than the one that runs.
std::optional<Finding> restart_pending(const Context& context, const Wsl& wsl) {
  const InstalledWsl* installed = wsl.installed();
  if (!installed) return std::nullopt;
  const auto version = parse_version(installed->version);
  const std::string& kernel = context.environment.kernel;
  const bool other_release = version && wsl.release.running && *version != *wsl.release.running;
  const bool other_kernel = wsl.wslconfig && !has_kernel_setting(*wsl.wslconfig) &&
                            is_stock_wsl2_kernel(kernel) && !installed->kernel.empty() &&
                            installed->kernel != kernel;
  if (!other_release && !other_kernel) return std::nullopt;
  Finding finding;
  finding.id = "restart-pending";
  finding.summary =
      other_release
          ? fmt::format("WSL {} is installed, but {} still runs: a restart is pending.",
                        release_name(*version), release_name(*wsl.release.running))
          : fmt::format("Kernel {} is installed, but {} still runs: a restart is pending.",
                        to_string(leading_version(installed->kernel).value_or(Version{})),
                        to_string(leading_version(kernel).value_or(Version{})));
  finding.detail =
      "`wsl --shutdown` in PowerShell, then open the distribution again. It ends all distributions "
      "and Docker Desktop.";
  return finding;
}

struct Need {
  UsedFeature feature;
  const WslFile* file = nullptr;  // null: not a setting
};

std::vector<Need> needs_of(const Answer<WslFile>& wsl_conf, const Answer<WslFile>& wslconfig) {
  std::vector<Need> needs = {{{"a clock that is right after sleep", first_wsl_with_right_clock}}};
  for (const Answer<WslFile>* file : {&wslconfig, &wsl_conf}) {
    if (!*file) continue;
    for (UsedFeature& feature : used_features((*file)->config)) {
      needs.push_back({std::move(feature), &**file});
    }
  }
  return needs;
}

std::optional<Finding> too_old(const Context& context, const Wsl& wsl) {
  const auto wsl_conf = read_wsl_conf(context.host);
  const InstalledWsl* installed = wsl.installed();
  const auto waiting = installed ? parse_version(installed->version) : std::nullopt;
  Finding finding;
  std::vector<std::string> lacking;
  for (const Need& need : needs_of(wsl_conf, wsl.wslconfig)) {
    const Version& since = need.feature.since;
    if (wsl.release.older_than(since) != true) continue;
    if (waiting && *waiting >= since) continue;  // a restart is enough, and another finding's word
    lacking.push_back(fmt::format("{} ({})", need.feature.setting, release_name(since)));
    if (!need.file) continue;
    finding.evidence.push_back(
        {fmt::format("{}:{}", need.file->shown, need.feature.line), need.feature.setting});
  }
  if (lacking.empty()) return std::nullopt;
  finding.id = "too-old";
  finding.summary = fmt::format("{} is too old for what is used here: {}.", wsl.release.words(),
                                join(lacking, ", "));
  finding.detail =
      "In brackets the first release that has it. In PowerShell: `wsl --update`, then `wsl "
      "--shutdown`. Where `wsl --update` knows no newer one, WSL came with Windows: install it "
      "from the Microsoft Store or from github.com/microsoft/WSL/releases.";
  return finding;
}

Finding not_asked(std::string id, std::string summary, const HostError& error) {
  Finding finding;
  finding.id = std::move(id);
  finding.severity = Status::unknown;
  finding.summary = fmt::format("{}: {}.", summary, describe(error));
  return finding;
}

Finding release_unknown() {
  Finding finding;
  finding.id = "release";
  finding.severity = Status::unknown;
  finding.summary = "Which release of WSL runs could not be told.";
  finding.detail =
      "`wsl --version` in PowerShell tells it; the WSL that came with Windows does not "
      "know that option. `wsl --update` gets the current one.";
  return finding;
}

std::string in_one_sentence(const Context& context, const Wsl& wsl) {
  const WslRelease& release = wsl.release;
  std::string sentence = "WSL 2";
  if (release.running) {
    sentence += ", release " + release_name(*release.running);
  } else if (release.installed) {
    sentence += ", release " + release_name(*release.installed);
  } else if (release.below) {
    sentence += ", a release before " + release_name(*release.below);
  }
  const std::string& kernel = context.environment.kernel;
  const auto version = leading_version(kernel);
  if (version && is_stock_wsl2_kernel(kernel))
    return sentence + ", kernel " + to_string(*version) + ".";
  return kernel.empty() ? sentence + "."
                        : sentence + ", with a kernel of your own: " + kernel + ".";
}

void note_known_hole(const std::string& kernel, std::vector<std::string>& notes) {
  const auto version = leading_version(kernel);
  if (!version || !is_stock_wsl2_kernel(kernel)) return;
  if (*version >= first_kernel_without_copy_fail) return;
  notes.push_back(fmt::format(
      "Kernel {} has CVE-2026-31431 (any program can become root); {} and newer do not: `wsl "
      "--update` in PowerShell.",
      to_string(*version), to_string(first_kernel_without_copy_fail)));
}

Diagnosis diagnose_wsl2(const Context& context) {
  const Wsl wsl{wsl_release(context), context.host.windows(), read_wslconfig(context.host)};
  std::vector<Finding> findings;
  std::vector<std::string> notes;
  if (auto finding = restart_pending(context, wsl)) findings.push_back(*std::move(finding));
  if (wsl.windows && wsl.wslconfig) {
    judge_wsl_kernel(context, *wsl.windows, *wsl.wslconfig, findings, notes);
  }
  if (auto finding = too_old(context, wsl)) findings.push_back(*std::move(finding));
  if (!wsl.release.running && !wsl.release.installed && !wsl.release.below) {
    findings.push_back(release_unknown());
  }
  if (!wsl.windows) {
    findings.push_back(not_asked(
        "windows",
        wsl.release.words() + " runs; whether another one waits for a restart could not be asked",
        wsl.windows.error()));
  } else if (!wsl.wslconfig) {
    findings.push_back(
        not_asked("wslconfig", ".wslconfig could not be read", wsl.wslconfig.error()));
  }
  const bool restart = !findings.empty() && findings.front().id == "restart-pending";
  if (!restart) note_known_hole(context.environment.kernel, notes);
  Diagnosis diagnosis = conclude(in_one_sentence(context, wsl), std::move(findings));
  diagnosis.evidence = evidence_of(context, wsl);
  diagnosis.notes = std::move(notes);
  return diagnosis;
}

Diagnosis run(const Context& context) {
  switch (context.environment.kind) {
    case EnvironmentKind::wsl1:
      return diagnose_wsl1_version(context);
    case EnvironmentKind::wsl2:
      return diagnose_wsl2(context);
    case EnvironmentKind::container_on_wsl:
      return skipped("A container does not see its WSL: run wsl-go-doctor in the distribution.");
    case EnvironmentKind::container:
    case EnvironmentKind::ci:
    case EnvironmentKind::linux_machine:
      break;
  }
  return skipped("Not a WSL machine.");
}

}  // namespace

const Check wsl_version_check = {
    .id = "wsl-version",
    .group = "wsl",
    .title = "WSL release and kernel",
    .why =
        "Settings that a WSL does not know yet are ignored, an update counts only after a restart, "
        "and a kernel of one's own can be missing at the next start. WSL 1 has no Linux kernel at "
        "all.",
    .reads =
        "The kernel's release, `wslinfo --version`, Windows' registry (installed WSL and its "
        "kernel), .wslconfig and /etc/wsl.conf, the mounts.",
    .mends = "Removes a kernel= from .wslconfig whose file does not exist.",
    .thresholds = {},
    .sources = sources,
    .run = run,
};

}  // namespace doctor
