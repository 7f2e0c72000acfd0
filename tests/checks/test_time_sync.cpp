#include <algorithm>

#include "checks/time_sync.h"
#include "tests/support/catch.h"
#include "tests/support/snapshots.h"

using namespace doctor;

namespace {

constexpr const char* kept = "[kernel-clock]\nsynchronised = true\nmax-error = 0.012\n";
constexpr const char* not_kept = "[kernel-clock]\nsynchronised = false\nmax-error = 16\n";
constexpr const char* ptp =
    "'/dev/ptp0' = { kind = 'device', mode = 0o600 }\n"
    "'/sys/class/ptp/ptp0/clock_name' = 'hyperv'\n";
constexpr const char* systemd = "'/run/systemd/system' = { kind = 'directory' }\n";

std::string services(const std::string& first_unit) {
  return "[[commands]]\nargv = ['systemctl', 'show', "
         "'--property=Id,LoadState,ActiveState,ConditionResult,ConditionTimestampMonotonic', "
         "'systemd-timesyncd.service', 'chrony.service', 'chronyd.service', 'ntpsec.service', "
         "'ntp.service', 'ntpd.service']\nout = '''\n" +
         first_unit + "\n\nId=chrony.service\nLoadState=not-found\n'''\n";
}

constexpr const char* timesyncd_runs =
    "Id=systemd-timesyncd.service\nLoadState=loaded\nActiveState=active\nConditionResult=yes\n"
    "ConditionTimestampMonotonic=812345";
constexpr const char* timesyncd_skipped =
    "Id=systemd-timesyncd.service\nLoadState=loaded\nActiveState=inactive\nConditionResult=no\n"
    "ConditionTimestampMonotonic=812345";
constexpr const char* timesyncd_off =
    "Id=systemd-timesyncd.service\nLoadState=loaded\nActiveState=inactive\nConditionResult=no\n"
    "ConditionTimestampMonotonic=0";

Diagnosis diagnose(const std::string& files, const std::string& rest,
                   EnvironmentKind kind = EnvironmentKind::wsl2,
                   const std::string& version = "2.6.1.0",
                   const std::string& kernel = "6.6.87.2-microsoft-standard-WSL2") {
  const SnapshotHost host = machine_from("[files]\n'/etc/hostname' = 'x'\n" + files + rest);
  Environment environment;
  environment.kind = kind;
  environment.kernel = kernel;
  environment.wsl_version = version;
  return time_sync_check.run({host, Settings{}, environment, "/home/me/shop"});
}

std::string only(const Diagnosis& diagnosis) {
  return diagnosis.findings.size() == 1 ? diagnosis.findings[0].id : "";
}

bool has_note(const Diagnosis& diagnosis, const std::string& part) {
  return std::ranges::any_of(diagnosis.notes, [&](const std::string& note) {
    return note.find(part) != std::string::npos;
  });
}

}  // namespace

TEST_CASE("WSL keeps the clock itself") {
  const Diagnosis diagnosis = diagnose(ptp, kept);
  CHECK(diagnosis.status == Status::ok);
  CHECK(diagnosis.summary == "WSL itself keeps the clock right, after sleep too.");
}

TEST_CASE("a release before 2.1.1 does not set it after sleep, however it is known") {
  CHECK(only(diagnose(ptp, kept, EnvironmentKind::wsl2, "2.0.9.0")) == "old-release");
  CHECK(only(diagnose(ptp, kept, EnvironmentKind::wsl2, "",
                      "5.15.133.1-microsoft-standard-WSL2")) == "old-release");
  CHECK(only(diagnose(ptp, std::string(kept) + "[windows.wsl]\nversion = '2.0.9.0'\n",
                      EnvironmentKind::wsl2, "")) == "old-release");
  CHECK(diagnose(ptp, kept, EnvironmentKind::wsl2, "2.1.1.0").status == Status::ok);
}

TEST_CASE("a release that nobody knows is not called fine") {
  const Diagnosis diagnosis = diagnose(ptp, kept, EnvironmentKind::wsl2, "", "7.0.3-custom");
  CHECK(diagnosis.status == Status::unknown);
}

TEST_CASE("without a PTP clock WSL's own service does not run") {
  CHECK(only(diagnose("", not_kept)) == "no-ptp");
  const Diagnosis sets_at_least =
      diagnose("'/sys/module/hv_utils/parameters/timesync_implicit' = 'Y'\n", not_kept);
  CHECK(only(sets_at_least) == "no-ptp");
  CHECK(sets_at_least.summary.starts_with("The clock is set only when it is seconds behind"));
  const Diagnosis by_service = diagnose(systemd, kept + services(timesyncd_runs));
  CHECK(by_service.status == Status::ok);
  CHECK(by_service.summary == "systemd-timesyncd.service keeps the clock right.");
}

TEST_CASE("a service of WSL that does not keep the clock is seen, except just after the start") {
  CHECK(only(diagnose(ptp, not_kept)) == "not-synchronised");
  CHECK(diagnose(std::string(ptp) + "'/proc/uptime' = '31.22 200.1'\n", not_kept).status ==
        Status::ok);
  CHECK(only(diagnose(std::string(ptp) + "'/proc/uptime' = '86400.22 200.1'\n", not_kept)) ==
        "not-synchronised");
}

TEST_CASE("a kernel that does not tell leaves it unknown") {
  CHECK(diagnose(ptp, "[kernel-clock]\nerror = 'denied'\n").status == Status::unknown);
  CHECK(diagnose("", "[kernel-clock]\nerror = 'denied'\n", EnvironmentKind::linux_machine).status ==
        Status::unknown);
}

TEST_CASE("services of the distribution are told of, and are no fault") {
  const std::string files = std::string(ptp) + systemd;
  const Diagnosis both = diagnose(files, kept + services(timesyncd_runs));
  CHECK(both.status == Status::ok);
  CHECK(has_note(both, "runs beside WSL's own"));
  const Diagnosis skipped_one = diagnose(files, kept + services(timesyncd_skipped));
  CHECK(skipped_one.status == Status::ok);
  CHECK(has_note(skipped_one, "is skipped in WSL, and is not needed"));
  const Diagnosis off = diagnose(files, kept + services(timesyncd_off));
  CHECK(off.notes.empty());
}

TEST_CASE("outside WSL somebody has to keep the clock") {
  const auto linux_machine = [](const std::string& files, const std::string& rest) {
    return diagnose(files, rest, EnvironmentKind::linux_machine, "", "6.12.43+deb13-amd64");
  };
  CHECK(linux_machine(systemd, kept + services(timesyncd_runs)).summary ==
        "systemd-timesyncd.service keeps the clock right.");
  CHECK(linux_machine("", kept).status == Status::ok);

  const Diagnosis off = linux_machine(systemd, not_kept + services(timesyncd_off));
  REQUIRE(only(off) == "no-service");
  REQUIRE(off.findings[0].fix);
  CHECK(off.findings[0].fix->id == "time-sync-ntp-on");

  const Diagnosis waiting = linux_machine(systemd, not_kept + services(timesyncd_runs));
  CHECK(only(waiting) == "not-synchronised");

  const Diagnosis none = linux_machine(systemd, not_kept);
  REQUIRE(only(none) == "no-service");
  CHECK_FALSE(none.findings[0].fix);
}

TEST_CASE("where the clock is another's, nothing is asked") {
  for (const auto kind : {EnvironmentKind::wsl1, EnvironmentKind::container_on_wsl,
                          EnvironmentKind::container, EnvironmentKind::ci}) {
    CHECK(diagnose("", not_kept, kind).status == Status::skipped);
  }
}
