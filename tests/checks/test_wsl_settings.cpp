#include <algorithm>
#include <string>

#include "checks/systemd.h"
#include "checks/wsl_conf.h"
#include "checks/wsl_file_fixes.h"
#include "checks/wslconfig.h"
#include "lib/core/check.h"
#include "lib/fix/plan.h"
#include "tests/support/catch.h"
#include "tests/support/snapshots.h"

using namespace doctor;

namespace {

constexpr const char* with_c_drive = R"(
[variables]
HOME = "/home/me"
[files]
"/proc/1/comm" = "init(Ubuntu)\n"
"/usr/lib/systemd/systemd" = { mode = 0o755 }
"/usr/sbin/init" = { mode = 0o755 }
"/proc/self/mountinfo" = '''
30 0 8:32 / / rw,relatime - ext4 /dev/sdc rw
75 30 0:55 / /mnt/c rw,noatime - 9p C:\134 rw,aname=drvfs;path=C:\;uid=1000;gid=1000;symlinkroot=/mnt/,trans=fd,rfd=6,wfd=6
'''
)";

constexpr const char* windows = R"(
[windows]
version = "10.0.26100.4652"
user-profile = 'C:\Users\me'
)";

struct Asked {
  EnvironmentKind kind = EnvironmentKind::wsl2;
  std::string wsl_version = "2.6.1.0";
};

Diagnosis run(const Check& check, const std::string& body, const Asked& asked = {}) {
  const SnapshotHost host = machine_from(body);
  Environment environment;
  environment.kind = asked.kind;
  environment.distribution_name = "Ubuntu";
  environment.wsl_version = asked.wsl_version;
  return check.run({host, Settings{}, environment, "/home/me"});
}

// `text` with TOML's escapes.
std::string conf(const std::string& text) {
  return std::string(with_c_drive) + "\"/etc/wsl.conf\" = \"" + text + "\"\n";
}

std::string global(const std::string& text) {
  return std::string(with_c_drive) + windows + "wslconfig = \"" + text + "\"\n";
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool has_note(const Diagnosis& diagnosis, const std::string& part) {
  return std::ranges::any_of(diagnosis.notes,
                             [&](const std::string& note) { return has(note, part); });
}

}  // namespace

TEST_CASE("where WSL's settings do not count, the checks say why") {
  for (const EnvironmentKind kind : {EnvironmentKind::container_on_wsl, EnvironmentKind::container,
                                     EnvironmentKind::ci, EnvironmentKind::linux_machine}) {
    for (const Check* check : {&wsl_conf_check, &wslconfig_check}) {
      const auto diagnosis = run(*check, conf("[bad"), {kind, ""});
      CHECK(diagnosis.status == Status::skipped);
      CHECK_FALSE(diagnosis.summary.empty());
    }
  }
  CHECK(run(wslconfig_check, global("[bad"), {EnvironmentKind::wsl1, ""}).status ==
        Status::skipped);
}

TEST_CASE("no file is fine") {
  const auto none = run(wsl_conf_check, std::string(with_c_drive));
  CHECK(none.status == Status::ok);
  CHECK(none.summary == "There is no /etc/wsl.conf: WSL's defaults apply.");
  const auto no_global = run(wslconfig_check, std::string(with_c_drive) + windows);
  CHECK(no_global.status == Status::ok);
  CHECK(no_global.summary == "There is no C:\\Users\\me\\.wslconfig: WSL's defaults apply.");
}

TEST_CASE("a file that cannot be read is unknown, never ok") {
  const auto denied = run(wsl_conf_check, std::string(with_c_drive) +
                                              "\"/etc/wsl.conf\" = { read-error = \"denied\" }\n");
  CHECK(denied.status == Status::unknown);
  CHECK(has(denied.summary, "/etc/wsl.conf could not be read"));
  const auto no_interop =
      run(wslconfig_check, std::string(with_c_drive) +
                               "[windows]\nerror = \"unsupported: WSL interop is switched off\"\n");
  CHECK(no_interop.status == Status::unknown);
  CHECK(has(no_interop.summary, "WSL interop is switched off"));
  const auto locked = run(wslconfig_check, std::string(with_c_drive) + windows +
                                               "wslconfig-error = \"it is being used\"\n");
  CHECK(locked.status == Status::unknown);
}

