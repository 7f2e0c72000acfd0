// The Windows side, with a powershell.exe that is a bash script: it reads the nonce out of the
// command line it is given and answers in every way that real ones have been seen to.

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "lib/host/interop.h"
#include "lib/host/windows.h"
#include "lib/host/windows_script.h"
#include "tests/host/given_host.h"
#include "tests/host/lab.h"
#include "tests/support/catch.h"

using namespace doctor;
using lab::GivenHost;
using namespace std::chrono_literals;

namespace {

constexpr const char* interop_entry =
    "enabled\ninterpreter /init\nflags: PF\noffset 0\nmagic 4d5a\n";

// `answer JSON` prints what the real script would, by a Windows clock that is five seconds ahead.
constexpr const char* prelude = R"bash(#!/bin/bash
nonce=$(grep -o "wsl-go-doctor:[0-9a-f]*" <<<"${*: -1}")
nonce=${nonce#*:}
filetime() { echo $((($(date +%s%N) + 5000000000) / 100 + 116444736000000000)); }
started=$(filetime)
answer() {
  printf '<<<wsl-go-doctor:%s:%s:%s:%s:%s>>>\r\n' "$nonce" "$(printf %s "$1" | base64 -w0)" \
    "$started" "$(filetime)" "$nonce"
}
)bash";

// A machine whose PATH has a powershell.exe that does `body`, and nothing else of Windows.
class WindowsMachine {
 public:
  explicit WindowsMachine(const std::string& body) {
    folder_.write("bin/powershell.exe", prelude + body, 0755);
    host.variables["PATH"] = "relative:/nowhere::" + folder_.path() + "/bin";
    host.texts["/proc/sys/fs/binfmt_misc/WSLInterop"] = interop_entry;
    host.texts["/proc/self/mountinfo"] = "22 1 8:32 / / rw,relatime - ext4 /dev/sdc rw\n";
  }

  Answer<WindowsFacts> ask(std::chrono::milliseconds deadline = 20s) const {
    return ask_windows(host, deadline);
  }
  std::string error() const {
    const auto answer = ask();
    return answer ? "answered" : answer.error().reason;
  }
  const lab::TemporaryFolder& folder() const { return folder_; }

  GivenHost host;

