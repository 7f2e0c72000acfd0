#include <algorithm>
#include <string>

#include "checks/defender_exclusion.h"
#include "lib/core/check.h"
#include "lib/host/snapshot_host.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

// A WSL 2 machine with C: and D:, and Defender as the text says.
std::string machine(const std::string& windows, const std::string& variables = "") {
  return R"(
snapshot = 1
[machine]
architecture = "x86_64"
[variables]
HOME = "/home/me"
)" + variables +
         R"(
[files]
"/proc/self/mountinfo" = '''
30 0 8:32 / / rw,relatime - ext4 /dev/sdc rw,discard,errors=remount-ro,data=ordered
75 30 0:55 / /mnt/c rw,noatime - 9p C:\134 rw,aname=drvfs;path=C:\;uid=1000;gid=1000;symlinkroot=/mnt/,cache=5,access=client,msize=65536,trans=fd,rfd=6,wfd=6
76 30 0:56 / /mnt/d rw,noatime - 9p D:\134 rw,aname=drvfs;path=D:\;uid=1000;gid=1000;symlinkroot=/mnt/,cache=5,access=client,msize=65536,trans=fd,rfd=6,wfd=6
'''
[windows]
user-profile = 'C:\Users\me'
)" + windows;
}

constexpr const char* on = R"(
[windows.defender]
real-time-protection = true
running-mode = "Normal"
)";

Diagnosis diagnose(const std::string& toml, const std::string& project,
                   EnvironmentKind kind = EnvironmentKind::wsl2) {
  const auto snapshot = parse_snapshot(toml);
  INFO((snapshot ? "" : snapshot.error().message));
  REQUIRE(snapshot);
  const SnapshotHost host(*snapshot);
  Environment environment;
  environment.kind = kind;
  environment.distribution_name = "Ubuntu";
  return defender_exclusion_check.run({host, Settings{}, environment, project});
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool has_note(const Diagnosis& diagnosis, const std::string& part) {
  return std::ranges::any_of(diagnosis.notes,
                             [&](const std::string& note) { return has(note, part); });
}

const std::string elevated = "elevated = true\n";

}  // namespace

TEST_CASE("work on the Linux disk needs no exclusion, even where the list is hidden") {
  const auto diagnosis =
      diagnose(machine(std::string(on) +
                       "exclusion-paths = ['N/A: Must be an administrator to view exclusions']\n"),
               "/home/me/shop");
  CHECK(diagnosis.status == Status::ok);
  CHECK(has(diagnosis.summary, "No exclusion is needed"));
  CHECK(has_note(diagnosis, "virtual disk needs no exclusion"));
  CHECK(diagnosis.findings.empty());
}

TEST_CASE("an uncovered project on a Windows drive is a warning with an exact exclusion") {
  const auto diagnosis = diagnose(machine(elevated + on), "/mnt/c/dev/Bob's shop");
  REQUIRE(diagnosis.status == Status::warning);
  REQUIRE(diagnosis.findings.size() == 1);
  const Finding& finding = diagnosis.findings[0];
  CHECK(finding.id == "project");
  CHECK(has(finding.summary, R"(C:\dev\Bob's shop)"));
  CHECK(has(finding.detail, "Linux disk"));
  REQUIRE(finding.fix);
  CHECK(finding.fix->id == "defender-exclude-project");
  CHECK(finding.fix->shell == Shell::powershell);
  CHECK(finding.fix->needs == Privilege::windows_administrator);
  CHECK_FALSE(finding.fix->automatic);
  CHECK(has(finding.fix->script, R"($folder = 'C:\dev\Bob''s shop')"));
  CHECK(has(finding.fix->script, "#Requires -RunAsAdministrator"));
  CHECK(has(finding.fix->script, "Remove-MpPreference -ExclusionPath $folder"));
}

TEST_CASE("a covered project is ok, and says by what and at what price") {
  const auto diagnosis =
      diagnose(machine(elevated + on + R"(exclusion-paths = ['c:\Dev'])"), "/mnt/c/dev/shop");
  CHECK(diagnosis.status == Status::ok);
  CHECK(has(diagnosis.summary, "leaves out"));
  CHECK(has_note(diagnosis, "malware"));
  CHECK(std::ranges::any_of(diagnosis.evidence, [](const Evidence& evidence) {
    return has(evidence.source, R"(c:\Dev)") && has(evidence.text, R"(C:\dev\shop)");
  }));
}

