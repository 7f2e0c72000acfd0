#include "checks/time_sync.h"

#include <algorithm>
#include <cmath>

#include "checks/clock_fixes.h"
#include "checks/wsl_release.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/unit_states.h"
#include "lib/facts/wsl_releases.h"
#include "lib/host/paths.h"

namespace doctor {

namespace {

constexpr Source sources[] = {
    {"WSL runs chronyd itself, outside the distribution, on /dev/ptp0; without that device it does "
     "not",
     "https://github.com/microsoft/WSL src/linux/init/main.cpp (StartTimeSyncAgent)"},
    {"WSL starts its kernel with hv_utils.timesync_implicit=1, which sets a clock that is behind "
     "after sleep",
     "https://github.com/microsoft/WSL src/windows/common/helpers.cpp; Linux drivers/hv/hv_util.c"},
    {"Clocks stayed behind after sleep before WSL 2.1.1",
     "https://github.com/microsoft/WSL/issues/10006 (also #8204, #9183)"},
    {"The PTP clock is in WSL's kernels since 5.15.57.1",
     "https://learn.microsoft.com/windows/wsl/kernel-release-notes"},
    {"chronyd with `rtcsync` clears the kernel's mark \"unsynchronised\"; the kernel sets it when "
     "nobody has kept the clock for long",
     "https://chrony-project.org/doc/4.6/chrony.conf.html; Linux kernel/time/ntp.c"},
    {"systemd-timesyncd and chrony are skipped in WSL by ConditionVirtualization=!container",
     "https://github.com/ubuntu/wsl-setup/pull/28 (also microsoft/WSL#8204)"},
    {"A time service in the distribution is not needed beside WSL's, and can contend with it",
     "https://github.com/canonical/ubuntu-pro-for-wsl docs/explanation/time-sync.md (also "
     "nix-community/NixOS-WSL#956)"},
};

constexpr double moments_after_start = 300;  // seconds

// What is known of who keeps the clock.
struct Keepers {
  Answer<KernelClock> kernel = unexpected(HostError{});
  bool ptp = false;
  std::optional<bool> implicit;  // hv_utils sets a clock that is behind
  std::vector<UnitState> units;  // time services of the distribution that are installed
  std::vector<Evidence> evidence;

