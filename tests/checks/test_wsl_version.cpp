#include <algorithm>

#include "checks/wsl_release.h"
#include "checks/wsl_version.h"
#include "tests/support/catch.h"
#include "tests/support/snapshots.h"

using namespace doctor;

namespace {

constexpr const char* stock = "6.6.87.2-microsoft-standard-WSL2";
constexpr const char* own = "7.0.13-arch1-1-wsl-microsoft-standard-WSL2";

struct Wsl {
  std::string version = "2.6.1.0";  // wslinfo's answer
  std::string kernel = stock;
  std::string wsl_conf;
  std::string wslconfig;
  std::string windows =
      "[windows.wsl]\nversion = '2.6.1.0'\n"
      "kernel = '6.6.87.2-microsoft-standard-WSL2'\n";
  std::string mounts;
  std::string files;
  EnvironmentKind kind = EnvironmentKind::wsl2;
};

std::string windows_of(const Wsl& wsl) {
  if (wsl.windows.starts_with("error")) return "[windows]\n" + wsl.windows;
  return "[windows]\nuser-profile = 'C:\\Users\\me'\nwslconfig = '''\n" + wsl.wslconfig + "'''\n" +
         wsl.windows;
}

Diagnosis diagnose(const Wsl& wsl) {
  const SnapshotHost host = machine_from(
      "[files]\n'/etc/wsl.conf' = '''\n" + wsl.wsl_conf +
      "'''\n'/proc/self/mountinfo' = '''\n"
      "30 0 8:32 / / rw,relatime - ext4 /dev/sdc rw\n"
      "75 30 0:55 / /mnt/c rw,noatime - 9p C:\\134 rw,aname=drvfs;path=C:\\;uid=1000;gid=1000\n" +
      wsl.mounts + "'''\n" + wsl.files + windows_of(wsl));
  Environment environment;
  environment.kind = wsl.kind;
  environment.kernel = wsl.kernel;
  environment.wsl_version = wsl.version;
  environment.distribution_name = "Ubuntu";
  return wsl_version_check.run({host, Settings{}, environment, "/home/me/shop"});
}

std::vector<std::string> ids(const Diagnosis& diagnosis) {
  std::vector<std::string> found;
  for (const Finding& finding : diagnosis.findings) found.push_back(finding.id);
  return found;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool has_note(const Diagnosis& diagnosis, const std::string& part) {
  return std::ranges::any_of(diagnosis.notes,
                             [&](const std::string& note) { return has(note, part); });
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("a WSL that runs as it is installed is fine") {
  const Diagnosis diagnosis = diagnose({});
  CHECK(diagnosis.status == Status::ok);
  CHECK(diagnosis.summary == "WSL 2, release 2.6.1, kernel 6.6.87.2.");
}

TEST_CASE("an update that waits for a restart is told by its release, else by its kernel") {
  Wsl wsl;
  wsl.windows =
      "[windows.wsl]\nversion = '2.7.11.0'\nkernel = '6.18.33.2-microsoft-standard-WSL2'\n";
  Diagnosis diagnosis = diagnose(wsl);
  CHECK(diagnosis.status == Status::warning);
  CHECK(ids(diagnosis) == Ids{"restart-pending"});
  CHECK(has(diagnosis.summary, "WSL 2.7.11 is installed, but 2.6.1 still runs"));
  CHECK_FALSE(has_note(diagnosis, "CVE"));

  wsl.version = "";  // before 2.2.3
  wsl.kernel = "5.15.90.1-microsoft-standard-WSL2";
  wsl.windows =
      "[windows.wsl]\nversion = '2.1.5.0'\nkernel = '5.15.146.1-microsoft-standard-WSL2'\n";
  diagnosis = diagnose(wsl);
  CHECK(ids(diagnosis) == Ids{"restart-pending"});  // what is installed knows everything in use
  CHECK(has(diagnosis.summary, "Kernel 5.15.146.1 is installed, but 5.15.90.1 still runs"));
}

TEST_CASE("the same release in three and in four numbers is the same") {
  Wsl wsl;
  wsl.windows = "[windows.wsl]\nversion = '2.6.1'\n";
  CHECK(diagnose(wsl).status == Status::ok);
}

TEST_CASE("a kernel of one's own is no mistake") {
  Wsl wsl;
  wsl.kernel = own;
  wsl.wslconfig = "[wsl2]\nkernel=C:\\\\wsl\\\\bzImage\n";
  wsl.files = "'/mnt/c/wsl/bzImage' = { size = 14000000 }\n";
  const Diagnosis diagnosis = diagnose(wsl);
  CHECK(diagnosis.status == Status::ok);
  CHECK(has_note(diagnosis, "A kernel of your own runs"));
  CHECK_FALSE(has_note(diagnosis, "CVE"));
}

TEST_CASE("a kernel file that is gone keeps WSL from starting again") {
  Wsl wsl;
  wsl.kernel = own;
  wsl.wslconfig = "[wsl2]\nmemory=8GB\nkernel=C:\\\\wsl\\\\bzImage\n";
  const Diagnosis diagnosis = diagnose(wsl);
  CHECK(diagnosis.status == Status::error);
  REQUIRE(ids(diagnosis) == Ids{"kernel-missing"});
  CHECK(diagnosis.findings[0].location->line == 3);
  CHECK(diagnosis.findings[0].severity == Status::error);

  wsl.files = "'/mnt/c/wsl' = { error = 'denied' }\n'/mnt/c/wsl/bzImage' = { error = 'denied' }\n";
  CHECK(diagnose(wsl).status == Status::ok);  // not known to be missing

  wsl.files = "";
  wsl.wslconfig = "[wsl2]\nkernel=D:\\\\bzImage\n";  // a drive that is not mounted
  CHECK(diagnose(wsl).status == Status::ok);
}

TEST_CASE("modules that WSL will refuse are told before its next start") {
  Wsl wsl;
  wsl.wslconfig = "[wsl2]\nkernelModules=C:\\\\wsl\\\\modules.vhdx\n";
  wsl.files = "'/mnt/c/wsl/modules.vhdx' = { size = 90000000 }\n";
  CHECK(ids(diagnose(wsl)) == Ids{"modules-without-kernel"});

  wsl.kernel = own;
  wsl.wslconfig += "kernel=C:\\\\wsl\\\\bzImage\n";
  wsl.files += "'/mnt/c/wsl/bzImage' = { size = 14000000 }\n";
  CHECK(diagnose(wsl).status == Status::ok);

  wsl.files = "'/mnt/c/wsl/bzImage' = { size = 14000000 }\n";
  CHECK(ids(diagnose(wsl)) == Ids{"modules-missing"});

  wsl.files = "'/mnt/c/wsl/modules.vhdx' = { size = 90000000 }\n";
  const Diagnosis diagnosis = diagnose(wsl);
  REQUIRE(ids(diagnosis) == Ids{"kernel-missing"});
  CHECK_FALSE(diagnosis.findings[0].fix);  // without kernel=, WSL refuses kernelModules=

  wsl.version = "2.3.26.0";  // not known to know the setting
  wsl.windows = "[windows.wsl]\nversion = '2.3.26.0'\n";
  wsl.wslconfig = "[wsl2]\nkernelModules=C:\\\\wsl\\\\modules.vhdx\n";
  CHECK(diagnose(wsl).status == Status::ok);
}

TEST_CASE("a kernel that is configured and does not run is certain only beside WSL's modules") {
  Wsl wsl;
  wsl.wslconfig = "[wsl2]\nkernel=C:\\\\wsl\\\\bzImage\n";
  wsl.files = "'/mnt/c/wsl/bzImage' = { size = 14000000 }\n";
  Diagnosis diagnosis = diagnose(wsl);
  CHECK(diagnosis.status == Status::ok);  // it may be a build of the same release
  CHECK(has_note(diagnosis, "is called like WSL's"));

  wsl.mounts =
      "81 30 0:32 / /usr/lib/modules/6.6.87.2-microsoft-standard-WSL2 rw,nosuid,nodev,noatime - "
      "overlay none rw,lowerdir=/modules\n";
  diagnosis = diagnose(wsl);
  CHECK(ids(diagnosis) == Ids{"custom-kernel-not-running"});

  wsl.wslconfig += "kernelModules=C:\\\\wsl\\\\modules.vhdx\n";
  wsl.files += "'/mnt/c/wsl/modules.vhdx' = { size = 90000000 }\n";
  CHECK(diagnose(wsl).status == Status::ok);
}

TEST_CASE("a kernel of one's own that nobody configures any more goes with the next start") {
  Wsl wsl;
  wsl.kernel = own;
  CHECK(ids(diagnose(wsl)) == Ids{"custom-kernel-left"});
  wsl.windows = "[windows.wsl]\nversion = '2.6.1.0'\n";  // ARM64: its kernel does not tell
  CHECK(diagnose(wsl).status == Status::ok);
  wsl.windows = "[windows.wsl]\nversion = '2.6.1.0'\nkernel = '" + std::string(own) + "'\n";
  CHECK(has_note(diagnose(wsl), "was replaced"));
}

TEST_CASE("a release that is too old for what is set up") {
  Wsl wsl;
  wsl.wsl_conf = "[automount]\ncgroups=v1\n";
  Diagnosis diagnosis = diagnose(wsl);
  REQUIRE(ids(diagnosis) == Ids{"too-old"});
  CHECK(has(diagnosis.summary, "WSL 2.6.1 is too old for what is used here: cgroups=v1 (2.6.2)"));

  wsl = {};
  wsl.version = "";
  wsl.kernel = "5.15.90.1-microsoft-standard-WSL2";
  wsl.windows = "";
  wsl.wslconfig = "[wsl2]\nnetworkingMode=mirrored\n";
  diagnosis = diagnose(wsl);
  REQUIRE(ids(diagnosis) == Ids{"too-old"});
  CHECK(has(diagnosis.summary, "older than 2.0.0, by its kernel"));
  CHECK(has(diagnosis.summary, "networkingMode=mirrored (2.0.0)"));
}

TEST_CASE("what could not be asked is unknown, never fine") {
  Wsl wsl;
  wsl.windows = "error = 'unsupported: WSL interop is switched off'\n";
  Diagnosis diagnosis = diagnose(wsl);
  CHECK(diagnosis.status == Status::unknown);
  CHECK(ids(diagnosis) == Ids{"windows"});
  CHECK(has(diagnosis.summary, "WSL 2.6.1 runs"));

  wsl.version = "";
  wsl.kernel = "6.8.0-custom";
  diagnosis = diagnose(wsl);
  CHECK(diagnosis.status == Status::unknown);
  CHECK(ids(diagnosis) == Ids{"release", "windows"});

  wsl = {};
  wsl.windows = "wslconfig-error = 'access denied'\n";
  wsl.wslconfig = "";
  CHECK(diagnose(wsl).status == Status::unknown);
}

TEST_CASE("garbage for versions is no version") {
  Wsl wsl;
  wsl.windows = "[windows.wsl]\nversion = 'two'\nkernel = 'x'\n";
  CHECK_FALSE(ids(diagnose(wsl)) == Ids{"too-old"});
  wsl.version = "99999999999999.1";
  wsl.windows = "";
  wsl.kernel = "";
  CHECK(diagnose(wsl).status == Status::unknown);
}

TEST_CASE("WSL 1 is told apart, and what it lacks") {
  Wsl wsl;
  wsl.kind = EnvironmentKind::wsl1;
  wsl.kernel = "4.4.0-19041-Microsoft";
  Diagnosis diagnosis = diagnose(wsl);
  REQUIRE(ids(diagnosis) == Ids{"wsl1"});
  CHECK(diagnosis.findings[0].severity == Status::warning);
  CHECK(diagnosis.findings[0].detail.find("wsl --set-version Ubuntu 2") != std::string::npos);
  CHECK(has_note(diagnosis, "Windows build 19041"));
  wsl.kernel = "4.4.0-43-Microsoft";  // the number is not yet that of a build
  CHECK(diagnose(wsl).notes.empty());
  wsl.kernel = "4.4.0-19041-Microsoft";

  wsl.wsl_conf = "[boot]\nsystemd=true\n";
  CHECK(ids(diagnose(wsl)) == Ids{"needs-wsl2"});

  wsl.wsl_conf = "";
  wsl.kernel = "3.4.0-Microsoft";
  CHECK(ids(diagnose(wsl)) == Ids{"first-wsl"});
}

TEST_CASE("containers and machines without WSL are none of its business") {
  for (const auto kind : {EnvironmentKind::container_on_wsl, EnvironmentKind::container,
                          EnvironmentKind::ci, EnvironmentKind::linux_machine}) {
    Wsl wsl;
    wsl.kind = kind;
    CHECK(diagnose(wsl).status == Status::skipped);
  }
}

TEST_CASE("a release is judged by the best witness") {
  const WslRelease told{Version{{2, 6, 1, 0}}, {}, Version{{2, 7, 0}}};
  CHECK(told.older_than({{2, 6, 2}}) == true);
  CHECK(told.older_than({{2, 6, 1}}) == false);
  const WslRelease by_kernel{{}, {}, Version{{2, 0, 0}}};
  CHECK(by_kernel.older_than({{2, 1, 1}}) == true);
  CHECK(by_kernel.older_than({{2, 0, 0}}) == true);
  CHECK_FALSE(by_kernel.older_than({{1, 0, 1}}));
  const WslRelease by_windows{{}, Version{{2, 0, 9, 0}}, Version{{2, 1, 1}}};
  CHECK(by_windows.older_than({{2, 0, 9}}) == false);
  CHECK(by_windows.words() == "WSL 2.0.9");
  const WslRelease updated{{}, Version{{2, 6, 3, 0}}, Version{{2, 0, 0}}};  // and not restarted
  CHECK(updated.older_than({{2, 1, 1}}) == true);
  CHECK(has(updated.words(), "older than 2.0.0"));
  CHECK_FALSE(WslRelease{}.older_than({{2, 0, 0}}));
}
