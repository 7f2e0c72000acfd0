#include "checks/cgroup_fixes.h"

#include "checks/wsl_file_fixes.h"
#include "checks/wsl_files.h"
#include "checks/wsl_release.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/kernel_command_line.h"
#include "lib/facts/versions.h"

namespace doctor {

namespace {

const Version first_with_kernel_switch = {
    {1, 0, 1}};  // before, cgroup_no_v1=all kept WSL from starting
const Version first_with_pure_v2 = {{2, 5, 7}};
const Version first_with_conf_key = {{2, 6, 2}};

constexpr const char* hierarchy = "systemd.unified_cgroup_hierarchy";
constexpr const char* legacy = "SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE";
constexpr const char* no_v1 = "cgroup_no_v1";

bool is_off(const std::optional<std::string>& value) {
  return value && (*value == "0" || equals_ignoring_case(*value, "no") ||
                   equals_ignoring_case(*value, "false"));
}

bool asks_for_v1(std::string_view command_line) {
  const auto parameters = parse_kernel_command_line(command_line);
  const KernelParameter* unified = find_parameter(parameters, hierarchy);
  return (unified && is_off(unified->value)) || find_parameter(parameters, legacy);
}

std::string without_v1(std::string_view command_line) {
  return remove_parameter(remove_parameter(command_line, hierarchy), legacy);
}

// `[automount] cgroups=v1`: WSL's own switch, per distribution.
void mend_wsl_conf(const Context& context, const WslFile& conf, const WslConfigEntry& entry,
                   Finding& finding) {
  finding.detail += " /etc/wsl.conf asks for it.";
  finding.location = Location{conf.shown, entry.line, entry.column};
  finding.evidence.push_back(
      {fmt::format("/etc/wsl.conf:{}", entry.line), "[automount] cgroups=" + entry.value});
  const auto edit =
      set_wsl_config(*conf.bytes, WslConfigKind::wsl_conf, "automount", "cgroups", "v2");
  if (!edit) return;
  finding.fix = change_wsl_file(
      context, conf, {"cgroup-wsl-conf", "Ask for cgroup v2 in /etc/wsl.conf", *edit, {}, true});
}

// Gives kernelCommandLine the value `wanted`, "" meaning that the key goes.
void set_command_line(const Context& context, const WslFile& file, const std::string& wanted,
                      std::string title, Finding& finding) {
  const std::string bytes = file.bytes.value_or("");
  const auto edit =
      wanted.empty()
          ? remove_wsl_config(bytes, WslConfigKind::wslconfig, "wsl2", "kernelCommandLine")
          : set_wsl_config(bytes, WslConfigKind::wslconfig, "wsl2", "kernelCommandLine", wanted);
  if (!edit) {
    finding.detail += " " + edit.error();
  } else if (!file.path) {
    finding.detail += fmt::format(
        " Its drive is not mounted here, so edit {} in Windows: under [wsl2], {}.", file.shown,
        wanted.empty() ? "remove kernelCommandLine" : "kernelCommandLine=" + wanted);
  } else {
    finding.fix =
        change_wsl_file(context, file, {"cgroup-wslconfig", std::move(title), *edit, {}, true});
  }
}

void mend_command_line(const Context& context, const std::string& running, Finding& finding) {
  finding.detail += " The kernel's command line asks for it.";
  finding.evidence.push_back({"/proc/cmdline", running});
  const auto file = read_wslconfig(context.host);
  if (!file) {
    finding.detail += " Take it out of kernelCommandLine in %UserProfile%\\.wslconfig (" +
                      describe(file.error()) + ").";
    return;
  }
  const WslConfigEntry* entry = find_entry(file->config, "wsl2.kernelCommandLine");
  if (!entry || !asks_for_v1(entry->value)) {
    finding.detail += fmt::format(
        " {} does not any more: `wsl --shutdown` in PowerShell makes that count.", file->shown);
    return;
  }
  finding.location = Location{file->shown, entry->line, entry->column};
  set_command_line(context, *file, std::string(trim(without_v1(entry->value))),
                   "Stop asking for cgroup v1 in .wslconfig", finding);
}

// Nobody asked: it is how old WSL releases start.
void mend_old_release(const Context& context, const WslRelease& release, const std::string& running,
                      Finding& finding) {
  finding.detail += fmt::format(
      " {} starts like that; since 2.5.7 cgroups are v2 only. Best: `wsl --update` in "
      "PowerShell, then `wsl --shutdown`.",
      release.words());
  if (release.older_than(first_with_kernel_switch) != false) return;
  const auto file = read_wslconfig(context.host);
  if (!file || !file->config.readable) return;
  const WslConfigEntry* entry = find_entry(file->config, "wsl2.kernelCommandLine");
  const std::string now = entry ? entry->value : "";
  const auto set = parse_kernel_command_line(now);
  const KernelParameter* parameter = find_parameter(set, no_v1);
  if (parameter && parameter->value == "all" &&
      !find_parameter(parse_kernel_command_line(running), no_v1)) {
    finding.detail +=
        fmt::format(" {} asks for v2 already and waits for `wsl --shutdown`.", file->shown);
    return;
  }
  finding.detail +=
      " Where WSL cannot be updated, the fix switches v1 off by the kernel's command line.";
  set_command_line(context, *file, merge_parameter(now, no_v1, "all"),
                   "Switch cgroup v1 off in .wslconfig", finding);
}

}  // namespace

void mend_cgroups(const Context& context, CgroupLayout layout, Finding& finding) {
  if (layout != CgroupLayout::v1 && layout != CgroupLayout::hybrid) {
    finding.detail +=
        " Every WSL 2 release mounts cgroups itself, so something in the distribution has covered "
        "or unmounted them.";
    return;
  }
  const WslRelease release = wsl_release(context);
  const auto too_old = release.older_than(first_with_pure_v2);
  const auto conf = read_wsl_conf(context.host);
  if (conf) {
    const WslConfigEntry* entry = find_entry(conf->config, "automount.cgroups");
    const bool counts = release.older_than(first_with_conf_key) != true;
    if (entry && counts && equals_ignoring_case(entry->value, "v1")) {
      mend_wsl_conf(context, *conf, *entry, finding);
      return;
    }
  }
  const std::string running(trim(context.host.read_file("/proc/cmdline").value_or("")));
  if (asks_for_v1(running)) {
    mend_command_line(context, running, finding);
  } else if (too_old == true) {
    mend_old_release(context, release, running, finding);
  } else if (too_old == false) {
    finding.detail +=
        " This WSL release starts with v2, so something in the distribution has changed it, or "
        "/etc/wsl.conf was corrected and waits for a restart: `wsl --shutdown` in PowerShell.";
  } else {
    finding.detail +=
        " Which WSL release this is could not be told; current ones start with v2: `wsl --update` "
        "in "
        "PowerShell, then `wsl --shutdown`.";
  }
}

}  // namespace doctor
