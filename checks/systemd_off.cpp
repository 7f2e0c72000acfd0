#include "checks/systemd_off.h"

#include <algorithm>

#include "checks/wsl_file_fixes.h"
#include "checks/wsl_files.h"
#include "checks/wsl_release.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/os_release.h"
#include "lib/facts/versions.h"
#include "lib/facts/wsl_config_lint.h"
#include "lib/host/paths.h"

namespace doctor {

namespace {

const Version first_wsl_with_systemd = {{0, 67, 6}};

Finding finding_of(std::string id, Status severity, std::string summary, std::string detail) {
  Finding finding;
  finding.id = std::move(id);
  finding.severity = severity;
  finding.summary = std::move(summary);
  finding.detail = std::move(detail);
  return finding;
}

Finding unreadable_encoding(const Context& context, const WslFile& conf) {
  const bool bom = conf.config.encoding == TextEncoding::utf8_bom;
  Finding finding =
      finding_of("encoding", Status::error,
                 fmt::format("systemd stays off: WSL does not read /etc/wsl.conf, which is {}.",
                             bom ? "UTF-8 with a byte order mark" : "UTF-16"),
                 "What it asks for counts once the file is saved as plain UTF-8.");
  finding.location = Location{"/etc/wsl.conf", 1, 1};
  finding.fix = encoding_fix(context, conf);
  return finding;
}

// The problem that ends the reading of the file, if there is one.
const WslConfigProblem* stopping_problem(const WslConfig& config) {
  const auto found = std::ranges::find_if(config.problems, &WslConfigProblem::stops);
  return found == config.problems.end() ? nullptr : &*found;
}

// What is wrong with the line itself, the check wsl-conf says.
Finding stopped_by_syntax_error(const Context& context, const WslFile& conf,
                                const WslConfigProblem& problem) {
  Finding finding = finding_of(
      "syntax-error", Status::error,
      fmt::format("A syntax error on line {} of /etc/wsl.conf hides all that stands below it.",
                  problem.line),
      "Correct that line as the check wsl-conf says, then restart the distribution.");
  finding.location = Location{"/etc/wsl.conf", problem.line, problem.column};
  const WslFileMend mend = mend_wsl_file(context, conf);
  const WslConfig mended = parse_wsl_config(mend.mended.bytes, WslConfigKind::wsl_conf);
  if (const WslConfigEntry* entry = find_entry(mended, "boot.systemd")) {
    finding.evidence.push_back(
        {fmt::format("/etc/wsl.conf:{}", entry->line),
         fmt::format("systemd={}, which WSL does not get to see", entry->value)});
    finding.fix = mend.fix;
  }
  return finding;
}

// `systemd=true` somewhere where WSL does not look for it.
const WslConfigEntry* misplaced_entry(const WslConfig& config) {
  const auto found = std::ranges::find_if(config.entries, [](const WslConfigEntry& entry) {
    return equals_ignoring_case(entry.key, "systemd") && entry.name != "boot.systemd";
  });
  return found == config.entries.end() ? nullptr : &*found;
}

// By mending what keeps the file from saying so, where it means to; else by saying so.
void switch_on(const Context& context, const WslFile& conf, Finding& finding) {
  const WslRelease release = wsl_release(context);
  if (release.older_than(first_wsl_with_systemd) == true) {
    finding.detail += fmt::format(
        "{}{} cannot run it; 0.67.6 is the first that can: `wsl --update` in PowerShell, `wsl "
        "--shutdown`, then run this check again.",
        finding.detail.empty() ? "" : " ", release.words());
    return;
  }
  const WslFileMend mend = mend_wsl_file(context, conf);
  const WslConfig mended = parse_wsl_config(mend.mended.bytes, WslConfigKind::wsl_conf);
  const WslConfigEntry* entry = find_entry(mended, "boot.systemd");
  if (mend.fix && mend.fix->automatic && entry && wsl_bool(entry->value) == true) {
    finding.fix = mend.fix;
    return;
  }
  const auto edit =
      set_wsl_config(conf.bytes.value_or(""), WslConfigKind::wsl_conf, "boot", "systemd", "true");
  if (edit) {
    finding.fix = change_wsl_file(
        context, conf, {"systemd-enable", "Turn systemd on in /etc/wsl.conf", *edit, {}, true});
  } else {
    finding.detail += " " + edit.error();
  }
}

Finding switched_off(const Context& context, const WslFile& conf, const WslConfigEntry* entry) {
  const auto value = entry ? wsl_bool(entry->value) : std::nullopt;
  Finding finding;
  if (!entry) {
    finding = finding_of("off", Status::warning, "systemd is not switched on.",
                         "/etc/wsl.conf has no `systemd=true` in its [boot] section.");
    if (!conf.bytes) finding.detail = "There is no /etc/wsl.conf, and WSL's own default is off.";
  } else if (!value) {
    finding = finding_of(
        "invalid-value", Status::error,
        fmt::format("WSL does not understand `systemd={}`, so systemd stays off.", entry->value),
        "Only true, false, 1 and 0 count.");
  } else {
    finding = finding_of("off", Status::warning, "systemd is switched off in /etc/wsl.conf.", "");
  }
  if (entry) finding.location = Location{"/etc/wsl.conf", entry->line, entry->column};
  if (const WslConfigEntry* stray = misplaced_entry(conf.config)) {
    finding.severity = Status::error;
    finding.id = "wrong-section";
    finding.summary = fmt::format(
        "systemd stays off: its line in /etc/wsl.conf stands in [{}], and WSL reads it in [boot].",
        stray->section);
    finding.detail = "";
    finding.location = Location{"/etc/wsl.conf", stray->line, stray->column};
  } else if (const auto wslconfig = read_wslconfig(context.host)) {
    if (const WslConfigEntry* elsewhere = find_entry(wslconfig->config, "boot.systemd")) {
      finding.severity = Status::error;
      finding.id = "wrong-file";
      finding.summary =
          fmt::format("`systemd` is set in {}, where WSL ignores it.", wslconfig->shown);
      finding.detail = "It belongs in /etc/wsl.conf, inside the distribution.";
      finding.location = Location{wslconfig->shown, elsewhere->line, elsewhere->column};
    }
  }
  switch_on(context, conf, finding);
  return finding;
}

Finding without_init(const Context& context, const HostError& error) {
  Finding finding = finding_of(
      "no-sbin-init", Status::error,
      "systemd is asked for, but /sbin/init cannot be started, so WSL leaves it off.",
      "Install the package that brings /sbin/init: `systemd-sysv` on Debian, Ubuntu and Kali, "
      "`systemd-sysvinit` on openSUSE, `systemd` elsewhere; then restart the distribution: " +
          restart_distribution_command(context.environment) + " (in PowerShell).");
  finding.evidence.push_back({"/sbin/init", describe(error)});
  return finding;
}

// Everything is as it should be, and still it does not run.
Finding asked_for_but_off(const Context& context, const WslFile& conf,
                          const WslConfigEntry& entry) {
  const std::string terminate = restart_distribution_command(context.environment);
  const WslRelease release = wsl_release(context);
  Finding finding;
  if (release.older_than(first_wsl_with_systemd) == true) {
    finding = finding_of(
        "wsl-too-old", Status::error,
        fmt::format("systemd is asked for, but {} is too old for it (0.67.6 is the first).",
                    release.words_amid()),
        "In PowerShell: `wsl --update`, then `wsl --shutdown`.");
  } else if (wsl_conf_changed_since_start(context.host) == true) {
    finding = finding_of(
        "restart-pending", Status::error,
        "systemd is asked for, but the distribution has not been restarted since.",
        fmt::format("In PowerShell: `{}`, then open the distribution again.", terminate));
    finding.evidence.push_back({"/etc/wsl.conf", "changed after this distribution started"});
  } else {
    finding = finding_of("not-active", Status::error,
                         "systemd is asked for in /etc/wsl.conf, but does not run.",
                         fmt::format("{} restarted since: `wsl --shutdown` in PowerShell. "
                                     "`safeMode=true` in .wslconfig switches it off too.",
                                     release.older_than(first_wsl_with_systemd) == false
                                         ? "WSL was perhaps not"
                                         : "WSL is too old for it (`wsl --update`), or was not"));
    if (release.running) {
      finding.evidence.push_back({"wslinfo --version", context.environment.wsl_version});
    }
  }
  finding.location = Location{conf.shown, entry.line, entry.column};
  finding.evidence.push_back(
      {fmt::format("/etc/wsl.conf:{}", entry.line), "systemd=" + entry.value});
  return finding;
}

// RHEL 7 and its kin: their systemd knows no cgroup v2, which WSL mounts. Their own versions are
// the sign.
bool has_ancient_systemd(const Host& host) {
  const OsRelease release = parse_os_release(host.read_file("/etc/os-release").value_or(""));
  const auto version = leading_version(release.version_id);
  return is_like(release, "rhel") && version && *version < Version{{8}};
}

bool knows_systemd(const Host& host) {
  return exists(host, "/usr/lib/systemd/systemd") || exists(host, "/lib/systemd/systemd");
}

std::string distribution_in_words(const Context& context) {
  return context.environment.distribution.empty() ? "This distribution"
                                                  : context.environment.distribution;
}

Diagnosis with_pid1(Finding finding, const std::string& pid1) {
  finding.evidence.insert(finding.evidence.begin(), {"/proc/1/comm", pid1});
  return conclude("", {std::move(finding)});
}

// Does a line behind the one that ends the reading set `systemd`?
bool is_hidden_below(const WslFile& conf, const WslConfigProblem& problem) {
  const auto text = wsl_config_lines(conf.config, *conf.bytes);
  return std::any_of(
      text.begin() + static_cast<std::ptrdiff_t>(std::min(problem.line - 1, text.size())),
      text.end(),
      [](const std::string& line) { return to_lower(trim(line)).starts_with("systemd"); });
}

}  // namespace

Diagnosis diagnose_systemd_off(const Context& context, const std::string& pid1) {
  const auto conf = read_wsl_conf(context.host);
  if (!conf)
    return unknown("systemd is not running, and /etc/wsl.conf could not be read: " +
                   describe(conf.error()) + ".");
  if (!conf->config.readable) return with_pid1(unreadable_encoding(context, *conf), pid1);

  const WslConfigEntry* entry = find_entry(conf->config, "boot.systemd");
  const bool wanted = entry && wsl_bool(entry->value) == true;
  if (wanted) {
    const auto init = stat(context.host, "/sbin/init");
    if (!init && init.error().kind != HostErrorKind::not_recorded) {
      return with_pid1(without_init(context, init.error()), pid1);
    }
    return with_pid1(asked_for_but_off(context, *conf, *entry), pid1);
  }
  const WslConfigProblem* problem = stopping_problem(conf->config);
  if (problem && !entry && is_hidden_below(*conf, *problem)) {
    return with_pid1(stopped_by_syntax_error(context, *conf, *problem), pid1);
  }
  if (has_ancient_systemd(context.host)) {
    return skipped(fmt::format("{} has a systemd too old for WSL 2's cgroup v2; leave it off.",
                               distribution_in_words(context)));
  }
  if (!knows_systemd(context.host) && !entry) {
    return skipped(fmt::format("{} is not built on systemd (PID 1 is {}).",
                               distribution_in_words(context), pid1));
  }
  return with_pid1(switched_off(context, *conf, entry), pid1);
}

}  // namespace doctor