  std::string running_service() const {
    const auto found = std::ranges::find_if(units, &UnitState::active);
    return found == units.end() ? "" : found->name;
  }
};

std::vector<UnitState> time_services(const Host& host) {
  if (!exists(host, "/run/systemd/system")) return {};
  const auto told =
      host.run({{"systemctl", "show", "--property=" + std::string(unit_state_properties),
                 "systemd-timesyncd.service", "chrony.service", "chronyd.service", "ntpsec.service",
                 "ntp.service", "ntpd.service"},
                std::chrono::milliseconds(2000)});
  if (!told || told->exit_code != 0) return {};
  auto units = parse_unit_states(told->out);
  std::erase_if(units, [](const UnitState& unit) { return !unit.installed; });
  return units;
}

std::optional<bool> implicit_sync(const Host& host) {
  const auto text = host.read_file("/sys/module/hv_utils/parameters/timesync_implicit");
  if (!text) return std::nullopt;
  return trim(*text) == "Y" || trim(*text) == "1";
}

std::string in_words(const UnitState& unit) {
  if (unit.active) return "runs";
  return unit.condition_unmet ? "skipped: one of its conditions is not met" : "does not run";
}

std::string in_words(const KernelClock& clock) {
  std::string text = clock.synchronised
                         ? fmt::format("kept right, error at most {:.3g} s", clock.max_error)
                         : std::string("not kept right by anybody (STA_UNSYNC)");
  if (clock.suspended >= 1)
    text += ", slept " + human_seconds(clock.suspended) + " since the start";
  return text;
}

Keepers find_keepers(const Host& host) {
  Keepers keepers;
  keepers.kernel = host.kernel_clock();
  keepers.evidence.push_back(
      {"adjtimex", keepers.kernel ? in_words(*keepers.kernel) : describe(keepers.kernel.error())});
  keepers.ptp = exists(host, "/dev/ptp0");
  if (keepers.ptp) {
    const auto name = host.read_file("/sys/class/ptp/ptp0/clock_name");
    keepers.evidence.push_back({"/dev/ptp0", name ? std::string(trim(*name)) : "there"});
  }
  keepers.implicit = implicit_sync(host);
  if (keepers.implicit) {
    keepers.evidence.push_back({"hv_utils.timesync_implicit", *keepers.implicit ? "on" : "off"});
  }
  keepers.units = time_services(host);
  for (const UnitState& unit : keepers.units) {
    keepers.evidence.push_back({unit.name, in_words(unit)});
  }
  return keepers;
}

Finding finding_of(std::string id, Status severity, std::string summary, std::string detail) {
  Finding finding;
  finding.id = std::move(id);
  finding.severity = severity;
  finding.summary = std::move(summary);
  finding.detail = std::move(detail);
  return finding;
}

Finding old_release(const WslRelease& release) {
  return finding_of("old-release", Status::warning,
                    release.words() + " can leave the clock behind after the computer slept.",
                    "WSL 2.1.1 and newer set it: `wsl --update` in PowerShell, then `wsl "
                    "--shutdown`. Until then, `wsl --shutdown` after sleep sets it right.");
}

Finding without_ptp(const Context& context, const Keepers& keepers) {
  Finding finding = finding_of(
      "no-ptp", Status::warning,
      std::string(keepers.implicit == true ? "The clock is set only when it is seconds behind"
                                           : "Nothing keeps the clock right") +
          ": WSL's own time service needs /dev/ptp0, which this kernel does not have.",
      "Build the kernel with CONFIG_PTP_1588_CLOCK and CONFIG_HYPERV_UTILS, or go back to WSL's "
      "own: remove `kernel=` from .wslconfig, then `wsl --shutdown` in PowerShell.");
  finding.evidence.push_back({"/dev/ptp0", "does not exist"});
  finding.evidence.push_back({"/proc/sys/kernel/osrelease", context.environment.kernel});
  return finding;
}

Finding idle_agent() {
  return finding_of("not-synchronised", Status::warning,
                    "WSL's own time service does not keep the clock right at present.",
                    "It runs outside of the distribution, where it cannot be seen. `wsl "
                    "--shutdown` in PowerShell starts it again, with everything else.");
}

bool just_started(const Host& host) {
  const auto text = host.read_file("/proc/uptime");
  if (!text) return false;
  const auto seconds = leading_version(trim(*text));
  return seconds && !seconds->parts.empty() && seconds->parts.front() < moments_after_start;
}

Finding clock_not_told(const HostError& error) {
  return finding_of("kernel-clock", Status::unknown,
                    "Whether the clock is kept right could not be asked: " + describe(error) + ".",
                    "");
}

void note_services_in_wsl(const Keepers& keepers, std::vector<std::string>& notes) {
  for (const UnitState& unit : keepers.units) {
    if (unit.active) {
      notes.push_back(fmt::format(
          "{} runs beside WSL's own time service and can contend with it. If the clock jumps: "
          "`sudo systemctl disable --now {}`.",
          unit.name, unit.name));
    } else if (unit.condition_unmet) {
      notes.push_back(unit.name +
                      " is skipped in WSL, and is not needed: WSL keeps the clock itself.");
    }
  }
}

Diagnosis diagnose_wsl2(const Context& context) {
  const Keepers keepers = find_keepers(context.host);
  const WslRelease release = wsl_release(context);
  const auto too_old = release.older_than(first_wsl_with_right_clock);
  const bool synchronised = keepers.kernel && keepers.kernel->synchronised;
  std::vector<Finding> findings;
  std::vector<std::string> notes;
  std::string summary = "WSL itself keeps the clock right, after sleep too.";
  if (too_old == true) {
    findings.push_back(old_release(release));
  } else if (!keepers.ptp && !keepers.running_service().empty()) {
    summary = keepers.running_service() + " keeps the clock right.";
  } else if (!keepers.ptp && !synchronised) {
    findings.push_back(without_ptp(context, keepers));
  } else if (!keepers.kernel) {
    findings.push_back(clock_not_told(keepers.kernel.error()));
  } else if (!synchronised && just_started(context.host)) {
    notes.emplace_back("WSL has just started; its time service needs some seconds.");
  } else if (!synchronised) {
    findings.push_back(idle_agent());
  } else if (!too_old) {
    findings.push_back(finding_of("release", Status::unknown,
                                  "Whether this WSL sets the clock after sleep could not be told.",
                                  "2.1.1 and newer do: `wsl --version` in PowerShell tells."));
  }
  if (keepers.ptp) note_services_in_wsl(keepers, notes);
  Diagnosis diagnosis = conclude(std::move(summary), std::move(findings));
  diagnosis.evidence = keepers.evidence;
  diagnosis.notes = std::move(notes);
  return diagnosis;
}

Finding nobody(const Keepers& keepers, bool systemd) {
  const std::string service = keepers.running_service();
  if (!service.empty()) {
    return finding_of("not-synchronised", Status::warning,
                      service + " runs, but has not set the clock for long or not yet.",
                      "`timedatectl timesync-status` or `chronyc tracking` says why; mostly its "
                      "servers cannot be reached.");
  }
  Finding finding = finding_of("no-service", Status::warning,
                               "Nothing keeps the clock right: the kernel counts it as "
                               "unsynchronised.",
                               "After sleep, and over weeks, it goes wrong. In a virtual machine "
                               "the guest tools may set it all the same.");
  if (!systemd) return finding;
  if (keepers.units.empty()) {
    finding.detail += " Install systemd-timesyncd or chrony.";
  } else {
    finding.fix = switch_ntp_on("time-sync-ntp-on");
  }
  return finding;
}

Diagnosis diagnose_linux(const Context& context) {
  const Keepers keepers = find_keepers(context.host);
  std::vector<Finding> findings;
  if (!keepers.kernel) {
    findings.push_back(clock_not_told(keepers.kernel.error()));
  } else if (!keepers.kernel->synchronised) {
    findings.push_back(nobody(keepers, exists(context.host, "/run/systemd/system")));
  }
  const std::string service = keepers.running_service();
  Diagnosis diagnosis = conclude(service.empty() ? std::string("Something keeps the clock right.")
                                                 : service + " keeps the clock right.",
                                 std::move(findings));
  diagnosis.evidence = keepers.evidence;
  return diagnosis;
}

Diagnosis run(const Context& context) {
  switch (context.environment.kind) {
    case EnvironmentKind::wsl1:
      return skipped("WSL 1 has no clock of its own: it is Windows'.");
    case EnvironmentKind::container_on_wsl:
    case EnvironmentKind::container:
      return skipped("A container has its host's clock.");
    case EnvironmentKind::ci:
      return skipped("A CI runner does not sleep, and its clock is not yours to keep.");
    case EnvironmentKind::linux_machine:
      return diagnose_linux(context);
    case EnvironmentKind::wsl2:
      break;
  }
  return diagnose_wsl2(context);
}

}  // namespace

const Check time_sync_check = {
    .id = "time-sync",
    .group = "time",
    .title = "Something keeps the clock right after sleep",
    .why =
        "A clock that nobody keeps stays behind when the computer has slept, and TLS, `go test`'s "
        "cache and make suffer. WSL keeps it itself, unseen by the distribution; old releases and "
        "kernels without a PTP clock do not.",
    .reads =
        "adjtimex(2), /dev/ptp0, hv_utils' setting in /sys, the release of WSL, `systemctl show` "
        "of "
        "the time services.",
    .mends = "Outside WSL it turns network time on (timedatectl).",
    .thresholds = {},
    .sources = sources,
    .run = run,
};

}  // namespace doctor
