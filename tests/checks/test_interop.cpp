#include <algorithm>

#include "checks/interop.h"
#include "tests/support/catch.h"
#include "tests/support/snapshots.h"

using namespace doctor;

namespace {

constexpr const char* mounts = R"(
"/proc/self/mountinfo" = '''
30 0 8:32 / / rw,relatime - ext4 /dev/sdc rw,discard,errors=remount-ro,data=ordered
75 30 0:55 / /mnt/c rw,noatime - 9p C:\134 rw,aname=drvfs;path=C:\;uid=1000;gid=1000;symlinkroot=/mnt/,cache=5,access=client,msize=65536,trans=fd,rfd=6,wfd=6
91 30 0:28 / /proc/sys/fs/binfmt_misc rw,relatime - binfmt_misc binfmt_misc rw
'''
)";

constexpr const char* entry = R"(
"/proc/sys/fs/binfmt_misc/WSLInterop" = "enabled\ninterpreter /init\nflags: PF\noffset 0\nmagic 4d5a\n"
)";

constexpr const char* socket_488 = R"("/run/WSL/488_interop" = { kind = "socket", modified = 100 }
)";

constexpr const char* windows = "[windows]\nversion = '10.0'\n";

// A machine whose variables and files are as told.
std::string machine(const std::string& files, const std::string& rest = windows,
                    const std::string& variables = "WSL_INTEROP = '/run/WSL/488_interop'\n") {
  return "[variables]\nPATH = '/usr/bin:/mnt/c/Windows'\n" + variables + "[files]\n" + mounts +
         files + rest;
}

Diagnosis diagnose(const std::string& body, EnvironmentKind kind = EnvironmentKind::wsl2,
                   const std::string& version = "2.6.1.0") {
  const auto host = machine_from(body);
  Environment environment;
  environment.kind = kind;
  environment.distribution_name = "Ubuntu";
  environment.wsl_version = version;
  return interop_check.run({host, Settings{}, environment, "/home/me/shop"});
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool has_note(const Diagnosis& diagnosis, const std::string& part) {
  return std::ranges::any_of(diagnosis.notes,
                             [&](const std::string& note) { return has(note, part); });
}

// The one finding there must be.
const Finding& only(const Diagnosis& diagnosis) {
  REQUIRE(diagnosis.findings.size() == 1);
  return diagnosis.findings.front();
}

std::string unix_table(const std::string& lines) {
  return "\"/proc/net/unix\" = '''\nNum       RefCount Protocol Flags    Type St Inode Path\n" +
         lines + "'''\n";
}

constexpr const char* two_listens =
    "0000000000000000: 00000002 00000000 00010000 0001 01 19573 /run/WSL/2_interop\n";

const std::string chain_to_pid1 =
    "\"/proc/self/stat\" = \"50 (doctor) R 40 50 40 0\\n\"\n"
    "\"/proc/40/stat\" = \"40 (tmux: server) S 1 40 40 0\\n\"\n"
    "\"/proc/1/stat\" = \"1 (systemd) S 0 1 1 0\\n\"\n";

const std::string socket_of_pid1 =
    "\"/run/WSL/1_interop\" = { link = \"/run/WSL/2_interop\" }\n"
    "\"/run/WSL/2_interop\" = { kind = \"socket\" }\n";

}  // namespace

TEST_CASE("an entry, a socket and an answer are interop") {
  const auto diagnosis = diagnose(machine(std::string(entry) + socket_488));
  CHECK(diagnosis.status == Status::ok);
  CHECK(diagnosis.evidence.size() == 3);
  CHECK(diagnosis.notes.empty());
}

TEST_CASE("where interop cannot be") {
  for (const auto kind : {EnvironmentKind::container_on_wsl, EnvironmentKind::container,
                          EnvironmentKind::ci, EnvironmentKind::linux_machine}) {
    CHECK(diagnose("", kind).status == Status::skipped);
  }
}

TEST_CASE("an entry that is gone is registered again, without touching others") {
  const auto diagnosis =
      diagnose(machine(std::string(socket_488) + "\"/proc/1/comm\" = \"systemd\\n\"\n",
                       "[windows]\nerror = 'failed'\n"));
  const Finding& finding = only(diagnosis);
  CHECK(finding.id == "binfmt-lost");
  CHECK(finding.severity == Status::error);
  REQUIRE(finding.fix);
  CHECK(finding.fix->id == "interop-binfmt");
  CHECK(has(finding.fix->script, "create_file /etc/binfmt.d/WSLInterop.conf"));
  CHECK(has(finding.fix->script, ":WSLInterop:M::MZ::/init:PF"));
  CHECK_FALSE(has(finding.fix->script, "systemctl restart"));
}