TEST_CASE("hidden exclusions leave the answer open, and an administrator can find out") {
  const auto diagnosis =
      diagnose(machine(std::string(on) +
                       "exclusion-paths = ['N/A: Must be an administrator to view exclusions']\n"),
               "/mnt/c/dev/shop");
  CHECK(diagnosis.status == Status::unknown);
  REQUIRE(diagnosis.findings.size() == 1);
  CHECK(has(diagnosis.findings[0].summary, "only an administrator"));
  CHECK(has(diagnosis.findings[0].detail, "(Get-MpPreference).ExclusionPath"));
  CHECK(diagnosis.findings[0].fix);
}

TEST_CASE("what a policy hides from administrators gets no advice that needs the list") {
  const std::string text = GENERATE(
      "exclusion-paths = ['N/A: Administrators are not allowed to view exclusions']\n",
      "exclusion-processes = ['N/A: Administrators are not allowed to view exclusions']\n");
  const auto diagnosis = diagnose(machine(elevated + on + text), "/mnt/c/dev/shop");
  CHECK(diagnosis.status == Status::unknown);
  REQUIRE(diagnosis.findings.size() == 1);
  CHECK(has(diagnosis.summary, "even from administrators"));
  CHECK_FALSE(diagnosis.findings[0].fix);
}

TEST_CASE("each uncovered folder is a finding of its own, a folder inside another is not") {
  const auto diagnosis = diagnose(machine(elevated + on,
                                          "GOPATH = \"/mnt/d/go\"\n"
                                          "GOCACHE = \"/mnt/c/cache/go-build\"\n"),
                                  "/mnt/d/go/src/shop");
  REQUIRE(diagnosis.findings.size() == 2);
  CHECK(diagnosis.findings[0].id == "gopath");
  CHECK(has(diagnosis.findings[0].summary, R"(D:\go (GOPATH, the project, GOMODCACHE))"));
  CHECK(diagnosis.findings[1].id == "gocache");
}

TEST_CASE("only the folders that are not covered are findings") {
  const auto diagnosis = diagnose(
      machine(elevated + on + R"(exclusion-paths = ['D:\go'])", "GOPATH = \"/mnt/d/go\"\n"),
      "/mnt/c/dev/shop");
  REQUIRE(diagnosis.findings.size() == 1);
  CHECK(diagnosis.findings[0].id == "project");
}

TEST_CASE("a drive or a profile is reported, and never proposed") {
  const std::string project = GENERATE("/mnt/d", "/mnt/c/Users/me");
  const auto diagnosis = diagnose(machine(elevated + on), project);
  REQUIRE(diagnosis.findings.size() == 1);
  CHECK(diagnosis.findings[0].severity == Status::warning);
  CHECK_FALSE(diagnosis.findings[0].fix);
  CHECK(has(diagnosis.findings[0].detail, "No exclusion is proposed"));
}

TEST_CASE("another antivirus is named, and Defender's list is of no interest") {
  const auto diagnosis = diagnose(machine(R"(
[windows.defender]
real-time-protection = false
exclusion-paths = ['N/A: Must be an administrator to view exclusions']
[[windows.antivirus]]
name = "Windows Defender"
state = 393472
[[windows.antivirus]]
name = "Norton 360"
state = 266240
)"),
                                  "/mnt/c/dev/shop");
  CHECK(diagnosis.status == Status::skipped);
  CHECK(has(diagnosis.summary, "Norton 360 is the antivirus here"));
}

TEST_CASE("0x800106ba says that Defender's service is off") {
  const std::string error = R"(
[windows.defender]
error = "Get-MpPreference : Operation failed with the following error: 0x800106ba. Operation: MpPreference."
)";
  const auto unnamed = diagnose(machine(error), "/mnt/c/dev/shop");
  CHECK(unnamed.status == Status::skipped);
  CHECK(has(unnamed.summary, "0x800106ba"));

  const auto named = diagnose(
      machine(error +
              "[[windows.antivirus]]\nname = \"Symantec Endpoint Protection\"\nstate = 266240\n"),
      "/mnt/c/dev/shop");
  CHECK(named.status == Status::skipped);
  CHECK(has(named.summary, "Symantec Endpoint Protection"));
}

TEST_CASE("in passive mode Defender's exclusions mean nothing") {
  const auto diagnosis = diagnose(
      machine("[windows.defender]\nreal-time-protection = true\nrunning-mode = \"Passive Mode\"\n"),
      "/mnt/c/dev/shop");
  CHECK(diagnosis.status == Status::skipped);
  CHECK(has(diagnosis.summary, "Passive Mode"));
}

TEST_CASE("another product beside an active Defender is a note") {
  const auto diagnosis = diagnose(
      machine(elevated + on + "[[windows.antivirus]]\nname = \"Malwarebytes\"\nstate = 266240\n"),
      "/mnt/c/dev/shop");
  CHECK(diagnosis.status == Status::warning);
  CHECK(has_note(diagnosis, "Malwarebytes is on as well"));
}