TEST_CASE("each mistake stands at its place, with its line and one fix for all") {
  const auto diagnosis =
      run(wslconfig_check, global("[wsl2]\\r\\n  memory=8gb\\r\\nnope=1\\r\\nprocessors=4;\\r\\n"));
  REQUIRE(diagnosis.status == Status::error);
  REQUIRE(diagnosis.findings.size() == 3);
  const Finding& size = diagnosis.findings[0];
  CHECK(size.id == "invalid-value/wsl2.memory");
  REQUIRE(size.location);
  CHECK(*size.location == Location{"C:\\Users\\me\\.wslconfig", 2, 3});
  REQUIRE(size.evidence.size() == 1);
  CHECK(size.evidence[0] == Evidence{"C:\\Users\\me\\.wslconfig:2", "  memory=8gb"});
  REQUIRE(size.fix);
  CHECK(size.fix->id == "wslconfig-mend");
  CHECK(size.fix->touches == std::vector<std::string>{"/mnt/c/Users/me/.wslconfig"});
  CHECK(size.fix->restart == Restart::wsl);
  CHECK(size.fix->needs == Privilege::user);
  const Finding& number = diagnosis.findings[1];
  CHECK(number.id == "not-a-comment/wsl2.processors");
  REQUIRE(number.fix);
  CHECK(number.fix->script == size.fix->script);
  CHECK_FALSE(diagnosis.findings[2].fix);
  CHECK(has_note(diagnosis, "wsl --shutdown"));
}

TEST_CASE("without the drive there are words in place of a script") {
  const std::string no_drive = R"(
[files]
"/proc/self/mountinfo" = "30 0 8:32 / / rw,relatime - ext4 /dev/sdc rw\n"
)";
  const auto diagnosis =
      run(wslconfig_check, no_drive + windows + "wslconfig = \"[wsl2]\\nmemory=8gb\\n\"\n");
  REQUIRE(diagnosis.findings.size() == 1);
  CHECK_FALSE(diagnosis.findings[0].fix);
  CHECK(has(diagnosis.findings[0].detail, "edit C:\\Users\\me\\.wslconfig in Windows"));
}

TEST_CASE("of very many mistakes the gravest are told, the rest counted") {
  std::string text = "[wsl2]\\n";
  for (int i = 0; i < 100; ++i) text += "nope" + std::to_string(i) + "=1\\n";
  text += "memory=8gb\\n";
  const auto diagnosis = run(wslconfig_check, global(text));
  REQUIRE(diagnosis.findings.size() == 21);
  CHECK(diagnosis.findings[0].id == "invalid-value/wsl2.memory");
  CHECK(diagnosis.findings[20].id == "more");
  CHECK(has(diagnosis.findings[20].summary, "81 more mistakes"));
}

TEST_CASE("WSL 1 notes what it does not read, and complains of nothing") {
  const auto diagnosis =
      run(wsl_conf_check, conf("[boot]\\nsystemd=true\\n"), {EnvironmentKind::wsl1, ""});
  CHECK(diagnosis.status == Status::ok);
  CHECK(has_note(diagnosis, "`systemd` has no effect: this distribution is WSL 1."));
}

TEST_CASE("the two files against each other") {
  const std::string both = conf("[automount]\\ncgroups=v1\\n") + windows +
                           "wslconfig = \"[wsl2]\\nkernelCommandLine=cgroup_no_v1=all\\n\"\n";
  const auto diagnosis = run(wsl_conf_check, both, {EnvironmentKind::wsl2, "2.6.3.0"});
  REQUIRE(diagnosis.findings.size() == 1);
  CHECK(diagnosis.findings[0].id == "contradiction/automount.cgroups");
  // Windows that cannot be asked takes nothing from what the file itself tells.
  CHECK(run(wsl_conf_check, conf("[automount]\\ncgroups=v1\\n"), {EnvironmentKind::wsl2, "2.6.3.0"})
            .status == Status::ok);
}