TEST_CASE("without systemd the entry alone is registered; on WSL 1 with its flags") {
  const auto wsl2 = diagnose(machine(std::string(socket_488) + "\"/proc/1/comm\" = \"init\\n\"\n"));
  REQUIRE(only(wsl2).fix);
  CHECK_FALSE(has(only(wsl2).fix->script, "binfmt.d"));
  const auto wsl1 =
      diagnose(machine("\"/proc/1/comm\" = \"init\\n\"\n"), EnvironmentKind::wsl1, "");
  REQUIRE(only(wsl1).fix);
  CHECK(has(only(wsl1).fix->script, "/init:P >"));
}

TEST_CASE("a file of the same name for systemd-binfmt is edited, or left as it is") {
  const std::string lost = std::string(socket_488) + "\"/proc/1/comm\" = \"systemd\\n\"\n";
  const std::string conf = "\"/etc/binfmt.d/WSLInterop.conf\" = ";
  const auto script = [&](const std::string& content) {
    const auto diagnosis = diagnose(machine(lost + conf + content + "\n"));
    REQUIRE(only(diagnosis).fix);
    return only(diagnosis).fix->script;
  };
  CHECK(has(script("\":WSLInterop:M::MZ::/init:\\n\""), "edit_file /etc/binfmt.d/WSLInterop.conf"));
  CHECK(has(script("\":mine:E::foo::/bin/foo:\""), "edit_file /etc/binfmt.d/WSLInterop.conf"));
  CHECK_FALSE(has(script("\":WSLInterop:M::MZ::/init:PF\\n\""), "/etc/binfmt.d"));
  const auto denied = diagnose(machine(lost + conf + "{ read-error = \"denied\" }\n"));
  CHECK_FALSE(only(denied).fix);
}

TEST_CASE("who may have removed the entry is named") {
  const auto diagnosis = diagnose(machine(
      std::string(socket_488) + "\"/etc/wsl.conf\" = \"[boot]\\nprotectBinfmt=false\\n\"\n" +
      "\"/usr/lib/binfmt.d/mono.conf\" = \"\"\n\"/usr/lib/binfmt.d/README\" = \"\"\n"));
  const Finding& finding = only(diagnosis);
  REQUIRE(finding.location);
  CHECK(finding.location->line == 2);
  CHECK(has(finding.detail, "protectBinfmt=false"));
  CHECK(std::ranges::any_of(finding.evidence, [](const Evidence& evidence) {
    return evidence.text == "/usr/lib/binfmt.d/mono.conf";
  }));
}

TEST_CASE("the entry under its other name, beside a disabled one") {
  const auto diagnosis =
      diagnose(machine(std::string(socket_488) +
                       "\"/proc/sys/fs/binfmt_misc/WSLInterop\" = \"disabled\\ninterpreter "
                       "/init\\nflags: PF\\noffset 0\\nmagic 4d5a\\n\"\n"
                       "\"/proc/sys/fs/binfmt_misc/WSLInterop-late\" = \"enabled\\ninterpreter "
                       "/init\\nflags: P\\noffset 0\\nmagic 4d5a\\n\"\n"
                       "\"/init\" = { mode = 0o755 }\n"));
  CHECK(diagnosis.status == Status::ok);
}

TEST_CASE("an entry that cannot be read leaves the answer open") {
  for (const char* content :
       {"{ read-error = \"denied\" }", "\"what?\\n\"", "{ error = \"hung: no answer\" }"}) {
    INFO(content);
    const auto diagnosis = diagnose(machine(
        std::string(socket_488) + "\"/proc/sys/fs/binfmt_misc/WSLInterop\" = " + content + "\n"));
    CHECK(diagnosis.status == Status::unknown);
    CHECK(only(diagnosis).id == "binfmt");
  }
}

