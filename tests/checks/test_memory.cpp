#include "checks/memory.h"
#include "lib/base/format.h"
#include "tests/checks/diagnose.h"

using namespace doctor;

namespace {

struct MemoryOf {
  double total_gb = 15.5;
  double available_gb = 12;
  double swap_gb = 4;
  int kills = 0;
  std::string cpus = "0-11";
  std::string wslconfig;  // lines, each with its \n
  double host_gb = 31.75;
  std::string more;  // below [files]
};

std::string kib(double gb) {
  return fmt::format("{:.0f} kB", gb * 1024 * 1024);
}

std::string text_of(const MemoryOf& machine) {
  return fmt::format(
      R"(
[machine]
architecture = "x86_64"
uid = 1000
[variables]
HOME = "/home/me"
[files]
"/proc/meminfo" = "MemTotal: {}\nMemAvailable: {}\nSwapTotal: {}\nSwapFree: {}\n"
"/proc/vmstat" = "oom_kill {}\n"
"/sys/devices/system/cpu/online" = "{}\n"
"/proc/self/mountinfo" = '''
30 0 8:32 / / rw,relatime - ext4 /dev/sdc rw
75 30 0:55 / /mnt/c rw,noatime - 9p C:\134 rw,aname=drvfs;path=C:\;uid=1000;gid=1000;symlinkroot=/mnt/
'''
{}
[windows]
user-profile = 'C:\Users\me'
memory-bytes = {:.0f}
{}
)",
      kib(machine.total_gb), kib(machine.available_gb), kib(machine.swap_gb), kib(machine.swap_gb),
      machine.kills, machine.cpus, machine.more, machine.host_gb * 1024 * 1024 * 1024,
      machine.wslconfig.empty() ? "" : "wslconfig = '''\n" + machine.wslconfig + "'''");
}

Diagnosis diagnose_memory(const MemoryOf& machine, EnvironmentKind kind = EnvironmentKind::wsl2) {
  return diagnose(memory_check, text_of(machine), kind);
}

}  // namespace

TEST_CASE("half of 32 GB for 12 CPUs is enough") {
  const auto diagnosis = diagnose_memory({});
  CHECK(diagnosis.status == Status::ok);
  CHECK(diagnosis.summary == "Enough: 15.5 GB of memory, 4 GB of swap.");
}

TEST_CASE("a limit of 4 GB on a computer of 32 GB is raised to WSL's own default") {
  MemoryOf machine;
  machine.total_gb = 3.8;
  machine.available_gb = 3;
  machine.wslconfig = "[wsl2]\nmemory=4GB\n";
  const auto diagnosis = diagnose_memory(machine);
  REQUIRE(diagnosis.status == Status::warning);
  const Finding* finding = find_finding(diagnosis, "little-memory");
  REQUIRE(finding);
  REQUIRE(finding->fix);
  CHECK(finding->fix->id == "memory-wslconfig");
  CHECK(finding->fix->title == "Set memory=15GB in .wslconfig");
  CHECK_FALSE(finding->fix->automatic);
  CHECK(finding->fix->restart == Restart::wsl);
}

TEST_CASE("where the computer itself has little, nothing is taken from Windows") {
  MemoryOf machine;
  machine.total_gb = 3.8;
  machine.available_gb = 3;
  machine.host_gb = 7.9;
  machine.kills = 2;
  const auto diagnosis = diagnose_memory(machine);
  REQUIRE(find_finding(diagnosis, "oom-kills"));
  for (const Finding& finding : diagnosis.findings) CHECK_FALSE(finding.fix);
  CHECK(has(diagnosis.findings[0].detail, "`go build -p 1`"));
}

TEST_CASE("kills with half of the memory get three quarters, or swap where that is used up") {
  MemoryOf machine;
  machine.kills = 1;
  const auto more = diagnose_memory(machine);
  REQUIRE(find_finding(more, "oom-kills"));
  REQUIRE(find_finding(more, "oom-kills")->fix);
  CHECK(find_finding(more, "oom-kills")->fix->title == "Set memory=23GB in .wslconfig");

  machine.total_gb = 23.4;
  machine.swap_gb = 0;
  machine.wslconfig = "[wsl2]\nmemory=24GB\nswap=0\n";
  const auto swap = diagnose_memory(machine);
  REQUIRE(find_finding(swap, "oom-kills"));
  REQUIRE(find_finding(swap, "oom-kills")->fix);
  CHECK(find_finding(swap, "oom-kills")->fix->title == "Set swap=6GB in .wslconfig");
  CHECK(has_note(swap, "no swap"));
}

TEST_CASE("kills where all that fits is given already have no fix") {
  MemoryOf machine;
  machine.kills = 1;
  machine.total_gb = 23.4;
  machine.wslconfig = "[wsl2]\nmemory=24GB\n";
  const auto diagnosis = diagnose_memory(machine);
  REQUIRE(find_finding(diagnosis, "oom-kills"));
  CHECK_FALSE(find_finding(diagnosis, "oom-kills")->fix);
}