TEST_CASE("real-time protection that is off scans nothing") {
  const auto diagnosis = diagnose(
      machine("[windows.defender]\nreal-time-protection = false\nrunning-mode = \"Normal\"\n"),
      "/mnt/c/dev/shop");
  CHECK(diagnosis.status == Status::ok);
  CHECK(has(diagnosis.summary, "real-time protection is off"));
}

TEST_CASE("what Windows did not tell is unknown, with the reason") {
  SECTION("nothing at all") {
    const auto diagnosis = diagnose(
        "snapshot = 1\n[windows]\nerror = \"unsupported: interop is off\"\n", "/mnt/c/dev/shop");
    CHECK(diagnosis.status == Status::unknown);
    CHECK(has(diagnosis.summary, "interop is off"));
  }
  SECTION("nothing of Defender") {
    CHECK(diagnose(machine(""), "/mnt/c/dev/shop").status == Status::unknown);
  }
  SECTION("an error of PowerShell") {
    const auto diagnosis =
        diagnose(machine("[windows.defender]\nerror = \"Get-MpComputerStatus : Invalid class\"\n"),
                 "/mnt/c/dev/shop");
    CHECK(diagnosis.status == Status::unknown);
    CHECK(has(diagnosis.summary, "Invalid class"));
  }
}

TEST_CASE("a place that cannot be told is no place on the Linux disk") {
  const auto diagnosis = diagnose(machine(elevated + on, "GOCACHE = \"/loop/cache\"\n") +
                                      "[files.\"/loop\"]\nlink = \"/loop\"\n",
                                  "/home/me/shop");
  CHECK(diagnosis.status == Status::unknown);
  REQUIRE(diagnosis.findings.size() == 1);
  CHECK(diagnosis.findings[0].id == "gocache");
}

TEST_CASE("outside a WSL distribution there is nobody to ask") {
  const auto in_container =
      diagnose("snapshot = 1\n", "/workspaces/shop", EnvironmentKind::container_on_wsl);
  CHECK(in_container.status == Status::skipped);
  CHECK(has(in_container.summary, "container"));
  const auto kind =
      GENERATE(EnvironmentKind::container, EnvironmentKind::ci, EnvironmentKind::linux_machine);
  const auto elsewhere = diagnose("snapshot = 1\n", "/workspaces/shop", kind);
  CHECK(elsewhere.status == Status::skipped);
  CHECK(has(elsewhere.summary, "Not WSL"));
}

TEST_CASE("folklore is called by its name") {
  const auto diagnosis = diagnose(machine(elevated + on + R"(
exclusion-processes = ['go.exe', 'C:\Users\me\go\bin\gopls.exe']
exclusion-paths = ['C:\Users\me\AppData\Local\wsl', '%USERPROFILE%\go']
[[windows.distributions]]
name = "Ubuntu"
base-path = '\\?\C:\Users\me\AppData\Local\wsl\{0c1a}'
)"),
                                  "/home/me/shop");
  CHECK(diagnosis.status == Status::ok);
  CHECK(has_note(diagnosis, "process exclusion for go or gopls does nothing"));
  CHECK(has_note(diagnosis, R"({0c1a}\ext4.vhdx is excluded (by C:)"));
  CHECK(has_note(diagnosis, R"(%USERPROFILE%\go does not mean your folder)"));
}

TEST_CASE("on WSL 1 the distribution's own files are scanned") {
  const std::string distribution = R"(
[[windows.distributions]]
name = "Ubuntu"
base-path = 'C:\Users\me\AppData\Local\lxss'
version = 1
)";
  const auto scanned =
      diagnose(machine(elevated + on + distribution), "/home/me/shop", EnvironmentKind::wsl1);
  CHECK(scanned.status == Status::warning);
  REQUIRE(scanned.findings.size() == 1);
  CHECK(scanned.findings[0].id == "distribution");
  CHECK(has(scanned.findings[0].detail, "--set-version"));
  REQUIRE(scanned.findings[0].fix);
  CHECK(has(scanned.findings[0].fix->script, R"('C:\Users\me\AppData\Local\lxss\rootfs')"));

  const auto covered =
      diagnose(machine(elevated + on + R"(exclusion-paths = ['C:\Users\me\AppData\Local\lxss'])" +
                       distribution),
               "/home/me/shop", EnvironmentKind::wsl1);
  CHECK(covered.status == Status::ok);

  const auto unnamed = diagnose(machine(elevated + on), "/home/me/shop", EnvironmentKind::wsl1);
  CHECK(unnamed.status == Status::unknown);
}