TEST_CASE("names that WSL does not read") {
  const std::string stray = "\"/home/me/.wslconfig\" = \"[wsl2]\\n\"\n";
  const std::string text_file = "\"/mnt/c/Users/me/.wslconfig.txt\" = \"[wsl2]\\n\"\n";
  const auto diagnosis =
      run(wslconfig_check, std::string(with_c_drive) + stray + text_file + windows);
  CHECK(diagnosis.status == Status::error);
  REQUIRE(diagnosis.findings.size() == 2);
  CHECK(diagnosis.findings[0].location->file == "C:\\Users\\me\\.wslconfig.txt");
  CHECK(diagnosis.findings[1].location->file == "/home/me/.wslconfig");
  // Beside the right one it is only a warning.
  const auto beside = run(wslconfig_check, std::string(with_c_drive) + stray + windows +
                                               "wslconfig = \"[wsl2]\\nswap=0\\n\"\n");
  CHECK(beside.status == Status::warning);
  // A home on the Windows profile has the right one.
  const auto home_on_c =
      run(wslconfig_check,
          "[variables]\nHOME = \"/mnt/c/Users/me\"\n[files]\n\"/proc/self/mountinfo\" = '''\n"
          "75 30 0:55 / /mnt/c rw,noatime - 9p C:\\134 "
          "rw,aname=drvfs;path=C:\\;uid=1000;gid=1000\n'''\n"
          "\"/mnt/c/Users/me/.wslconfig\" = \"[wsl2]\\n\"\n" +
              std::string(windows) + "wslconfig = \"[wsl2]\\n\"\n");
  CHECK(home_on_c.status == Status::ok);
}

TEST_CASE("systemd and wsl-conf offer one and the same fix for one line") {
  for (const std::string text : {"; c\\n[boot]\\nsystemd=true\\n", "[wsl2]\\nsystemd=true\\n",
                                 "[boot]\\nsystemd=yes\\n", "\\uFEFF[boot]\\nsystemd=true\\n"}) {
    INFO(text);
    Diagnosis systemd = run(systemd_check, conf(text) + windows);
    systemd.check = "systemd";
    Diagnosis lines = run(wsl_conf_check, conf(text) + windows);
    lines.check = "wsl-conf";
    CHECK(systemd.status == Status::error);
    CHECK(lines.status == Status::error);
    const auto plan = make_plan({systemd, lines});
    REQUIRE(plan.size() == 1);
    CHECK(plan[0].selected);
    CHECK(plan[0].reasons.size() == 2);
  }
}

TEST_CASE("what keeps WSL from starting is never mended unseen") {
  const auto kernel = run(wslconfig_check, global("[wsl2]\\nkernel=C:\\\\Users\\\\me\\\\k\\n"));
  REQUIRE(kernel.findings.size() == 1);
  REQUIRE(kernel.findings[0].fix);
  CHECK_FALSE(kernel.findings[0].fix->automatic);
  CHECK(has(kernel.findings[0].fix->script, "Settings come into force"));
  const auto hidden = run(wsl_conf_check, conf("\\uFEFF[boot]\\ncommand=rm -r /tmp/x\\n"));
  REQUIRE(hidden.findings.size() == 1);
  REQUIRE(hidden.findings[0].fix);
  CHECK_FALSE(hidden.findings[0].fix->automatic);
}

TEST_CASE("a file with NUL bytes gets no script") {
  const auto diagnosis =
      run(wslconfig_check, global("[wsl2]\\nmemory=8gb\\n# \\u0000\\nswap=1gb\\n"));
  REQUIRE(diagnosis.findings.size() == 2);
  CHECK_FALSE(diagnosis.findings[0].fix);
}