TEST_CASE("a number without a unit is bytes") {
  MemoryOf machine;
  machine.total_gb = 0.2;
  machine.available_gb = 0.1;
  machine.wslconfig = "[wsl2]\nmemory=8\n";
  const auto diagnosis = diagnose_memory(machine);
  CHECK(diagnosis.status == Status::error);
  const Finding* finding = find_finding(diagnosis, "limit-too-small");
  REQUIRE(finding);
  CHECK(has(finding->summary, "only 256 MB"));
  REQUIRE(finding->fix);
  CHECK(finding->fix->title == "Set memory=8GB in .wslconfig");
  CHECK_FALSE(find_finding(diagnosis, "little-memory"));

  machine.wslconfig = "[wsl2]\nmemory=17825792\n";
  const auto large = diagnose_memory(machine);
  REQUIRE(find_finding(large, "limit-too-small"));
  REQUIRE(find_finding(large, "limit-too-small")->fix);
  CHECK(find_finding(large, "limit-too-small")->fix->title == "Set memory=15GB in .wslconfig");
}

TEST_CASE("a whole amount in bytes is a limit like any other") {
  MemoryOf machine;
  machine.total_gb = 16.2;
  machine.wslconfig = "[wsl2]\nmemory=17825792000\n";  // microsoft/WSL#12671
  CHECK(diagnose_memory(machine).status == Status::ok);
}

TEST_CASE("what was changed and does not hold yet is said") {
  MemoryOf machine;
  machine.wslconfig = "[wsl2]\nmemory=24GB\nswap=16GB\n";
  const auto diagnosis = diagnose_memory(machine);
  CHECK(diagnosis.status == Status::warning);
  REQUIRE(find_finding(diagnosis, "restart-pending"));
  CHECK(find_finding(diagnosis, "restart-pending")->location->line == 2);
  CHECK(find_finding(diagnosis, "swap"));

  machine.wslconfig = "[wsl2]\nmemory=64GB\n";  // more than there is: all of it
  machine.total_gb = 31;
  CHECK(diagnose_memory(machine).status == Status::ok);
}

TEST_CASE("what WSL cannot read is a note here, and the default stays") {
  MemoryOf machine;
  machine.wslconfig = "[wsl2]\nmemory=4gb\n[experimental]\nautoMemoryReclaim=Gradual\n";
  const auto diagnosis = diagnose_memory(machine);
  CHECK(diagnosis.status == Status::ok);
  CHECK(has_note(diagnosis, "cannot read `memory=4gb`"));
  CHECK(has_note(diagnosis, "#10497"));
}

TEST_CASE("nearly nothing free, and many CPUs for little memory") {
  MemoryOf machine;
  machine.available_gb = 0.4;
  machine.swap_gb = 0.1;
  CHECK(find_finding(diagnose_memory(machine), "almost-full"));
  machine = {};
  machine.total_gb = 7.8;
  machine.available_gb = 6;
  machine.host_gb = 16;
  machine.cpus = "0-63";
  CHECK(find_finding(diagnose_memory(machine), "little-per-cpu"));
}

TEST_CASE("other environments have their part, and no .wslconfig") {
  MemoryOf machine;
  CHECK(diagnose_memory(machine, EnvironmentKind::wsl1).status == Status::skipped);
  machine.total_gb = 0.5;
  machine.available_gb = 0.4;
  machine.wslconfig = "[wsl2]\nmemory=24GB\n";
  const auto plain = diagnose_memory(machine, EnvironmentKind::linux_machine);
  CHECK(plain.status == Status::error);
  CHECK_FALSE(find_finding(plain, "restart-pending"));
  CHECK_FALSE(find_finding(plain, "little-memory")->fix);
}

TEST_CASE("in a container only its own kills are a finding") {
  MemoryOf machine;
  machine.kills = 5;
  const auto others = diagnose_memory(machine, EnvironmentKind::container_on_wsl);
  CHECK(others.status == Status::ok);
  CHECK(has_note(others, "killed 5 programs"));
  machine.more = "\"/sys/fs/cgroup/memory.events\" = \"low 0\\noom 3\\noom_kill 3\\n\"";
  const auto own = diagnose_memory(machine, EnvironmentKind::container);
  REQUIRE(find_finding(own, "oom-kills"));
  CHECK(has(find_finding(own, "oom-kills")->summary, "3 programs"));
}

TEST_CASE("what cannot be read is not called enough") {
  CHECK(
      diagnose(memory_check, "[files]\n\"/proc/meminfo\" = { read-error = \"denied\" }\n").status ==
      Status::unknown);
  CHECK(diagnose(memory_check, "[files]\n\"/proc/meminfo\" = \"MemTotal: 0 kB\"\n").status ==
        Status::unknown);
  const auto no_vmstat = diagnose(
      memory_check,
      "[files]\n\"/proc/meminfo\" = \"MemTotal: 16265028 kB\\nMemAvailable: 16265028 kB\"\n",
      EnvironmentKind::linux_machine);
  CHECK(no_vmstat.status == Status::unknown);
}
