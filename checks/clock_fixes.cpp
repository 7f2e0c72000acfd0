#include "checks/clock_fixes.h"

#include <utility>

#include "checks/wsl_release.h"
#include "lib/facts/wsl_releases.h"
#include "lib/fix/powershell.h"
#include "lib/fix/script.h"
#include "lib/host/paths.h"

namespace doctor {

namespace {

constexpr const char* cannot_be_undone =
    "Nothing to undo: a clock cannot be set back to being wrong.";

// hwclock reads the hypervisor's clock. Debian 13 and Ubuntu 24.04 do not install it; the kernel
// shows the same clock, to the second, in /sys.
Fix set_from_hypervisor() {
  Fix fix;
  fix.id = "clock-set-from-hypervisor";
  fix.title = "Set the clock from the hypervisor's";
  fix.needs = Privilege::root;
  fix.touches = {"the system clock"};
  fix.undo = cannot_be_undone;
  fix.script = bash_script(
      {.id = fix.id,
       .title = fix.title,
       .about = {"Sets the clock that all WSL distributions and Docker share."},
       .apply = "local rtc=/sys/class/rtc/rtc0/since_epoch\n"
                "if command -v hwclock >/dev/null; then\n"
                "  run_step 'Set the clock' hwclock --hctosys --utc\n"
                "elif [[ -r $rtc ]]; then\n"
                "  run_step 'Set the clock' date --utc --set \"@$(<\"$rtc\")\"\n"
                "else\n"
                "  fail 'there is neither hwclock nor a clock in /sys: run wsl --shutdown'\n"
                "fi\n",
       .undo = "",
       .needs = Privilege::root});
  return fix;
}

Fix synchronise_windows() {
  Fix fix;
  fix.id = "clock-windows-resync";
  fix.title = "Let Windows synchronise its clock now";
  fix.shell = Shell::powershell;
  fix.needs = Privilege::windows_administrator;
  fix.touches = {"the Windows Time service (started if it is not running)", "Windows' clock"};
  fix.script = powershell_script(
      {.id = fix.id,
       .title = fix.title,
       .about = {"Starts the Windows Time service if need be, and has it ask its server at once."},
       .apply =
           "$service = Get-Service -Name w32time\n"
           "if ($service.StartType -eq 'Disabled') {\n"
           "  throw 'The Windows Time service is disabled. Allow it: Set-Service w32time "
           "-StartupType Manual'\n"
           "}\n"
           "if ($service.Status -ne 'Running') { Start-Service -Name w32time }\n"
           "& \"$env:SystemRoot\\System32\\w32tm.exe\" /resync /force\n"
           "if ($LASTEXITCODE -ne 0) { throw \"w32tm /resync ended with code $LASTEXITCODE\" }\n",
       .undo = "",
       .needs = fix.needs});
  fix.undo = cannot_be_undone;
  return fix;
}

void mend_wsl_clock(const Context& context, Finding& finding) {
  finding.fix = set_from_hypervisor();
  const WslRelease release = wsl_release(context);
  const auto too_old = release.older_than(first_wsl_with_right_clock);
  if (too_old == true) {
    finding.detail += " " + release.words() +
                      " is known for this after sleep; 2.1.1 and newer are not: `wsl --update` in "
                      "PowerShell, then `wsl --shutdown`.";
  } else if (!too_old) {
    finding.detail +=
        " WSL before 2.1.1 is known for this after sleep: `wsl --update` in PowerShell.";
  }
  if (!exists(context.host, "/dev/ptp0")) {
    finding.detail +=
        " This kernel has no /dev/ptp0, so WSL's own time service cannot work: `wsl --update` "
        "brings "
        "a kernel that has it; one of your own needs CONFIG_PTP_1588_CLOCK.";
  }
}

void mend_windows_clock(const Context& context, Finding& finding) {
  finding.fix = synchronise_windows();
  const auto windows = context.host.windows();
  if (!windows || !windows->time_service) return;
  finding.evidence.push_back(
      {"Windows Time service",
       windows->time_service->status + ", start type " + windows->time_service->start_type});
}

}  // namespace

Fix switch_ntp_on(std::string id) {
  Fix fix;
  fix.id = std::move(id);
  fix.title = "Turn network time synchronisation on";
  fix.needs = Privilege::root;
  fix.touches = {"the system's NTP service"};
  fix.undo = "Turns it off again: timedatectl set-ntp false.";
  fix.script = bash_script(
      {.id = fix.id,
       .title = fix.title,
       .about = {"systemd then keeps the clock right (systemd-timesyncd, chrony or ntpd)."},
       .apply = "run_step 'Turn NTP on' timedatectl set-ntp true\n",
       .undo = "run_step 'Turn NTP off' timedatectl set-ntp false\n",
       .needs = Privilege::root});
  return fix;
}

void mend_clock(const Context& context, ClockCause cause, Finding& finding) {
  switch (cause) {
    case ClockCause::wsl_drifted:
    case ClockCause::not_known:
      mend_wsl_clock(context, finding);
      return;
    case ClockCause::windows_wrong:
      mend_windows_clock(context, finding);
      return;
    case ClockCause::both_wrong:
      mend_windows_clock(context, finding);
      finding.detail += " Put Windows right first, then run this check again.";
      return;
    case ClockCause::linux_clock:
      if (exists(context.host, "/run/systemd/system")) finding.fix = switch_ntp_on("clock-ntp-on");
      return;
    case ClockCause::outer_machine:
      finding.detail += " A container has its host's clock: run wsl-go-doctor there.";
      return;
  }
}

}  // namespace doctor