TEST_CASE("binfmt_misc as a whole switched off") {
  const auto diagnosis = diagnose(machine(
      std::string(entry) + socket_488 + "\"/proc/sys/fs/binfmt_misc/status\" = \"disabled\\n\"\n"));
  CHECK(only(diagnosis).id == "binfmt-off");
  REQUIRE(only(diagnosis).fix);
  CHECK(has(only(diagnosis).fix->script, "echo 1 >/proc/sys/fs/binfmt_misc/status"));
}

TEST_CASE("an interpreter without the flag F must exist") {
  const auto with = [](const std::string& flags, const std::string& interpreter,
                       const std::string& more) {
    return diagnose(machine(std::string(socket_488) +
                            "\"/proc/sys/fs/binfmt_misc/WSLInterop\" = \"enabled\\ninterpreter " +
                            interpreter + "\\nflags: " + flags + "\\noffset 0\\nmagic 4d5a\\n\"\n" +
                            more));
  };
  CHECK(with("F", "/tools/init", "").status == Status::ok);  // early WSL 2
  CHECK(with("P", "/init", "\"/init\" = { mode = 0o755 }\n").status == Status::ok);
  CHECK(only(with("P", "/init", "")).severity == Status::error);
  CHECK(only(with("", "/opt/mine", "\"/opt/mine\" = { mode = 0o755 }\n")).severity ==
        Status::warning);
}

TEST_CASE("of two entries for the same files the one registered last wins") {
  const auto with = [](int wsl, int other, const std::string& rest) {
    const auto at = [](const char* name, int time, const char* interpreter) {
      return "[files.\"/proc/sys/fs/binfmt_misc/" + std::string(name) +
             "\"]\nmodified = " + std::to_string(time) + "\ntext = \"enabled\\ninterpreter " +
             interpreter + "\\nflags: F\\noffset 0\\nmagic 4d5a\\n\"\n";
    };
    return diagnose(machine(
        socket_488, at("WSLInterop", wsl, "/init") + at("DOSWin", other, "/usr/bin/wine") + rest));
  };
  const std::string silent = "[windows]\nerror = 'failed: it said nothing'\n";
  CHECK(only(with(100, 200, silent)).severity == Status::error);
  CHECK(has(only(with(100, 200, silent)).summary, "/usr/bin/wine"));
  CHECK(only(with(100, 100, silent)).severity == Status::unknown);
  CHECK(with(100, 100, windows).status == Status::ok);
  const auto first = with(200, 100, windows);
  CHECK(first.status == Status::ok);
  CHECK(has_note(first, "WSL comes first"));
}

TEST_CASE("entries that are not mounted cannot be seen; a program that ran shows them") {
  const std::string body =
      "[variables]\nWSL_INTEROP = '/run/WSL/488_interop'\n[files]\n\"/proc/self/mountinfo\" = \"30 "
      "0 "
      "8:32 / / rw - ext4 /dev/sdc rw\\n\"\n" +
      std::string(socket_488);
  CHECK(only(diagnose(body + "[windows]\nerror = 'failed'\n")).id == "binfmt-not-mounted");
  CHECK(diagnose(body + "[windows]\nerror = 'failed'\n").status == Status::unknown);
  const auto answered = diagnose(body + windows);
  CHECK(answered.status == Status::ok);
  CHECK(has_note(answered, "not mounted"));
}

TEST_CASE("a socket on which nobody listens") {
  const auto diagnosis =
      diagnose(machine(std::string(entry) + socket_488 + socket_of_pid1 + unix_table(two_listens)));
  CHECK(diagnosis.status == Status::warning);
  CHECK(only(diagnosis).id == "stale-socket");
  CHECK(has(only(diagnosis).detail, "export WSL_INTEROP=/run/WSL/2_interop"));
}

TEST_CASE("a table that knows nothing of WSL's sockets proves nothing") {
  for (const std::string& table :
       {std::string("\"/proc/net/unix\" = \"garbage\"\n"), unix_table(""),
        unix_table("0000000000000000: 00000002 00000000 00010000 0001 01 19573 /run/other\n"),
        std::string("\"/proc/net/unix\" = { read-error = \"denied\" }\n")}) {
    INFO(table);
    CHECK(diagnose(machine(std::string(entry) + socket_488 + table)).status == Status::ok);
  }
}

