#include "lib/core/environment.h"
#include "tests/support/catch.h"
#include "tests/support/snapshots.h"

using namespace doctor;

namespace {

EnvironmentKind kind_of(std::string_view body) {
  const SnapshotHost host = machine_from(body);
  return detect_environment(host).kind;
}

}  // namespace

TEST_CASE("a capital M in the kernel's name is WSL 1, whatever else there is") {
  CHECK(kind_of("[files]\n'/proc/sys/kernel/osrelease' = '4.4.0-19041-Microsoft'\n") ==
        EnvironmentKind::wsl1);
  CHECK(kind_of("[files]\n'/proc/sys/kernel/osrelease' = '3.4.0-Microsoft'\n") ==
        EnvironmentKind::wsl1);
}

TEST_CASE("a WSL 2 kernel without a container's mark is a distribution") {
  CHECK(kind_of("[files]\n'/proc/sys/kernel/osrelease' = '6.6.87.2-microsoft-standard-WSL2'\n") ==
        EnvironmentKind::wsl2);
}

TEST_CASE("a container inherits the kernel's name but not WSL's init") {
  CHECK(kind_of("[files]\n'/proc/sys/kernel/osrelease' = '6.6.87.2-microsoft-standard-WSL2'\n"
                "'/.dockerenv' = ''\n") == EnvironmentKind::container_on_wsl);
  CHECK(kind_of("[variables]\nREMOTE_CONTAINERS = 'true'\n[files]\n"
                "'/proc/sys/kernel/osrelease' = '5.15.167.4-microsoft-standard-WSL2'\n") ==
        EnvironmentKind::container_on_wsl);
}

TEST_CASE("a distribution that holds a stray /.dockerenv is still one") {
  CHECK(kind_of("[files]\n'/proc/sys/kernel/osrelease' = '6.6.87.2-microsoft-standard-WSL2'\n"
                "'/.dockerenv' = ''\n'/run/WSL' = { kind = 'directory' }\n") ==
        EnvironmentKind::wsl2);
}

TEST_CASE("systemd's word for WSL itself is no container") {
  CHECK(kind_of("[files]\n'/proc/sys/kernel/osrelease' = '6.6.87.2-microsoft-standard-WSL2'\n"
                "'/run/systemd/container' = 'wsl'\n") == EnvironmentKind::wsl2);
  CHECK(kind_of("[files]\n'/proc/sys/kernel/osrelease' = '6.6.87.2-microsoft-standard-WSL2'\n"
                "'/run/systemd/container' = 'docker'\n") == EnvironmentKind::container_on_wsl);
}

TEST_CASE("a custom kernel that does not name WSL is told by what WSL's init leaves") {
  const std::string kernel = "'/proc/sys/kernel/osrelease' = '7.0.3-custom'\n";
  CHECK(kind_of("[files]\n" + kernel + "'/run/WSL' = { kind = 'directory' }\n") ==
        EnvironmentKind::wsl2);
  CHECK(kind_of("[variables]\nWSL_DISTRO_NAME = 'Arch'\n[files]\n" + kernel) ==
        EnvironmentKind::wsl2);
  CHECK(kind_of("[files]\n" + kernel +
                "'/proc/self/mountinfo' = '''\n"
                "30 0 8:32 / / rw - ext4 /dev/sdc rw\n"
                "83 30 0:37 / /usr/lib/wsl/drivers ro - 9p drivers "
                "ro,aname=drivers;fmask=222,trans=fd\n'''\n") == EnvironmentKind::wsl2);
  CHECK(kind_of("[files]\n" + kernel +
                "'/.dockerenv' = ''\n"
                "'/proc/sys/fs/binfmt_misc/WSLInterop' = 'enabled'\n") ==
        EnvironmentKind::container_on_wsl);
}

