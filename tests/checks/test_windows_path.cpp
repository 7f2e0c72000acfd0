#include <algorithm>
#include <string>

#include "checks/windows_path.h"
#include "tests/support/catch.h"
#include "tests/support/snapshots.h"

using Catch::Approx;
using namespace doctor;

namespace {

// C: and D: mounted below /drives: the text /mnt tells nothing.
std::string machine(const std::string& path, const std::string& files = "",
                    const std::string& rest = "") {
  return "[machine]\narchitecture = \"x86_64\"\n[variables]\nHOME = \"/home/me\"\nPATH = \"" +
         path +
         R"("
[files]
"/proc/self/mountinfo" = '''
30 0 8:32 / / rw,relatime - ext4 /dev/sdc rw,discard,errors=remount-ro,data=ordered
74 30 0:34 / /mnt/wsl rw,relatime shared:1 - tmpfs none rw
75 30 0:55 / /drives/c rw,noatime - 9p C:\134 rw,aname=drvfs;path=C:\;uid=1000;gid=1000;symlinkroot=/drives/,cache=5,access=client,msize=65536,trans=fd,rfd=6,wfd=6
76 30 0:56 / /drives/d rw,noatime - 9p D:\134 rw,aname=drvfs;path=D:\;uid=1000;gid=1000;symlinkroot=/drives/,cache=5,access=client,msize=65536,trans=fd,rfd=6,wfd=6
'''
"/usr/bin/git" = { mode = 0o755 }
"/usr/bin/python3" = { mode = 0o755 }
"/usr/local/go/bin/go" = { mode = 0o755 }
"/drives/c/Windows/explorer.exe" = { mode = 0o777 }
"/drives/c/Tools (x86)/readme.txt" = { mode = 0o777 }
)" + files +
         rest;
}

constexpr const char* fast = R"toml(
[lookup-costs."/drives/c/Windows"]
median-seconds = 0.0004
[lookup-costs."/drives/c/Tools (x86)"]
median-seconds = 0.0006
[lookup-costs."/usr/bin"]
median-seconds = 0.000002
)toml";

Diagnosis diagnose(const std::string& toml, EnvironmentKind kind = EnvironmentKind::wsl2) {
  const SnapshotHost host = machine_from(toml);
  Environment environment;
  environment.kind = kind;
  environment.distribution_name = "Ubuntu";
  return windows_path_check.run({host, Settings{}, environment, "/home/me/shop"});
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool has_note(const Diagnosis& diagnosis, const std::string& part) {
  return std::ranges::any_of(diagnosis.notes,
                             [&](const std::string& note) { return has(note, part); });
}

const Finding& finding(const Diagnosis& diagnosis, const std::string& id) {
  const auto found = std::ranges::find(diagnosis.findings, id, &Finding::id);
  INFO(id);
  REQUIRE(found != diagnosis.findings.end());
  return *found;
}

bool has_evidence(const Finding& finding, const Evidence& wanted) {
  return std::ranges::find(finding.evidence, wanted) != finding.evidence.end();
}

}  // namespace

TEST_CASE("Windows folders that are merely appended and fast are no sickness") {
  const auto kind = GENERATE(EnvironmentKind::wsl2, EnvironmentKind::wsl1);
  const auto diagnosis =
      diagnose(machine("/usr/local/go/bin:/usr/bin:/drives/c/Windows:/drives/c/Tools (x86)/:/snap",
                       "", fast),
               kind);
  CHECK(diagnosis.status == Status::ok);
  CHECK(has(diagnosis.summary, "2 Windows folders"));
  CHECK(has(diagnosis.summary, "1.0 ms"));
  REQUIRE(diagnosis.measurements.size() == 2);
  CHECK(diagnosis.measurements[0].value == Approx(1.0));
}

TEST_CASE("the estimate covers folders that were not measured, repeated ones too") {
  std::string path = "/usr/local/go/bin:/usr/bin:/drives/c/Windows:/drives/c/Tools (x86)";
  for (int i = 0; i < 48; ++i) path += ":/drives/c/Windows";
  const auto diagnosis = diagnose(machine(path, "", fast));
  CHECK(diagnosis.status == Status::warning);
  const Finding& slow = finding(diagnosis, "slow");
  REQUIRE(!slow.measurements.empty());
  CHECK(slow.measurements[0].value == Approx(25.0));
  CHECK(has_note(diagnosis, "48 of the Windows folders in PATH are repeated"));
}

