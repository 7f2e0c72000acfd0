#include "checks/systemd.h"

#include "checks/systemd_off.h"
#include "checks/wsl_files.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/systemctl.h"
#include "lib/fix/script.h"
#include "lib/host/paths.h"

namespace doctor {

namespace {

constexpr Source sources[] = {
    {"`[boot] systemd=true` in /etc/wsl.conf, from WSL 0.67.6 on; the distribution must restart",
     "https://learn.microsoft.com/windows/wsl/systemd (MicrosoftDocs/WSL: WSL/systemd.md)"},
    {"WSL switches it off itself on WSL 1, in safe mode, and where /sbin/init cannot be executed",
     "https://github.com/microsoft/WSL src/linux/init/WslDistributionConfig.cpp"},
    {"The first syntax error in /etc/wsl.conf ends its reading",
     "https://github.com/microsoft/WSL src/shared/configfile/configfile.cpp"},
    {"The user session can fail to start",
     "https://github.com/microsoft/WSL/issues/13826 (also #10205)"},
    {"The systemd of RHEL 7 and CentOS 7 cannot run on cgroup v2; 230 is the first that can",
     "https://github.com/podman-container-tools/podman/pull/6195"},
    {"A degraded state is often one harmless unit",
     "https://github.com/microsoft/WSL/issues/9012 (also #8879)"},
};

Command systemctl(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "systemctl");
  return {std::move(arguments), std::chrono::milliseconds(2000)};
}

Finding degraded(const Host& host) {
  Finding finding;
  finding.id = "degraded";
  const auto listed = host.run(systemctl({"--failed", "--no-legend", "--plain"}));
  const auto units = listed ? parse_failed_units(listed->out) : std::vector<std::string>{};
  finding.summary = units.empty() ? std::string("systemd runs, but in state degraded.")
                                  : fmt::format("systemd runs, but {} failed: {}.",
                                                count_of(units.size(), "unit"), join(units, ", "));
  finding.detail =
      "`systemctl status UNIT` and `journalctl -u UNIT` say why. A unit that makes no sense in WSL "
      "can be "
      "masked: `sudo systemctl mask UNIT`.";
  for (const std::string& unit : units) finding.evidence.push_back({"systemctl --failed", unit});
  return finding;
}

std::optional<Finding> state_of_system(const Host& host, Diagnosis& facts) {
  const auto answer = host.run(systemctl({"is-system-running"}));
  if (!answer) {
    Finding finding;
    finding.id = "state";
    finding.severity = Status::unknown;
    finding.summary =
        "systemd runs, but its state could not be asked: " + describe(answer.error()) + ".";
    return finding;
  }
  const auto state = parse_system_state(answer->out);
  facts.evidence.push_back({"systemctl is-system-running", std::string(trim(answer->out))});
  if (state == SystemState::running) return std::nullopt;
  if (state == SystemState::degraded) return degraded(host);
  if (state == SystemState::starting || state == SystemState::initializing) {
    facts.notes.emplace_back("systemd is still starting.");
    return std::nullopt;
  }
  Finding finding;
  finding.id = "state";
  finding.severity = !state || *state == SystemState::unknown ? Status::unknown : Status::warning;
  finding.summary = fmt::format("systemd runs, but says of itself: {}.",
                                trim(answer->out).empty() ? trim(answer->err) : trim(answer->out));
  return finding;
}

Fix restart_user_session(std::uint32_t uid) {
  const std::string unit = fmt::format("user@{}.service", uid);
  Fix fix;
  fix.id = "systemd-user-session";
  fix.title = "Start the systemd session of this user again";
  fix.needs = Privilege::root;
  fix.touches = {unit};
  fix.undo = "Nothing to undo: no file is changed.";
  fix.script =
      bash_script({.id = fix.id,
                   .title = fix.title,
                   .about = {"Restarts " + unit + "; programs of that session end."},
                   .apply = fmt::format("run_step 'Restart {0}' systemctl restart {0}", unit),
                   .undo = "",
                   .needs = Privilege::root});
  return fix;
}

std::optional<Finding> user_session(const Host& host) {
  const auto machine = host.machine();
  if (!machine || machine->uid == 0) return std::nullopt;
  const std::string bus = fmt::format("/run/user/{}/bus", machine->uid);
  const auto info = stat(host, bus);
  if (info) return std::nullopt;
  Finding finding;
  finding.id = "user-session";
  finding.evidence.push_back({bus, describe(info.error())});
  if (info.error().kind != HostErrorKind::missing) {
    finding.severity = Status::unknown;
    finding.summary = "Could not find out whether systemd has a session for this user.";
    return finding;
  }
  finding.summary =
      "systemd runs, but without a session for this user: `systemctl --user` and D-Bus fail.";
  finding.detail = "WSL gave up waiting for it when the distribution started.";
  finding.fix = restart_user_session(machine->uid);
  return finding;
}

// Why, and what to do, is for the check `interop` to say.
void note_lost_interop(const Host& host, Diagnosis& diagnosis) {
  for (const char* name : {"WSLInterop", "WSLInterop-late"}) {
    const auto entry = host.lstat(std::string("/proc/sys/fs/binfmt_misc/") + name);
    if (entry || entry.error().kind != HostErrorKind::missing) return;
  }
  const auto conf = read_wsl_conf(host);
  const WslConfigEntry* enabled = conf ? find_entry(conf->config, "interop.enabled") : nullptr;
  if (enabled && wsl_bool(enabled->value) == false) return;
  diagnosis.notes.emplace_back("WSL's binfmt entry is gone; systemd can be why: see `interop`.");
}

Diagnosis running(const Context& context) {
  Diagnosis facts;
  std::vector<Finding> findings;
  if (auto finding = state_of_system(context.host, facts)) findings.push_back(*std::move(finding));
  if (auto finding = user_session(context.host)) findings.push_back(*std::move(finding));
  Diagnosis diagnosis = conclude("systemd is running as PID 1.", std::move(findings));
  diagnosis.evidence = std::move(facts.evidence);
  diagnosis.notes = std::move(facts.notes);
  note_lost_interop(context.host, diagnosis);
  if (exists(context.host, "/opt/distrod")) {
    diagnosis.notes.emplace_back(
        "distrod is installed here; WSL starts systemd itself since 0.67.6.");
  }
  return diagnosis;
}

Diagnosis run(const Context& context) {
  switch (context.environment.kind) {
    case EnvironmentKind::wsl1:
      return skipped("WSL 1 cannot run systemd.");
    case EnvironmentKind::container_on_wsl:
    case EnvironmentKind::container:
      return skipped("A container has a PID 1 of its own, which is not systemd's place.");
    case EnvironmentKind::ci:
    case EnvironmentKind::linux_machine:
      return skipped("Not a WSL machine: how it boots is not WSL's doing.");
    case EnvironmentKind::wsl2:
      break;
  }
  // The name of the process decides, never its command line: distrod and others start /sbin/init.
  const auto name = context.host.read_file("/proc/1/comm");
  const auto booted = stat(context.host, "/run/systemd/system");
  if ((name && trim(*name) == "systemd") || booted) return running(context);
  if (!name) return unknown("/proc/1/comm could not be read: " + describe(name.error()) + ".");
  if (booted.error().kind != HostErrorKind::missing) {
    return unknown("/run/systemd/system could not be looked at: " + describe(booted.error()) + ".");
  }
  return diagnose_systemd_off(context, std::string(trim(*name)));
}

}  // namespace

const Check systemd_check = {
    .id = "systemd",
    .group = "wsl",
    .title = "systemd enabled and healthy",
    .why =
        "Docker, snap, user services and much documentation expect systemd. In WSL 2 it runs only "
        "when "
        "/etc/wsl.conf asks for it, and several quiet mistakes (wrong file, wrong section, an "
        "earlier syntax "
        "error, no restart) leave it off.",
    .reads =
        "/proc/1/comm, /run/systemd/system, /etc/wsl.conf and .wslconfig, `systemctl "
        "is-system-running` "
        "and `--failed`, the user's bus socket, whether WSL's binfmt entry exists.",
    .mends =
        "Writes `[boot] systemd=true` into /etc/wsl.conf and keeps every other byte; repairs its "
        "encoding; starts the user session again.",
    .thresholds = {},
    .sources = sources,
    .run = run,
};

}  // namespace doctor
