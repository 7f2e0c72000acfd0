#include "lib/base/text.h"
#include "lib/facts/windows_answer.h"
#include "tests/facts/bzimage.h"
#include "tests/support/catch.h"

using Catch::Approx;
using namespace doctor;

namespace {

const std::string nonce = "5f2a90c3d417be68";

// 2026-03-14 09:00:00 UTC and 0.4 s later, as FILETIME.
const std::string started = "134179524000000000";
const std::string now = "134179524004000000";
constexpr double now_unix = 1'773'478'800.4;

std::string block(const std::string& json) {
  return "<<<wsl-go-doctor:" + nonce + ":" + to_base64(json) + ":" + started + ":" + now + ":" +
         nonce + ">>>";
}

expected<WindowsAnswer, std::string> parse(const std::string& output) {
  return parse_windows_answer(output, nonce);
}

std::string error_of(const std::string& json) {
  const auto answer = parse(block(json));
  return answer ? "accepted" : answer.error();
}

std::string utf16(const std::string& ascii, bool big_endian) {
  std::string bytes;
  for (const char c : ascii) {
    bytes += big_endian ? std::string{'\0', c} : std::string{c, '\0'};
  }
  return bytes;
}

}  // namespace

TEST_CASE("everything Windows tells") {
  const auto answer = parse(block(R"({
    "version": "10.0.26100.4652", "userProfile": "C:\\Users\\Zoë", "elevated": false,
    "interactive": true, "timeService": {"status": "Stopped", "startType": "Manual"},
    "defender": {"realTimeProtection": true, "runningMode": "Normal", "tamperProtected": true,
      "exclusionPaths": ["N/A: Must be an administrator to view exclusions"],
      "exclusionProcesses": [], "exclusionExtensions": ["vhdx", "log"]},
    "antivirus": [{"name": "Windows Defender", "state": 397568}],
    "distributions": [
      {"name": "Ubuntu-24.04", "basePath": "\\\\?\\C:\\wsl\\{1b2c}", "vhdFile": "disk.vhdx",
       "flags": 15, "vhdBytes": 68719476736, "vhdSparse": true},
      {"name": "Legacy", "basePath": "C:\\old", "vhdFile": "", "flags": 7},
      {"name": "NoFlags", "basePath": "C:\\x", "vhdFile": null, "flags": null}],
    "wsl": {"version": "2.6.3.0", "kernelHead": null},
    "memoryBytes": 34083094528, "processors": 16,
    "drives": [{"name": "C:\\", "totalBytes": 511101108224, "freeBytes": 4294967296}],
    "adapters": [{"name": "Ethernet 2", "description": "Cisco AnyConnect Virtual Miniport Adapter",
                  "type": "Ethernet", "mtu": 1390}],
    "proxy": {"enabled": true, "server": "127.0.0.1:7890", "autoConfigUrl": ""},
    "wslconfig": "W3dzbDJdDQptZW1vcnk9OEdCDQo="})"));
  REQUIRE(answer);
  const WindowsFacts& facts = answer->facts;
  CHECK(facts.version == "10.0.26100.4652");
  CHECK(facts.user_profile == "C:\\Users\\Zoë");
  CHECK(!facts.elevated);
  CHECK(facts.interactive);
  CHECK(facts.time_service == TimeService{"Stopped", "Manual"});
  REQUIRE(facts.defender);
  CHECK(facts.defender->real_time_protection == true);
  CHECK(facts.defender->running_mode == "Normal");
  CHECK(facts.defender->tamper_protected == true);
  CHECK(facts.defender->exclusion_paths ==
        std::vector<std::string>{"N/A: Must be an administrator to view exclusions"});
  CHECK(facts.defender->exclusion_processes.empty());
  CHECK(facts.defender->exclusion_extensions == std::vector<std::string>{"vhdx", "log"});
  CHECK(facts.defender->error.empty());
  CHECK(facts.antivirus == std::vector<AntivirusProduct>{{"Windows Defender", 397568}});
  REQUIRE(facts.distributions.size() == 3);
  CHECK(facts.distributions[0] == WslDistribution{"Ubuntu-24.04", "\\\\?\\C:\\wsl\\{1b2c}",
                                                  "disk.vhdx", 2, 68'719'476'736, true});
  CHECK(facts.distributions[1] == WslDistribution{"Legacy", "C:\\old", "ext4.vhdx", 1});
  CHECK(facts.distributions[2] == WslDistribution{"NoFlags", "C:\\x", "ext4.vhdx", 2});
  CHECK(facts.wsl == InstalledWsl{"2.6.3.0", ""});
  CHECK(facts.memory_bytes == 34'083'094'528);
  CHECK(facts.processors == 16);
  CHECK(facts.drives == std::vector<WindowsDrive>{{"C:\\", 511'101'108'224, 4'294'967'296}});
  CHECK(facts.adapters ==
        std::vector<WindowsAdapter>{
            {"Ethernet 2", "Cisco AnyConnect Virtual Miniport Adapter", "Ethernet", 1390}});
  CHECK(facts.proxy == WindowsProxy{true, "127.0.0.1:7890", ""});
  CHECK(facts.wslconfig == "[wsl2]\r\nmemory=8GB\r\n");
  CHECK(facts.wslconfig_error.empty());
  CHECK(!facts.clock);
  CHECK(answer->now == Approx(now_unix).margin(1e-6));
  REQUIRE(answer->started);
  CHECK(*answer->started == Approx(now_unix - 0.4).margin(1e-6));
}

TEST_CASE("the installed kernel tells its release") {
  const std::string head = bzimage("6.6.87.2-microsoft-standard-WSL2 (root@d4a7) #1 SMP");
  const auto answer =
      parse(block(R"({"wsl": {"version": "2.6.1.0", "kernelHead": ")" + to_base64(head) + "\"}}"));
  REQUIRE(answer);
  CHECK(answer->facts.wsl == InstalledWsl{"2.6.1.0", "6.6.87.2-microsoft-standard-WSL2"});
  const auto garbage = parse(block(R"({"wsl": {"version": "2.6.1.0", "kernelHead": "%%"}})"));
  REQUIRE(garbage);
  CHECK(garbage->facts.wsl == InstalledWsl{"2.6.1.0", ""});
}

TEST_CASE("parts that failed are not told, which is not the same as no") {
  const auto answer = parse(block(R"({"version": "10.0.19045", "timeService": null,
    "defender": {"realTimeProtection": null,
                 "error": "Operation failed with the following error: 0x800106ba"},
    "wslconfigError": "Access to the path is denied."})"));
  REQUIRE(answer);
  CHECK(!answer->facts.time_service);
  REQUIRE(answer->facts.defender);
  CHECK(!answer->facts.defender->real_time_protection);
  CHECK(answer->facts.defender->error == "Operation failed with the following error: 0x800106ba");
  CHECK(!answer->facts.wslconfig);
  CHECK(answer->facts.wslconfig_error == "Access to the path is denied.");
  CHECK(parse(block("{}"))->facts == WindowsFacts{});
}

TEST_CASE("an empty .wslconfig exists") {
  const auto answer = parse(block(R"({"wslconfig": ""})"));
  REQUIRE(answer);
  CHECK(answer->facts.wslconfig == "");
}

TEST_CASE("a .wslconfig in UTF-16 keeps its bytes") {
  const std::string bytes("\xff\xfe[\0w\0", 6);
  CHECK(parse(block("{\"wslconfig\": \"" + to_base64(bytes) + "\"}"))->facts.wslconfig == bytes);
}

TEST_CASE("arrays as Windows PowerShell 5.1 sometimes writes them") {
  const auto answer =
      parse(block(R"({"distributions": {"value": [{"name": "Debian"}], "Count": 1}})"));
  REQUIRE(answer);
  REQUIRE(answer->facts.distributions.size() == 1);
  CHECK(answer->facts.distributions[0].name == "Debian");
}

TEST_CASE("noise around the answer does no harm") {
  const std::string answer = block(R"({"version": "10.0.22631.1"})");
  const std::string wrapped = answer.substr(0, 50) + "\r\n" + answer.substr(50);
  const std::vector<std::string> outputs = {
      answer,
      answer + "\r\n",
      "\xef\xbb\xbf" + answer + "\r\n",
      "wsl: 检测到 localhost 代理配置，但未镜像到 WSL。\r\n" + answer,
      "'\\\\wsl.localhost\\Debian\\home\\a'\r\nUNC paths are not supported.\r\n" + answer + "bye",
      "<<<wsl-go-doctor:0000000000000000:e30=:0:0:0000000000000000>>>\n" + answer,
      wrapped,
      "\xff\xfe" + utf16(answer + "\r\n", false),
      "\xfe\xff" + utf16(answer + "\r\n", true),
      "Loading personal profile took 812ms.\r\n" + utf16(answer, false),
  };
  for (const std::string& output : outputs) {
    CAPTURE(output);
    const auto parsed = parse(output);
    REQUIRE(parsed);
    CHECK(parsed->facts.version == "10.0.22631.1");
  }
}

TEST_CASE("no answer, or a broken one") {
  const std::string none = "PowerShell printed no answer";
  CHECK(parse("").error() == none);
  CHECK(parse("-bash: powershell.exe: cannot execute binary file").error() == none);
  CHECK(parse("<<<wsl-go-doctor:" + nonce + ":e30=:0:0").error() == none);
  CHECK(parse("<<<wsl-go-doctor:" + nonce + ":e30=:0:" + nonce + ">>>").error() == none);
  CHECK(parse_windows_answer(block("{}"), "0000000000000000").error() == none);
  const std::string damaged = "PowerShell's answer is damaged: its encoding is wrong";
  const std::string begin = "<<<wsl-go-doctor:" + nonce + ":";
  const std::string end = ":" + nonce + ">>>";
  CHECK(parse(begin + "e30=:0:1x" + end).error() == damaged);
  CHECK(parse(begin + "e30=:0:" + end).error() == damaged);
  CHECK(parse(begin + "e30=:0:-1" + end).error() == damaged);
  CHECK(parse(begin + "e30=:0:99999999999999999999" + end).error() == damaged);
  CHECK(parse(begin + "e3?=:0:1" + end).error() == damaged);
}

TEST_CASE("a policy that limits PowerShell is named") {
  CHECK(parse("<<<wsl-go-doctor:" + nonce + ":!ConstrainedLanguage:0:0:" + nonce + ">>>").error() ==
        "a policy keeps PowerShell in ConstrainedLanguage mode, which cannot be asked");
}

TEST_CASE("hostile JSON is an error, never a crash") {
  const std::string no_object = "PowerShell's answer is malformed: it is no JSON object";
  CHECK(error_of("") == no_object);
  CHECK(error_of("[]") == no_object);
  CHECK(error_of("null") == no_object);
  CHECK(error_of("{\"version\": ") == no_object);
  CHECK(error_of("{\"version\": \"\xff\"}") == no_object);
  CHECK(error_of(std::string(100'000, '[')) == no_object);
  std::string deep;
  for (int i = 0; i < 50'000; ++i) deep += "{\"a\":";
  CHECK(error_of(deep + "1" + std::string(50'000, '}')) == no_object);
  CHECK(error_of("{\"antivirus\": " + std::string(50, '[') + std::string(50, ']') + "}") ==
        no_object);

  const std::string malformed = "PowerShell's answer is malformed: ";
  CHECK(error_of(R"({"version": 10})") ==
        malformed + "'version' is or holds a number instead of a string");
  CHECK(error_of(R"({"elevated": "no"})") ==
        malformed + "'elevated' is or holds a string instead of a boolean");
  CHECK(error_of(R"({"defender": []})") ==
        malformed + "'defender' is or holds a array instead of a object");
  CHECK(error_of(R"({"defender": {"exclusionPaths": "C:\\"}})") ==
        malformed + "'exclusionPaths' is or holds a string instead of a array");
  CHECK(error_of(R"({"defender": {"exclusionPaths": ["C:\\", 1]}})") ==
        malformed + "'exclusionPaths' is or holds a number instead of a string");
  CHECK(error_of(R"({"antivirus": [1]})") ==
        malformed + "'antivirus' is or holds a number instead of a object");
  CHECK(error_of(R"({"antivirus": {"Count": 1, "value": 7}})") ==
        malformed + "'antivirus' is or holds a number instead of a array");
  for (const char* state : {"-1", "1.5", "4294967296", "1e9", "\"x\"", "true"}) {
    CAPTURE(state);
    CHECK(error_of(std::string(R"({"antivirus": [{"state": )") + state + "}]}") ==
          malformed + "'state' is no whole number from 0 to 4294967295");
  }
  CHECK(error_of(R"({"antivirus": [{"state": 4294967295}]})") == "accepted");
}

TEST_CASE("a damaged .wslconfig is not an absent one") {
  const auto answer = parse(block(R"({"wslconfig": "%%%"})"));
  REQUIRE(answer);
  CHECK(!answer->facts.wslconfig);
  CHECK(answer->facts.wslconfig_error == "PowerShell's copy of it is damaged");
}

TEST_CASE("the Windows clock, bracketed") {
  // Started at 1000.0 by this clock, up 0.3 s later, printed at 1.0 s, ended at 1.2 s; Windows is
  // 5 s ahead.
  const WindowsAnswer answer{{}, 1005.3, 1006.0};
  const auto clock = windows_clock(answer, 1000.0, 1001.2);
  REQUIRE(clock);
  const double least = 1006.0 - 1001.2;
  const double greatest = 1005.3 - 1000.0 + 1.0 / 64;
  CHECK(clock->offset == Approx((least + greatest) / 2));
  CHECK(clock->uncertainty == Approx((greatest - least) / 2));
  CHECK(std::abs(clock->offset - 5.0) <= clock->uncertainty);
}

TEST_CASE("the Windows clock when PowerShell's start is not known") {
  const WindowsAnswer answer{{}, std::nullopt, 1006.0};
  const auto clock = windows_clock(answer, 1000.0, 1001.2);
  REQUIRE(clock);
  CHECK(clock->offset - clock->uncertainty == Approx(1006.0 - 1001.2));
  CHECK(clock->offset + clock->uncertainty == Approx(1006.0 - 1000.0 + 1.0 / 64));
}

TEST_CASE("a Windows clock that was set while PowerShell ran") {
  // An hour forward: when the process was created says nothing about the clock that is now.
  const auto clock = windows_clock({{}, 1005.3, 4606.0}, 1000.0, 1001.2);
  REQUIRE(clock);
  CHECK(std::abs(clock->offset - 3605.0) <= clock->uncertainty);
  CHECK(clock->uncertainty < 1);
}

TEST_CASE("a process that ended before it was started has no clock") {
  CHECK(!windows_clock({{}, 1005.3, 1006.0}, 1001.2, 1000.0));
}