TEST_CASE("the fix keeps what people use, and says what goes") {
  const auto diagnosis = diagnose(
      machine("/usr/local/go/bin:/usr/bin:/drives/c/Windows:/drives/c/Program Files/Git/cmd:"
              "/drives/c/It's mine",
              "\"/drives/c/Program Files/Git/cmd/git.exe\" = { mode = 0o777 }\n"
              "\"/drives/c/It's mine/x\" = { mode = 0o777 }\n",
              "[lookup-costs.\"/drives/c/Windows\"]\nmedian-seconds = 0.05\n"
              "[lookup-costs.\"/drives/c/Program Files/Git/cmd\"]\nmedian-seconds = 0.05\n"));
  const Finding& slow = finding(diagnosis, "slow");
  REQUIRE(slow.fix);
  CHECK(slow.fix->id == "windows-path-append");
  CHECK_FALSE(slow.fix->automatic);
  CHECK(slow.fix->needs == Privilege::root);
  CHECK(slow.fix->restart == Restart::distribution);
  CHECK(has(slow.fix->script, "appendWindowsPath=false"));
  CHECK(has(slow.fix->script, "/etc/profile.d/"));
  CHECK(has(slow.fix->script, "/drives/c/Program Files/Git/cmd (git.exe)"));
  CHECK(has(slow.detail, "git.exe"));
  CHECK(has(slow.detail, "fish does not"));
  CHECK(has_evidence(slow, {"stays in PATH", "/drives/c/Windows (explorer.exe)"}));
  CHECK(has_evidence(slow, {"leaves PATH", "/drives/c/Program Files/Git/cmd (git.exe)"}));
  CHECK(has_evidence(slow, {"leaves PATH", "/drives/c/It's mine"}));
}

TEST_CASE("a name that starts a file on a Windows drive is shadowed") {
  const std::string front = "/drives/c/Tools (x86):/usr/local/go/bin:/usr/bin";
  SECTION("a program: slow at best") {
    const auto diagnosis =
        diagnose(machine(front, "\"/drives/c/Tools (x86)/git\" = { mode = 0o777 }\n", fast));
    CHECK(diagnosis.status == Status::warning);
    CHECK(has(finding(diagnosis, "shadowed-git").summary, "/drives/c/Tools (x86)/git"));
    CHECK(finding(diagnosis, "shadowed-git").fix);
    finding(diagnosis, "before-linux");
  }
  SECTION("a script with Windows line ends: it cannot start") {
    const auto diagnosis = diagnose(machine(
        front,
        "\"/drives/c/Tools (x86)/python3\" = { mode = 0o777, text = \"#!/bin/sh\\r\\nx\\r\\n\" }\n",
        fast));
    CHECK(diagnosis.status == Status::error);
    CHECK(has(finding(diagnosis, "shadowed-python3").detail, "bad interpreter"));
  }
  SECTION("a link on the Linux disk that leads to a Windows drive") {
    const auto diagnosis =
        diagnose(machine("/opt/bin:/usr/local/go/bin:/usr/bin:/drives/c/Windows",
                         "\"/opt/bin/go\" = { link = \"/drives/c/Go/bin/go.exe\" }\n"
                         "\"/drives/c/Go/bin/go.exe\" = { mode = 0o777 }\n",
                         fast));
    const Finding& go = finding(diagnosis, "shadowed-go");
    CHECK(has_evidence(go, {"/opt/bin/go", "resolves to /drives/c/Go/bin/go.exe"}));
  }
  SECTION("what is no file, or may not be run, shadows nothing; nor does go.exe") {
    const auto diagnosis =
        diagnose(machine(front,
                         "\"/drives/c/Tools (x86)/git\" = { kind = \"directory\" }\n"
                         "\"/drives/c/Tools (x86)/python3\" = { mode = 0o666 }\n"
                         "\"/drives/c/Tools (x86)/go.exe\" = { mode = 0o777 }\n",
                         fast));
    CHECK(diagnosis.findings.size() == 1);
    finding(diagnosis, "before-linux");
  }
}