TEST_CASE("a variable that names nothing: WSL asks the parents since its source is public") {
  const std::string files = std::string(entry) + socket_of_pid1 + chain_to_pid1;
  const auto current = diagnose(machine(files));
  CHECK(current.status == Status::ok);
  CHECK(has_note(current, "/run/WSL/1_interop instead"));
  for (const char* version : {"", "1.2.5.0"}) {
    const auto old = diagnose(machine(files), EnvironmentKind::wsl2, version);
    CHECK(only(old).id == "stale-socket");
    CHECK(has(only(old).detail, "export WSL_INTEROP=/run/WSL/2_interop"));
  }
  // No parent has one, or nobody can tell.
  CHECK(only(diagnose(machine(std::string(entry) + chain_to_pid1))).id == "stale-socket");
  CHECK(only(diagnose(machine(entry))).severity == Status::unknown);
}

TEST_CASE("no variable, as in ssh and cron") {
  const auto with = [](const std::string& files, const std::string& variables = "") {
    return diagnose(machine(entry + files, windows, variables));
  };
  CHECK(with(chain_to_pid1 + socket_of_pid1).status == Status::ok);
  const auto none = with(chain_to_pid1, "SSH_CONNECTION = '192.0.2.1 5 192.0.2.2 22'\n");
  CHECK(only(none).id == "no-socket");
  CHECK(none.status == Status::warning);
  CHECK(has(only(none).detail, "ssh"));
  CHECK(only(with("\"/proc/self/stat\" = \"garbage\"\n")).severity == Status::unknown);
  CHECK(only(with("")).severity == Status::unknown);
  const auto dead = with(chain_to_pid1 + "\"/run/WSL/40_interop\" = { kind = \"socket\" }\n" +
                         unix_table(two_listens));
  CHECK(only(dead).id == "stale-socket");
}

TEST_CASE("parents in a circle end the search") {
  const auto diagnosis = diagnose(machine(
      std::string(entry) +
          "\"/proc/self/stat\" = \"50 (a) R 40 1\"\n\"/proc/40/stat\" = \"40 (b) R 40 1\"\n",
      windows, ""));
  CHECK(only(diagnosis).id == "no-socket");
}

TEST_CASE("only names that WSL gives are passed on into a command") {
  const auto diagnosis =
      diagnose(machine(std::string(entry) + chain_to_pid1 +
                       "\"/run/WSL/$(x)_interop\" = { kind = \"socket\", modified = 900 }\n"
                       "\"/run/WSL/_interop\" = { kind = \"socket\", modified = 901 }\n"
                       "\"/run/WSL/5_interop\" = { kind = \"socket\", modified = 5 }\n"));
  CHECK(has(only(diagnosis).detail, "export WSL_INTEROP=/run/WSL/5_interop"));
}

TEST_CASE("WSL 1 has no sockets to look for") {
  CHECK(diagnose(machine(entry, windows, ""), EnvironmentKind::wsl1, "").status == Status::ok);
}

TEST_CASE("interop switched off by choice") {
  const auto diagnosis =
      diagnose(machine("\"/etc/wsl.conf\" = \"[interop]\\nenabled = false\\n\"\n"));
  CHECK(diagnosis.status == Status::skipped);
  CHECK(diagnosis.findings.empty());
  CHECK(has_note(diagnosis, "wsl --terminate Ubuntu"));
}

TEST_CASE("a PATH without Windows folders is worth a note, no more") {
  const auto off =
      diagnose(machine(std::string(entry) + socket_488 +
                       "\"/etc/wsl.conf\" = \"[interop]\\nappendWindowsPath = false\\n\"\n"));
  CHECK(off.status == Status::ok);
  CHECK(has_note(off, "appendWindowsPath=false"));
  std::string body = machine(std::string(entry) + socket_488);
  body.replace(body.find(":/mnt/c/Windows"), 15, "");
  CHECK(has_note(diagnose(body), "PATH holds no Windows folder"));
}

TEST_CASE("what looks right but does not answer is not ok") {
  const auto with = [](const std::string& error) {
    return diagnose(
        machine(std::string(entry) + socket_488, "[windows]\nerror = \"" + error + "\"\n"));
  };
  CHECK(only(with("timed-out: PowerShell gave no answer in 5 s")).id == "no-answer");
  CHECK(with("timed-out").status == Status::unknown);
  CHECK(with("unsupported: WSL's interop server cannot be reached: UtilConnectUnix").status ==
        Status::unknown);
  CHECK(with("unsupported: no powershell.exe in PATH, and no Windows drive is mounted").status ==
        Status::unknown);
}