TEST_CASE("outside WSL: CI runner, container, plain Linux") {
  const std::string kernel = "'/proc/sys/kernel/osrelease' = '6.8.0-1017-azure'\n";
  CHECK(kind_of("[variables]\nGITHUB_ACTIONS = 'true'\n[files]\n" + kernel) == EnvironmentKind::ci);
  CHECK(kind_of("[files]\n" + kernel + "'/.dockerenv' = ''\n") == EnvironmentKind::container);
  CHECK(kind_of("[files]\n" + kernel) == EnvironmentKind::linux_machine);
}

TEST_CASE("an override wins, and says that it did") {
  const SnapshotHost host =
      machine_from("[files]\n'/proc/sys/kernel/osrelease' = '6.1.0-13-amd64'\n");
  const Environment environment = detect_environment(host, EnvironmentKind::wsl2);
  CHECK(environment.kind == EnvironmentKind::wsl2);
  CHECK(environment.overridden);
  CHECK_FALSE(detect_environment(host, EnvironmentKind::linux_machine).overridden);
}

TEST_CASE("distribution, kernel and WSL release are told, with the evidence") {
  const SnapshotHost host = machine_from(
      "[variables]\nWSL_DISTRO_NAME = 'Ubuntu-24.04'\n[files]\n"
      "'/proc/sys/kernel/osrelease' = \"6.6.87.2-microsoft-standard-WSL2\\n\"\n"
      "'/etc/os-release' = 'PRETTY_NAME=\"Ubuntu 24.04.2 LTS\"'\n"
      "[[commands]]\nargv = ['wslinfo', '--version']\nout = \"2.5.9.0\\n\"\n");
  const Environment environment = detect_environment(host);
  CHECK(environment.kernel == "6.6.87.2-microsoft-standard-WSL2");
  CHECK(environment.distribution == "Ubuntu 24.04.2 LTS");
  CHECK(environment.distribution_name == "Ubuntu-24.04");
  CHECK(environment.wsl_version == "2.5.9.0");
  REQUIRE_FALSE(environment.evidence.empty());
  CHECK(environment.evidence.front().text == "6.6.87.2-microsoft-standard-WSL2");
}

TEST_CASE("a wslinfo that prints something else gives no release") {
  const SnapshotHost host = machine_from(
      "[files]\n'/proc/sys/kernel/osrelease' = '6.6.87.2-microsoft-standard-WSL2'\n"
      "[[commands]]\nargv = ['wslinfo', '--version']\nout = 'usage: wslinfo'\n");
  CHECK(detect_environment(host).wsl_version.empty());
}

TEST_CASE("every kind has a spelling that reads back") {
  for (const auto kind :
       {EnvironmentKind::wsl1, EnvironmentKind::wsl2, EnvironmentKind::container_on_wsl,
        EnvironmentKind::container, EnvironmentKind::ci, EnvironmentKind::linux_machine}) {
    CHECK(environment_kind(to_string(kind)) == kind);
    CHECK_FALSE(describe(kind).empty());
  }
  CHECK_FALSE(environment_kind("wsl3"));
}

TEST_CASE("the release of WSL is asked for by the name that wslinfo knew first, too") {
  const auto version = [](std::string_view commands) {
    const SnapshotHost host = machine_from(
        "[files]\n'/proc/sys/kernel/osrelease' = '6.6.87.2-microsoft-standard-WSL2'\n" +
        std::string(commands));
    return detect_environment(host).wsl_version;
  };
  const std::string unknown = "[[commands]]\nargv = ['wslinfo', '--version']\nexit = 1\n";
  CHECK(version("[[commands]]\nargv = ['wslinfo', '--version']\nout = \"2.6.1.0\\n\"\n") ==
        "2.6.1.0");
  CHECK(version(unknown + "[[commands]]\nargv = ['wslinfo', '--wsl-version']\nout = '2.2.4.0'\n") ==
        "2.2.4.0");
  CHECK(version(unknown).empty());
  CHECK(version("").empty());
}