TEST_CASE("Windows folders before Linux tools, and the line that made it so") {
  const std::string path = "/usr/bin:/drives/c/Windows:/usr/local/go/bin";
  SECTION("Go appended as its own instructions say") {
    const auto diagnosis = diagnose(machine(
        path, "\"/home/me/.profile\" = \"# me\\nexport PATH=$PATH:/usr/local/go/bin\\n\"\n", fast));
    const Finding& before = finding(diagnosis, "before-linux");
    CHECK(before.severity == Status::warning);
    CHECK(has(before.summary, "1 Windows folder stands in PATH before `go`."));
    CHECK(before.location == Location{"/home/me/.profile", 2, 1});
    REQUIRE(before.fix);
    CHECK(before.fix->id == "windows-path-order");
    CHECK_FALSE(before.fix->automatic);
    CHECK(before.fix->needs == Privilege::user);
  }
  SECTION("two lines with others around them are turned round at once") {
    const auto diagnosis =
        diagnose(machine(path + ":/home/me/go/bin",
                         "\"/home/me/go/bin/gopls\" = { mode = 0o755 }\n"
                         "\"/home/me/.profile\" = \"# me\\nexport PATH=$PATH:/usr/local/go/bin\\n# "
                         "tools\\nPATH=$PATH:$HOME/go/bin\\n# end\\n\"\n",
                         fast));
    const Finding& before = finding(diagnosis, "before-linux");
    REQUIRE(before.fix);
    CHECK(has(before.fix->script,
              "$'export PATH=/usr/local/go/bin:$PATH\\n# tools\\nPATH=$HOME/go/bin:$PATH'"));
  }
  SECTION("by a line that is not simple: told, not mended") {
    const auto diagnosis = diagnose(machine(
        path, "\"/home/me/.profile\" = \"if x; then PATH=$PATH:/usr/local/go/bin; fi\\n\"\n",
        fast));
    CHECK_FALSE(finding(diagnosis, "before-linux").fix);
  }
  SECTION("for everybody: a person decides") {
    const auto diagnosis = diagnose(
        machine(path, "\"/etc/profile\" = \"export PATH=$PATH:/usr/local/go/bin\\n\"\n", fast));
    REQUIRE(finding(diagnosis, "before-linux").fix);
    CHECK(finding(diagnosis, "before-linux").fix->needs == Privilege::root);
    CHECK_FALSE(finding(diagnosis, "before-linux").fix->automatic);
  }
  SECTION("a line that puts the Windows folder in front is named, and WSL's setting not blamed") {
    const auto diagnosis =
        diagnose(machine("/drives/c/Windows:/usr/local/go/bin:/usr/bin",
                         "\"/home/me/.bashrc\" = \"PATH=/drives/c/Windows:$PATH\\n\"\n", fast));
    const Finding& before = finding(diagnosis, "before-linux");
    CHECK_FALSE(before.fix);
    CHECK(before.location == Location{"/home/me/.bashrc", 1, 1});
  }
  SECTION("nobody knows why: WSL's setting helps") {
    const auto diagnosis =
        diagnose(machine("/drives/c/Windows:/usr/local/go/bin:/usr/bin", "", fast));
    REQUIRE(finding(diagnosis, "before-linux").fix);
    CHECK(finding(diagnosis, "before-linux").fix->id == "windows-path-append");
  }
  SECTION("a folder without our tools is nobody's concern") {
    CHECK(diagnose(machine("/usr/local/go/bin:/usr/bin:/drives/c/Windows:/snap/bin", "", fast))
              .status == Status::ok);
  }
}

TEST_CASE("a drive that no longer answers is an error with its name, once") {
  const auto diagnosis = diagnose(
      machine("/usr/local/go/bin:/usr/bin:/drives/c/Windows:/drives/d/a:/drives/d/b",
              "\"/drives/d\" = { error = \"hung: the mount has stopped answering\" }\n", fast));
  CHECK(diagnosis.status == Status::error);
  REQUIRE(diagnosis.findings.size() == 1);
  const Finding& dead = finding(diagnosis, "hung/drives/d");
  CHECK(has(dead.summary, "D:\\ (/drives/d)"));
  CHECK(has(dead.detail, "wsl --shutdown"));
  CHECK(dead.fix);
  CHECK_FALSE(has(dead.fix->script, "/drives/d/a' \\"));
}