 private:
  lab::TemporaryFolder folder_;
};

std::string mountinfo(const std::string& drive) {
  return "22 1 8:32 / / rw,relatime - ext4 /dev/sdc rw\n"
         "90 22 0:70 / " +
         drive +
         " rw,noatime - 9p C:\\134 "
         "rw,dirsync,aname=drvfs;path=C:\\;uid=1000;gid=1000;symlinkroot=/mnt/,mmap,access=client,"
         "msize=65536,trans=fd,rfd=5,wfd=5\n";
}

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

TEST_CASE("what PowerShell tells, and how far its clock is off") {
  const WindowsMachine machine(R"(answer '{"version":"10.0.26100.1","wslconfig":"Cg=="}')");
  const auto facts = machine.ask();
  REQUIRE(facts);
  CHECK(facts->version == "10.0.26100.1");
  CHECK(facts->wslconfig == "\n");
  REQUIRE(facts->clock);
  CHECK(std::abs(facts->clock->offset - 5) <= facts->clock->uncertainty);
  CHECK(facts->clock->uncertainty < 5);
}

TEST_CASE("noise before and after the answer") {
  const std::string answer = R"(answer '{"version":"10.0.22631.7"}')";
  const std::vector<std::string> bodies = {
      "printf '\\xef\\xbb\\xbf'; echo 'wsl: 检测到 localhost 代理配置'; " + answer,
      "echo 'Loading personal profiles took 950ms.'; " + answer + "; echo bye; exit 3",
      "echo \"<3>WSL (11) ERROR: CreateProcessParseCommon:863\" >&2; " + answer,
      answer + " | iconv -f UTF-8 -t UTF-16LE",
      "printf '\\xfe\\xff'; " + answer + " | iconv -f UTF-8 -t UTF-16BE",
  };
  for (const std::string& body : bodies) {
    CAPTURE(body);
    const auto facts = WindowsMachine(body).ask();
    REQUIRE(facts);
    CHECK(facts->version == "10.0.22631.7");
  }
}

TEST_CASE("PowerShell that gives no answer") {
  CHECK(WindowsMachine("exit 0").error() == "PowerShell printed no answer");
  CHECK(WindowsMachine("exit 1").error() == "PowerShell printed no answer (exit code 1)");
  CHECK(WindowsMachine("echo; echo 'Access is denied.'; echo more; exit 5").error() ==
        "PowerShell printed no answer (exit code 5): Access is denied.");
  CHECK(WindowsMachine("printf 'out\\n'; printf '\\e[31mbad\\n' >&2; exit 5").error() ==
        "PowerShell printed no answer (exit code 5): \\x1b[31mbad");
  CHECK(WindowsMachine("echo 'run-detectors: unable to find an interpreter' >&2; exit 0").error() ==
        "PowerShell printed no answer: run-detectors: unable to find an interpreter");
  CHECK(WindowsMachine("echo Nope. | iconv -t UTF-16LE; exit 1").error() ==
        "PowerShell printed no answer (exit code 1): Nope.");
  CHECK(WindowsMachine("printf 'x%.0s' {1..500}; exit 1").error() ==
        "PowerShell printed no answer (exit code 1): " + std::string(200, 'x') + " ...");
}

TEST_CASE("an answer that makes no sense") {
  CHECK(WindowsMachine("answer '{\"version\":1}'").error() ==
        "PowerShell's answer is malformed: 'version' is or holds a number instead of a string");
  CHECK(WindowsMachine("answer 'no json'").error() ==
        "PowerShell's answer is malformed: it is no JSON object");
}

TEST_CASE("PowerShell that hangs costs the deadline") {
  const WindowsMachine machine("sleep 60");
  CHECK(machine.ask(1s).error().kind == HostErrorKind::timed_out);
  CHECK(machine.ask(1s).error().reason == "PowerShell gave no answer in 1 s");
}

TEST_CASE("a powershell.exe that is a link is followed; one that is a folder is none") {
  const WindowsMachine machine(R"(answer '{"version":"10.0.1"}')");
  WindowsMachine linked("exit 1");
  const std::string links = linked.folder().path() + "/links";
  std::filesystem::create_directories(links);
  std::filesystem::create_directories(linked.folder().path() + "/folder/powershell.exe");
  std::filesystem::create_symlink(machine.folder().path() + "/bin/powershell.exe",
                                  links + "/powershell.exe");
  linked.host.variables["PATH"] = linked.folder().path() + "/folder:" + links;
  REQUIRE(linked.ask());
  CHECK(linked.ask()->version == "10.0.1");
}

TEST_CASE("without PATH, PowerShell is found on the Windows drive and started there") {
  WindowsMachine machine("exit 1");
  const std::string drive = machine.folder().path() + "/drives/c";
  for (const std::string windows : {"Windows", "WINDOWS"}) {
    machine.folder().write(
        "drives/c/" + windows + "/System32/WindowsPowerShell/v1.0/powershell.exe",
        std::string(prelude) + "answer \"{\\\"version\\\":\\\"$PWD\\\"}\"", 0755);
    machine.host.variables.erase("PATH");
    machine.host.texts["/proc/self/mountinfo"] = mountinfo(drive);
    const auto facts = machine.ask();
    CAPTURE(windows, machine.error());
    REQUIRE(facts);
    CHECK(facts->version == drive);
    std::filesystem::remove_all(drive + "/" + windows);
  }
}

TEST_CASE("a PowerShell of PATH is started where a Windows drive is mounted") {
  WindowsMachine machine(R"(answer "{\"version\":\"$PWD\"}")");
  REQUIRE(machine.ask());
  CHECK(machine.ask()->version == "/");
  const std::string drive = machine.folder().path() + "/c";
  std::filesystem::create_directories(drive);
  machine.host.texts["/proc/self/mountinfo"] = mountinfo(drive);
  REQUIRE(machine.ask());
  CHECK(machine.ask()->version == drive);
}

TEST_CASE("why there is no PowerShell") {
  GivenHost host;
  host.variables["PATH"] = "/nowhere";
  const auto reason = [&] {
    const auto found = find_powershell(host);
    REQUIRE(!found);
    CHECK(found.error().kind == HostErrorKind::unsupported);
    return found.error().reason;
  };
  const std::string folder = "/proc/sys/fs/binfmt_misc/";
  SECTION("interop is switched off") {
    CHECK(reason() == "Windows interop is off: binfmt_misc has no WSLInterop entry");
  }
  SECTION("its entry is disabled") {
    host.texts[folder + "WSLInterop"] = "disabled\ninterpreter /init\n";
    CHECK(reason() == "Windows interop is off: the binfmt_misc entry WSLInterop is disabled");
  }
  SECTION("binfmt_misc is disabled") {
    host.texts[folder + "WSLInterop"] = interop_entry;
    host.texts[folder + "status"] = "disabled\n";
    CHECK(reason() == "Windows interop is off: binfmt_misc as a whole is disabled");
  }
  SECTION("no drive is mounted") {
    host.texts[folder + "WSLInterop-late"] = interop_entry;
    host.texts[folder + "status"] = "enabled\n";
    CHECK(reason() == "no powershell.exe in PATH, and no Windows drive is mounted");
  }
  SECTION("the drive has none") {
    host.texts[folder + "WSLInterop"] = interop_entry;
    host.texts["/proc/self/mountinfo"] = mountinfo("/nowhere/d");
    CHECK(reason() == "no powershell.exe in PATH, nor on the Windows drives mounted at /nowhere/d");
  }
}

TEST_CASE("a drive that does not answer is no missing PowerShell") {
  GivenHost host;
  host.texts["/proc/sys/fs/binfmt_misc/WSLInterop"] = interop_entry;
  host.texts["/proc/self/mountinfo"] = mountinfo("/mnt/c");
  const std::string path = "/mnt/c/Windows/System32/WindowsPowerShell/v1.0/powershell.exe";
  host.errors[path] = {HostErrorKind::hung, "/mnt/c does not answer"};
  const auto found = find_powershell(host);
  REQUIRE(!found);
  CHECK(found.error() == HostError{HostErrorKind::hung, "cannot look for powershell.exe at " +
                                                            path + ": /mnt/c does not answer"});
}

TEST_CASE("a program that the kernel cannot run is explained by binfmt_misc") {
  WindowsMachine machine("");
  machine.folder().write("bin/powershell.exe", std::string("MZ\x90\0\x03\0\0\0", 8), 0755);
  machine.host.texts.erase("/proc/sys/fs/binfmt_misc/WSLInterop");
  CHECK(machine.ask().error() ==
        HostError{HostErrorKind::unsupported,
                  "Windows interop is off: binfmt_misc has no WSLInterop entry"});
  machine.host.texts["/proc/sys/fs/binfmt_misc/WSLInterop"] = interop_entry;
  CHECK(machine.ask().error().kind == HostErrorKind::unsupported);
  CHECK(machine.error().starts_with("the kernel cannot run " + machine.folder().path() +
                                    "/bin/powershell.exe: "));
}

TEST_CASE("a stale WSL_INTEROP is replaced by another session's socket, newest first") {
  WindowsMachine machine(R"(
echo "$WSL_INTEROP" >>"$(dirname "$0")/log"
if [ "$WSL_INTEROP" = /run/WSL/30_interop ]; then answer '{"version":"10.0.2"}'; exit 0; fi
echo '<3>WSL (9) ERROR: UtilConnectToInteropServer:300: connect failed 2' >&2
exit 1
)");
  const lab::Variable stale("WSL_INTEROP", "/run/WSL/10_interop");
  machine.host.variables["WSL_INTEROP"] = "/run/WSL/10_interop";
  SECTION("another one answers") {
    machine.host.sockets = {{"/run/WSL/10_interop", 9},
                            {"/run/WSL/20_interop", 1},
                            {"/run/WSL/30_interop", 2},
                            {"/run/WSL/40_interop", 3},
                            {"/run/WSL/other", 8}};
    const auto facts = machine.ask();
    REQUIRE(facts);
    CHECK(facts->version == "10.0.2");
    CHECK(content_of(machine.folder().path() + "/bin/log") ==
          "/run/WSL/10_interop\n/run/WSL/40_interop\n/run/WSL/30_interop\n");
  }
  SECTION("there is no other one") {
    CHECK(machine.ask().error() ==
          HostError{HostErrorKind::unsupported,
                    "WSL's interop server cannot be reached: <3>WSL (9) ERROR: "
                    "UtilConnectToInteropServer:300: connect failed 2"});
  }
}

TEST_CASE("the command line passes every layer of quoting unharmed") {
  const auto arguments = windows_script_arguments("0123456789abcdef");
  std::size_t length = 0;
  for (const std::string& argument : arguments) {
    CHECK(argument.find_first_of("\"\n\r") == std::string::npos);
    CHECK(argument.back() != '\\');
    length += argument.size() + 3;
  }
  CHECK(length < 16'000);  // CreateProcess takes 32767 characters
  const std::string& script = arguments.back();
  CHECK(arguments[arguments.size() - 2] == "-Command");
  CHECK(script.find("wsl-go-doctor:0123456789abcdef:") != std::string::npos);
  // An error message that cites the script is no answer.
  CHECK(script.find("<<<wsl-go-doctor:") == std::string::npos);
  CHECK(script.find("@NONCE@") == std::string::npos);
}
