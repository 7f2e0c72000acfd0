#include "checks/wsl1_version.h"

#include "checks/wsl_files.h"
#include "checks/wsl_release.h"
#include "lib/base/format.h"
#include "lib/facts/wsl_releases.h"

namespace doctor {

namespace {

std::string set_version_command(const Environment& environment) {
  const std::string terminate = restart_distribution_command(environment);
  return "wsl --set-version " + terminate.substr(terminate.rfind(' ') + 1) + " 2";
}

Finding first_wsl(const std::string& kernel) {
  Finding finding;
  finding.id = "first-wsl";
  finding.summary = "This is the WSL of 2016, which nobody maintains any more.";
  finding.detail =
      "It is a part of Windows: update Windows, then get the current WSL with "
      "`wsl --install` in PowerShell.";
  finding.evidence.push_back({"/proc/sys/kernel/osrelease", kernel});
  return finding;
}

// It works, but hardly any tool for Go on Linux is made for it.
Finding wsl1(const Environment& environment) {
  Finding finding;
  finding.id = "wsl1";
  finding.summary = "This is WSL 1: it has no Linux kernel, so no systemd, Docker or cgroups.";
  finding.detail = fmt::format(
      "Files of the distribution are slower than in WSL 2, those on Windows drives faster: who "
      "must work there may stay. To change, on Windows 10 1903 and newer: `{}` in PowerShell.",
      set_version_command(environment));
  return finding;
}

Finding systemd_wanted(const Environment& environment, const WslFile& conf,
                       const WslConfigEntry& entry) {
  Finding finding;
  finding.id = "needs-wsl2";
  finding.summary = "systemd is asked for in /etc/wsl.conf, but WSL 1 cannot run it.";
  finding.detail =
      fmt::format("`{}` in PowerShell makes this distribution WSL 2 (Windows 10 1903 and newer).",
                  set_version_command(environment));
  finding.location = Location{conf.shown, entry.line, entry.column};
  finding.evidence.push_back(
      {fmt::format("/etc/wsl.conf:{}", entry.line), "systemd=" + entry.value});
  return finding;
}

}  // namespace

Diagnosis diagnose_wsl1_version(const Context& context) {
  const std::string& kernel = context.environment.kernel;
  std::vector<Finding> findings;
  const auto version = leading_version(kernel);
  if (version && *version < Version{{4}}) findings.push_back(first_wsl(kernel));
  if (const auto conf = read_wsl_conf(context.host)) {
    const WslConfigEntry* entry = find_entry(conf->config, "boot.systemd");
    if (entry && wsl_bool(entry->value) == true) {
      findings.push_back(systemd_wanted(context.environment, *conf, *entry));
    }
  }
  if (findings.empty()) findings.push_back(wsl1(context.environment));
  const auto build = windows_build_of_wsl1(kernel);
  Diagnosis diagnosis = conclude("", std::move(findings));
  if (build) diagnosis.notes.push_back(fmt::format("It is that of Windows build {}.", *build));
  if (!kernel.empty()) diagnosis.evidence.push_back({"/proc/sys/kernel/osrelease", kernel});
  if (const auto release = parse_version(context.environment.wsl_version)) {
    diagnosis.evidence.push_back({"wslinfo --version", context.environment.wsl_version});
  }
  return diagnosis;
}

}  // namespace doctor
