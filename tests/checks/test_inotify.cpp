#include "checks/inotify.h"
#include "lib/base/format.h"
#include "tests/checks/diagnose.h"

using namespace doctor;

namespace {

std::string machine(const std::string& watches, const std::string& instances,
                    const std::string& use, const std::string& files = "") {
  return fmt::format(R"(
[machine]
architecture = "x86_64"
uid = 1000
[variables]
HOME = "/home/me"
[files]
"/proc/sys/fs/inotify/max_user_watches" = "{}\n"
"/proc/sys/fs/inotify/max_user_instances" = "{}\n"
"/proc/self/mountinfo" = '''
30 0 8:32 / / rw,relatime - ext4 /dev/sdc rw
75 30 0:55 / /mnt/c rw,noatime - 9p C:\134 rw,aname=drvfs;path=C:\;uid=1000;gid=1000;symlinkroot=/mnt/
'''
{}
{}
)",
                     watches, instances, files, use);
}

std::string use_of(unsigned watches, unsigned instances, const std::string& more = "") {
  return fmt::format(
      "[inotify]\nusers = [{{ uid = 0, instances = 900, watches = 900000 }}, {{ uid = "
      "1000, instances = {}, watches = {} }}]\n{}",
      instances, watches, more);
}

}  // namespace

TEST_CASE("the limits count for this user alone") {
  const auto diagnosis = diagnose(inotify_check, machine("127026", "128", use_of(3000, 20)));
  CHECK(diagnosis.status == Status::ok);
  CHECK(diagnose(inotify_check, machine("127026", "128", "[inotify]\nusers = []\n")).status ==
        Status::ok);
}

TEST_CASE("8192 watches nearly used up get the documented limit, at once and for good") {
  const auto diagnosis = diagnose(
      inotify_check, machine("8192", "128", use_of(8190, 20), "\"/run/systemd/system/x\" = \"\""));
  REQUIRE(diagnosis.status == Status::error);
  const Finding* finding = find_finding(diagnosis, "watches");
  REQUIRE(finding);
  REQUIRE(finding->fix);
  const std::string& script = finding->fix->script;
  CHECK(has(script, "fs.inotify.max_user_watches = 524288"));
  CHECK(has(script, "tee /proc/sys/fs/inotify/max_user_watches <<<524288"));
  CHECK(has(script, "tee /proc/sys/fs/inotify/max_user_watches <<<8192"));
  CHECK_FALSE(has(finding->detail, "systemd does not run"));
}

TEST_CASE("instances run out on their own, whatever the watches") {
  // vscodenpa/testissues#1794: 524288 watches, 128 instances
  const auto diagnosis = diagnose(inotify_check, machine("524288", "128", use_of(3000, 100)));
  REQUIRE(diagnosis.status == Status::warning);
  const Finding* finding = find_finding(diagnosis, "instances");
  REQUIRE(finding);
  REQUIRE(finding->fix);
  CHECK(has(finding->fix->script, "fs.inotify.max_user_instances = 1024"));
  CHECK(has(finding->detail, "systemd does not run here"));
  CHECK(has(finding->detail, "EMFILE"));
}

TEST_CASE("a limit that is high already is doubled, and an own file of before is replaced") {
  const std::string file = "/etc/sysctl.d/99-wsl-go-doctor-inotify-watches.conf";
  const auto diagnosis = diagnose(
      inotify_check, machine("524288", "128", use_of(520000, 3),
                             "\"" + file + "\" = \"fs.inotify.max_user_watches = 524288\\n\""));
  REQUIRE(find_finding(diagnosis, "watches"));
  const std::string& script = find_finding(diagnosis, "watches")->fix->script;
  CHECK(has(script, "max_user_watches = 1048576"));
  CHECK(has(script, "edit_file " + file));
}

TEST_CASE("a container has no limits of its own") {
  const auto diagnosis = diagnose(inotify_check, machine("8192", "128", use_of(8190, 20)),
                                  EnvironmentKind::container_on_wsl);
  REQUIRE(find_finding(diagnosis, "watches"));
  CHECK_FALSE(find_finding(diagnosis, "watches")->fix);
  CHECK(has(find_finding(diagnosis, "watches")->detail, "WSL distribution"));
}

TEST_CASE("a project on a Windows drive gets no events, which is only a note here") {
  const auto diagnosis = diagnose(inotify_check, machine("127026", "128", use_of(30, 2)),
                                  EnvironmentKind::wsl2, "/mnt/c/shop");
  CHECK(diagnosis.status == Status::ok);
  CHECK(has_note(diagnosis, "raises no events"));
}

TEST_CASE("what cannot be told is not fine") {
  CHECK(diagnose(inotify_check, machine("x", "128", use_of(1, 1))).status == Status::unknown);
  CHECK(diagnose(inotify_check, machine("8192", "-1", use_of(1, 1))).status == Status::unknown);
  CHECK(diagnose(inotify_check, machine("8192", "128", "")).status == Status::unknown);
  CHECK(
      diagnose(inotify_check, machine("8192", "128", use_of(1, 1, "complete = false\n"))).status ==
      Status::unknown);
  CHECK(diagnose(inotify_check, "").status == Status::unknown);
  CHECK(diagnose(inotify_check, "", EnvironmentKind::wsl1).status == Status::skipped);
}
