#include <algorithm>
#include <string>

#include "checks/container.h"
#include "tests/support/catch.h"
#include "tests/support/snapshots.h"

using namespace doctor;

namespace {

struct Given {
  std::string project_line =
      "1660 1653 8:48 /home/nils/shop /work/shop rw,relatime - ext4 /dev/sdd rw,discard\n";
  std::string cgroup_line = "1657 1653 0:27 / /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw\n";
  std::string status = "CapEff:\\t0000000000000000\\nCapBnd:\\t00000000a80425fb\\nSeccomp:\\t2\\n";
  std::string owner = "owner = 1000";
  std::string files;
  std::string meminfo = "\"/proc/meminfo\" = \"MemTotal:       16252928 kB\\n\"\n";
  std::string rest;
  std::string uid = "1000";
  EnvironmentKind kind = EnvironmentKind::container_on_wsl;
};

Diagnosis diagnose(const Given& given) {
  std::string toml =
      "[machine]\narchitecture = \"x86_64\"\nuser = \"vscode\"\nuid = " + given.uid +
      "\ngid = " + given.uid +
      "\n[variables]\nHOME = \"/home/vscode\"\n[files]\n\"/proc/self/mountinfo\" = '''\n"
      "1653 1389 0:187 / / rw,relatime - overlay overlay rw,lowerdir=/a\n" +
      given.cgroup_line + given.project_line + "'''\n\"/work/shop\" = { " +
      (given.owner.starts_with("error") ? "" : "kind = \"directory\", ") + given.owner + " }\n" +
      given.files + given.meminfo;
  if (!given.status.empty()) toml += "\"/proc/self/status\" = \"" + given.status + "\"\n";
  const auto host = machine_from(toml + given.rest);
  Environment environment;
  environment.kind = given.kind;
  return container_check.run({host, Settings{}, environment, "/work/shop"});
}

using Ids = std::vector<std::string>;

Ids ids(const Diagnosis& diagnosis) {
  Ids ids;
  for (const Finding& finding : diagnosis.findings) ids.push_back(finding.id);
  return ids;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool has_note(const Diagnosis& diagnosis, const std::string& part) {
  return std::ranges::any_of(diagnosis.notes, [&](const auto& note) { return has(note, part); });
}

}  // namespace

TEST_CASE("container: where it applies", "[container]") {
  Given given;
  CHECK(diagnose(given).status == Status::ok);
  given.kind = EnvironmentKind::container;
  CHECK(diagnose(given).status == Status::ok);
  for (const auto kind : {EnvironmentKind::wsl1, EnvironmentKind::wsl2, EnvironmentKind::ci,
                          EnvironmentKind::linux_machine}) {
    given.kind = kind;
    CHECK(diagnose(given).status == Status::skipped);
  }
}

TEST_CASE("container: where the project comes from", "[container]") {
  Given given;
  CHECK(has_note(diagnose(given), "/home/nils/shop of the machine"));
  given.project_line =
      "1660 1653 8:64 /docker/volumes/shop-data/_data /work/shop rw - ext4 /dev/sde rw\n";
  CHECK(has_note(diagnose(given), "the volume shop-data"));
  given.project_line = "";
  CHECK(has_note(diagnose(given), "gone when the container is built"));
  given.project_line =
      "1660 1653 0:99 /Users/nils/my%20shop /work/shop rw - 9p C:\\134 "
      "rw,aname=drvfs;path=C:\\;uid=0;gid=0;metadata;symlinkroot=/mnt/host/,cache=0x5\n";
  auto diagnosis = diagnose(given);
  CHECK(has_note(diagnosis, "C:\\Users\\nils\\my%20shop on Windows"));
  CHECK(diagnosis.status == Status::ok);  // that it is slow is said by windows-drive

  given.project_line =
      "1660 1653 0:99 /Users/nils/shop /work/shop rw - 9p C:\\134 "
      "rw,aname=drvfs;path=C:\\;uid=0;gid=0;symlinkroot=/mnt/host/,cache=0x5\n";
  CHECK(ids(diagnose(given)) == Ids{"modes"});
  given.project_line = "1660 1653 0:99 / /work/shop rw - fuse.grpcfuse grpcfuse rw\n";
  CHECK(has_note(diagnose(given), "Docker share"));
}

TEST_CASE("container: a debugger needs no SYS_PTRACE, unless Yama says so", "[container]") {
  Given given;
  CHECK(has_note(diagnose(given), "need not be"));
  const auto with_scope = [&](const char* scope) {
    Given copy = given;
    copy.files = "\"/proc/sys/kernel/yama/ptrace_scope\" = \"" + std::string(scope) + "\\n\"\n";
    return diagnose(copy);
  };
  CHECK(with_scope("0").status == Status::ok);
  CHECK(with_scope("1").status == Status::ok);
  CHECK(has_note(with_scope("1"), "attach"));
  CHECK(ids(with_scope("2")) == Ids{"ptrace"});
  CHECK(ids(with_scope("3")) == Ids{"ptrace"});

  given.status = "CapEff:\\t0000000000080000\\nCapBnd:\\t0000000000080000\\nSeccomp:\\t2\\n";
  CHECK(with_scope("2").status == Status::ok);
  CHECK(with_scope("1").notes.size() == 1);
  CHECK(ids(with_scope("3")) == Ids{"ptrace"});

  given.status = "";
  const auto diagnosis = diagnose(given);
  CHECK(diagnosis.status == Status::unknown);
}

TEST_CASE("container: limits of cgroup v2, the lowest on the way counts", "[container]") {
  Given given;
  given.files =
      "\"/proc/self/cgroup\" = \"0::/app/inner\\n\"\n"
      "\"/sys/fs/cgroup/app/inner/memory.max\" = \"max\\n\"\n"
      "\"/sys/fs/cgroup/app/memory.max\" = \"1073741824\\n\"\n"
      "\"/sys/fs/cgroup/memory.max\" = \"8589934592\\n\"\n"
      "\"/sys/fs/cgroup/cpu.max\" = \"50000 100000\\n\"\n";
  const auto diagnosis = diagnose(given);
  REQUIRE(ids(diagnosis) == Ids{"memory"});
  CHECK(diagnosis.findings[0].evidence.at(0).source == "/sys/fs/cgroup/app/memory.max");
  CHECK(has(diagnosis.findings[0].detail, "--memory"));
  CHECK(has_note(diagnosis, "0.50 CPUs"));
}

TEST_CASE("container: limits of cgroup v1", "[container]") {
  Given given;
  given.cgroup_line =
      "1657 1653 0:26 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
      "1658 1657 0:27 /docker/1 /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n";
  given.files =
      "\"/proc/self/cgroup\" = \"9:memory:/docker/1\\n3:cpu,cpuacct:/docker/1\\n\"\n"
      "\"/sys/fs/cgroup/memory/memory.limit_in_bytes\" = \"1073741824\\n\"\n"
      "\"/sys/fs/cgroup/memory/memory.oom_control\" = \"under_oom 0\\noom_kill 1\\n\"\n"
      "\"/sys/fs/cgroup/cpu/cpu.cfs_quota_us\" = \"150000\\n\"\n"
      "\"/sys/fs/cgroup/cpu/cpu.cfs_period_us\" = \"100000\\n\"\n";
  const auto diagnosis = diagnose(given);
  CHECK(ids(diagnosis) == Ids{"memory", "oom-kill"});
  CHECK(has_note(diagnosis, "1.50 CPUs"));
}

TEST_CASE("container: a small virtual machine without a limit", "[container]") {
  Given given;
  given.meminfo = "\"/proc/meminfo\" = \"MemTotal:        1048576 kB\\n\"\n";
  auto diagnosis = diagnose(given);
  REQUIRE(ids(diagnosis) == Ids{"memory"});
  CHECK(has(diagnosis.findings[0].detail, ".wslconfig"));
  CHECK_FALSE(has(diagnosis.findings[0].detail, "--memory"));
  given.kind = EnvironmentKind::container;
  CHECK_FALSE(has(diagnose(given).findings.at(0).detail, ".wslconfig"));
}

TEST_CASE("container: WSL's own hundredth of a CPU is no limit", "[container]") {
  Given given;
  given.files = "\"/sys/fs/cgroup/cpu.max\" = \"1199000 100000\\n\"\n";
  CHECK_FALSE(has_note(diagnose(given), "CPUs"));
}

TEST_CASE("container: no cgroup in sight", "[container]") {
  Given given;
  given.cgroup_line = "";
  CHECK(has_note(diagnose(given), "No cgroup can be seen"));
}

TEST_CASE("container: who may write the project", "[container]") {
  Given given;
  given.owner = "owner = 1001";
  CHECK(ids(diagnose(given)) == Ids{"user"});
  given.owner = "owner = 1001, mode = 0o777";
  CHECK(ids(diagnose(given)).empty());
  given.owner = "owner = 1001, group = 2000, mode = 0o775";
  CHECK(ids(diagnose(given)) == Ids{"user"});
  given.status += "Groups:\\t27 2000\\n";
  CHECK(ids(diagnose(given)).empty());
  given.owner = "owner = 1000, mode = 0o500";
  CHECK(ids(diagnose(given)) == Ids{"user"});
  given.owner = "owner = 1001";
  given.uid = "0";
  CHECK(ids(diagnose(given)).empty());
}

TEST_CASE("container: git's refusal is asked of git, and mended only by hand", "[container]") {
  Given given;
  given.owner = "owner = 0, mode = 0o777";
  given.files = "\"/home/vscode/.gitconfig\" = \"[user]\\n\\tname = N\\n\"\n";
  given.rest =
      "[[commands]]\nargv = [\"git\", \"-C\", \"/work/shop\", \"rev-parse\", "
      "\"--is-inside-work-tree\"]\nexit = 128\n"
      "err = \"fatal: detected dubious ownership in repository at '/work/shop'\\n\"\n";
  const auto diagnosis = diagnose(given);
  REQUIRE(ids(diagnosis) == Ids{"dubious-ownership"});
  REQUIRE(diagnosis.findings[0].fix);
  CHECK_FALSE(diagnosis.findings[0].fix->automatic);
  CHECK(has(diagnosis.findings[0].fix->script, "/home/vscode/.gitconfig"));
  CHECK_FALSE(has(diagnosis.findings[0].fix->script, "directory = *"));

  given.owner = "owner = 1000";  // then git is not even asked
  CHECK(ids(diagnose(given)).empty());
}

TEST_CASE("container: git names a folder that is not above the project", "[container]") {
  Given given;
  given.owner = "owner = 0, mode = 0o777";
  given.rest =
      "[[commands]]\nargv = [\"git\", \"-C\", \"/work/shop\", \"rev-parse\", "
      "\"--is-inside-work-tree\"]\nexit = 128\n"
      "err = \"fatal: detected dubious ownership in repository at '/etc/evil'\\n\"\n";
  const auto diagnosis = diagnose(given);
  REQUIRE(ids(diagnosis) == Ids{"dubious-ownership"});
  REQUIRE(diagnosis.findings[0].fix);
  CHECK_FALSE(has(diagnosis.findings[0].fix->script, "directory = \"/etc/evil\""));
}

TEST_CASE("container: what is denied is unknown, not ok", "[container]") {
  const auto status_with = [](const std::string& files, const std::string& meminfo) {
    Given given;
    given.files = files;
    if (!meminfo.empty()) given.meminfo = meminfo;
    return diagnose(given).status;
  };
  CHECK(status_with("", "") == Status::ok);
  CHECK(status_with("", "\"/proc/meminfo\" = { error = \"denied\" }\n") == Status::unknown);
  CHECK(status_with("", "\"/proc/meminfo\" = \"garbage\"\n") == Status::unknown);
  CHECK(status_with("\"/sys/fs/cgroup/memory.max\" = { error = \"timed-out\" }\n", "") ==
        Status::unknown);
  CHECK(status_with("\"/proc/sys/kernel/yama/ptrace_scope\" = { error = \"denied\" }\n", "") ==
        Status::unknown);
  CHECK(status_with("\"/proc/sys/kernel/yama/ptrace_scope\" = \"x\"\n", "") == Status::unknown);
  Given given;
  given.owner = "error = \"denied\"";
  CHECK(diagnose(given).status == Status::unknown);
  given.owner = "owner = 1000";
  given.status = "garbage";
  CHECK(diagnose(given).status == Status::unknown);
}

TEST_CASE("container: caches of root", "[container]") {
  Given given;
  given.files =
      "\"/home/vscode/go/pkg/mod\" = { kind = \"directory\" }\n"
      "\"/home/vscode/.cache/go-build\" = { kind = \"directory\", owner = 1000 }\n";
  const auto diagnosis = diagnose(given);
  REQUIRE(ids(diagnosis) == Ids{"cache-gomodcache"});
  CHECK(has(diagnosis.findings[0].detail, "sudo chown -R 1000:1000 /home/vscode/go/pkg/mod"));
}