TEST_CASE("what cannot be found out is not ok") {
  CHECK(diagnose(machine("/usr/bin:/drives/c/Windows")).status == Status::unknown);  // no costs
  const auto denied =
      diagnose(machine("/usr/bin:/drives/d/bin", "\"/drives/d/bin\" = { error = \"denied\" }\n"));
  CHECK(denied.status == Status::unknown);
  CHECK(has_note(denied, "/drives/d/bin could not be looked at"));
  CHECK(diagnose("[variables]\nHOME = \"/home/me\"\n").status == Status::unknown);
  CHECK(diagnose("[variables]\nPATH = \"/usr/bin\"\n").status == Status::unknown);
  CHECK(diagnose("[variables]\nPATH = \"/usr/bin\"\n[files]\n\"/proc/self/mountinfo\" = \"?\"\n")
            .status == Status::unknown);
}

TEST_CASE("where Windows appends nothing there is nothing to say") {
  const auto kind = GENERATE(EnvironmentKind::container_on_wsl, EnvironmentKind::container,
                             EnvironmentKind::ci, EnvironmentKind::linux_machine);
  CHECK(diagnose("", kind).status == Status::skipped);
}

TEST_CASE("without Windows folders it is ok, and wsl.conf says why") {
  const std::string conf = "\"/etc/wsl.conf\" = \"[interop]\\nappendWindowsPath=false\\n\"\n";
  const auto diagnosis = diagnose(machine("/usr/bin", conf));
  CHECK(diagnosis.status == Status::ok);
  REQUIRE(diagnosis.evidence.size() == 1);
  CHECK(diagnosis.evidence[0].source == "/etc/wsl.conf:2");
}

TEST_CASE("a setting that is made already is not made again") {
  const std::string conf = "\"/etc/wsl.conf\" = \"[interop]\\nappendWindowsPath=false\\n\"\n";
  const auto diagnosis =
      diagnose(machine("/drives/c/Windows:/usr/local/go/bin:/usr/bin", conf, fast));
  const Finding& before = finding(diagnosis, "before-linux");
  CHECK_FALSE(before.fix);
  CHECK(has(before.detail, "already"));
}

TEST_CASE("a wsl.conf that cannot be mended safely gets no fix, and the reason") {
  const std::string conf = "\"/etc/wsl.conf\" = \"[boot]\\n; no comment\\n[interop]\\n\"\n";
  const auto diagnosis =
      diagnose(machine("/drives/c/Windows:/usr/local/go/bin:/usr/bin", conf, fast));
  CHECK_FALSE(finding(diagnosis, "before-linux").fix);
}

TEST_CASE("odd entries are told, and blanks and parentheses are none") {
  const auto diagnosis = diagnose(
      machine("/usr/local/go/bin:/usr/bin::bin:~/bin:/drives/c/Tools (x86):"
              "/drives/c/gone\\nthere",
              "\"/home/me/.bashrc\" = \"PATH=$PATH:/drives/c/Program Files/Go/bin\\n\"\n", fast));
  CHECK(diagnosis.status == Status::ok);
  CHECK(has_note(diagnosis, "empty entry"));
  CHECK(has_note(diagnosis, "1 relative entry"));
  CHECK(has_note(diagnosis, "begins with ~"));
  CHECK(has_note(diagnosis, "1 of the Windows folders in PATH does not exist"));
  CHECK(has_note(diagnosis, "/home/me/.bashrc line 1 sets PATH without quotes"));
  CHECK(diagnosis.notes.size() == 5);
}

TEST_CASE("a name that only Windows has a script for is told") {
  const auto diagnosis = diagnose(machine(
      "/usr/local/go/bin:/usr/bin:/drives/c/Tools (x86)",
      "\"/drives/c/Tools (x86)/npm\" = { mode = 0o777, text = \"#!/bin/sh\\r\\nx\\r\\n\" }\n",
      fast));
  CHECK(diagnosis.status == Status::ok);
  CHECK(has_note(diagnosis, "`npm` starts /drives/c/Tools (x86)/npm: a script with Windows line"));
}

TEST_CASE("thousands of folders do not make thousands of questions") {
  std::string path = "/usr/local/go/bin:/usr/bin";
  for (int i = 0; i < 3000; ++i) path += ":/drives/c/Windows";
  const auto diagnosis = diagnose(machine(path, "", fast));
  CHECK(has_note(diagnosis, "Not every Windows folder"));
}
