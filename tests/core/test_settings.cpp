#include <string>

#include "lib/core/check.h"
#include "lib/core/settings.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

constexpr Threshold clock_thresholds[] = {
    {"warning-seconds", 1, 0.05, 3600, "from here on it is a warning"},
    {"error-seconds", 60, 0.05, 86400, "from here on it is an error"},
};
constexpr Check clock_skew{"clock-skew", "time",           "The clock", "",     "",
                           "",           clock_thresholds, {},          nullptr};
constexpr Check systemd{"systemd", "wsl", "systemd", "", "", "", {}, {}, nullptr};
constexpr const Check* checks[] = {&clock_skew, &systemd};

expected<Settings, SettingsError> read(std::string_view text,
                                       SettingsOrigin origin = SettingsOrigin::project) {
  Settings settings;
  auto done = read_settings(settings, text, "p/.wsl-go-doctor.toml", origin, checks);
  if (!done) return unexpected(done.error());
  return settings;
}

std::string complaint(std::string_view text, SettingsOrigin origin = SettingsOrigin::project) {
  const auto settings = read(text, origin);
  return settings ? "accepted" : describe(settings.error());
}

}  // namespace

TEST_CASE("a whole settings file") {
  const auto settings = read(
      "fail-on = \"warning\"\n"
      "disabled = [\"systemd\"]\n"
      "ntp-servers = [\"time.cloudflare.com\", \"10.0.0.1:1123\", \"[2001:db8::1]:123\"]\n"
      "date-urls = [\"https://go.dev/\"]\n"
      "[checks.clock-skew]\n"
      "severity = \"error\"\n"
      "warning-seconds = 2\n"
      "error-seconds = 30.5\n"
      "[[waivers]]\n"
      "check = \"clock-skew\"\n"
      "finding = \"drift\"\n"
      "reason = \"The lab has no time server.\"\n"
      "expires = 2027-01-31\n"
      "[[waivers]]\n"
      "check = \"systemd\"\n"
      "reason = \"not wanted here\"\n"
      "expires = \"2028-02-29\"\n",
      SettingsOrigin::user);
  REQUIRE(settings);
  CHECK(settings->fail_on == FailOn::warning);
  CHECK(settings->disabled == std::vector<std::string>{"systemd"});
  CHECK(settings->ntp_servers.size() == 3);
  CHECK(settings->date_urls == std::vector<std::string>{"https://go.dev/"});
  const CheckSettings& clock = settings->checks.at("clock-skew");
  CHECK(clock.severity == Status::error);
  CHECK(clock.thresholds.at("warning-seconds") == 2);
  CHECK(clock.thresholds.at("error-seconds") == 30.5);
  REQUIRE(settings->waivers.size() == 2);
  CHECK(settings->waivers[0].finding == "drift");
  CHECK(settings->waivers[0].expires == "2027-01-31");
  CHECK(settings->waivers[0].location == Location{"p/.wsl-go-doctor.toml", 9, 1});
  CHECK(settings->waivers[1].finding.empty());
  CHECK(settings->waivers[1].expires == "2028-02-29");
  CHECK(settings->files == std::vector<std::string>{"p/.wsl-go-doctor.toml"});
}

TEST_CASE("an empty file, a BOM and CRLF are fine") {
  CHECK(read(""));
  CHECK(read("# nothing but a comment\r\n"));
  const auto settings = read(
      "\xEF\xBB\xBF"
      "fail-on = \"never\"\r\ndisabled = []\r\n");
  REQUIRE(settings);
  CHECK(settings->fail_on == FailOn::never);
}

TEST_CASE("later files win, and lists are appended") {
  Settings settings;
  REQUIRE(read_settings(settings,
                        "fail-on = \"warning\"\ndisabled = [\"systemd\"]\n"
                        "checks.clock-skew.warning-seconds = 2\n"
                        "checks.clock-skew.error-seconds = 3\n",
                        "user", SettingsOrigin::user, checks));
  REQUIRE(read_settings(settings,
                        "fail-on = \"error\"\ndisabled = [\"clock-skew\"]\n"
                        "checks.clock-skew.warning-seconds = 5\n",
                        "project", SettingsOrigin::project, checks));
  CHECK(settings.fail_on == FailOn::error);
  CHECK(settings.disabled == std::vector<std::string>{"systemd", "clock-skew"});
  CHECK(settings.checks.at("clock-skew").thresholds.at("warning-seconds") == 5);
  CHECK(settings.checks.at("clock-skew").thresholds.at("error-seconds") == 3);
  CHECK(settings.files == std::vector<std::string>{"user", "project"});
}

TEST_CASE("a bad file leaves the settings as they were") {
  Settings settings;
  CHECK_FALSE(read_settings(settings, "disabled = [\"systemd\"]\nfail-on = 3\n", "f",
                            SettingsOrigin::user, checks));
  CHECK(settings.disabled.empty());
  CHECK(settings.files.empty());
}

TEST_CASE("unknown keys name their place and the nearest key") {
  CHECK(complaint("\nfail_on = \"error\"") ==
        "p/.wsl-go-doctor.toml:2:1: unknown key \"fail_on\"; did you mean `fail-on`?");
  CHECK(complaint("colour = 1") ==
        "p/.wsl-go-doctor.toml:1:1: unknown key \"colour\"; there are `fail-on`, `disabled`, "
        "`ntp-servers`, `date-urls`, `checks` and `waivers`");
  CHECK(complaint("[checks.clock-skew]\n  warn-seconds = 2") ==
        "p/.wsl-go-doctor.toml:2:3: unknown key \"warn-seconds\"; did you mean "
        "`warning-seconds`?");
  CHECK(complaint("[checks.systemd]\nwarning-seconds = 2") ==
        "p/.wsl-go-doctor.toml:2:1: unknown key \"warning-seconds\"; there is only `severity`");
  CHECK(complaint("[[waivers]]\ncheck = \"systemd\"\nbecause = \"x\"") ==
        "p/.wsl-go-doctor.toml:3:1: unknown key \"because\"; there are `check`, `finding`, "
        "`reason` and `expires`");
}

TEST_CASE("unknown checks name the nearest one, wherever they stand") {
  CHECK(complaint("disabled = [\"systemd\", \"clokc-skew\"]") ==
        "p/.wsl-go-doctor.toml:1:24: there is no check \"clokc-skew\"; did you mean "
        "`clock-skew`?");
  CHECK(complaint("[checks.systmd]\nseverity = \"error\"") ==
        "p/.wsl-go-doctor.toml:1:9: there is no check \"systmd\"; did you mean `systemd`?");
  CHECK(complaint("[[waivers]]\ncheck = \"dns\"\nreason = \"x\"\nexpires = 2027-01-01") ==
        "p/.wsl-go-doctor.toml:2:9: there is no check \"dns\"; there are `clock-skew` and "
        "`systemd`");
}

TEST_CASE("wrong types say what was expected and what is there") {
  const auto ends_with = [](const std::string& text, std::string_view end) {
    INFO(text);
    CHECK(text.ends_with(end));
  };
  ends_with(complaint("fail-on = 3"),
            ":1:11: `fail-on` must be one of the strings `warning`, `error` or `never`, not a "
            "whole number");
  ends_with(complaint("fail-on = \"warn\""),
            ":1:11: `fail-on` must be `warning`, `error` or `never`, not \"warn\"");
  ends_with(complaint("disabled = \"systemd\""),
            ":1:12: `disabled` must be an array of strings, not text");
  ends_with(complaint("disabled = [1]"),
            ":1:13: `each of disabled` must be a string, not a whole "
            "number");
  ends_with(complaint("checks = 1"), ":1:10: `checks` must be a table, not a whole number");
  ends_with(complaint("checks.systemd = true"),
            ":1:18: `checks.systemd` must be a table, not true or false");
  ends_with(complaint("checks.systemd.severity = \"unknown\""),
            "`severity` must be `warning` or `error`, not \"unknown\"");
  ends_with(complaint("checks.clock-skew.warning-seconds = \"2\""),
            ":1:37: `warning-seconds` must be a number, not text");
  ends_with(complaint("waivers = 1"),
            "`waivers` must be tables headed [[waivers]], not a whole number");
  ends_with(complaint("waivers = [1]"),
            "`waivers` must be a table headed [[waivers]], not a whole number");
}

TEST_CASE("thresholds keep to their bounds") {
  const std::string key = "checks.clock-skew.warning-seconds = ";
  CHECK(read(key + "0.05"));
  CHECK(read(key + "3600"));
  for (const char* value : {"0.049", "3600.5", "-1", "inf", "-inf", "nan", "9223372036854775807"}) {
    INFO(value);
    CHECK(complaint(key + value).find("`warning-seconds` must be within 0.05 and 3600, not ") !=
          std::string::npos);
  }
}

TEST_CASE("bad TOML gives line and column") {
  CHECK(complaint("fail-on = \"error\"\ndisabled = [")
            .starts_with("p/.wsl-go-doctor.toml:2:13: not valid TOML: "));
  CHECK(complaint("fail-on = \"error\"\nfail-on = \"never\"").find(":2:") != std::string::npos);
  CHECK(complaint("a = \"\x1b[31m\"").find('\x1b') == std::string::npos);
  CHECK(complaint("\x80\x81").find("not valid TOML") != std::string::npos);
}

TEST_CASE("UTF-16 is named as such") {
  const std::string why = "p/.wsl-go-doctor.toml: is UTF-16 text; save it as UTF-8";
  CHECK(complaint(std::string("\xFF\xFE"
                              "f\0a\0",
                              6)) == why);
  CHECK(complaint(std::string("\xFE\xFF\0f\0a", 6)) == why);
  CHECK(complaint(std::string("f\0a\0", 4)) == why);
}

TEST_CASE("what is no settings file is refused before it costs anything") {
  CHECK(complaint("#" + std::string(1 << 20, 'x')).find("MiB") != std::string::npos);
  CHECK(read("#" + std::string((1 << 20) - 1, 'x')));

  std::string dots = "a";
  while (dots.size() < 500'000) dots += ".a";
  CHECK(complaint(dots + " = 1").find("too many dots") != std::string::npos);
  CHECK(complaint("[" + dots + "]").find("too many dots") != std::string::npos);
  CHECK_FALSE(read("a = " + std::string(500'000, '[')));
  std::string tables = "a = ";
  for (int i = 0; i < 100'000; ++i) tables += "{a=";
  CHECK_FALSE(read(tables));
  std::string mixed = "x = ";
  for (int i = 0; i < 250; ++i) mixed += "{a.a.a.a.a.a.a.a=";
  CHECK_FALSE(read(mixed + "1" + std::string(250, '}')));
}

TEST_CASE("time servers are checked, never looked up") {
  const auto with = [](std::string_view server) {
    return complaint("ntp-servers = [\"" + std::string(server) + "\"]");
  };
  for (const char* good : {"ntp", "ntp.example.org", "ntp.example.org.", "a_b.example:1",
                           "192.0.2.7", "192.0.2.7:65535", "[::1]:123", "[2001:db8::1]"}) {
    INFO(good);
    CHECK(with(good) == "accepted");
  }
  for (const char* bad :
       {" ",           "ntp example", "ntp:",        "ntp:0",        "ntp:65536",
        "ntp:12a",     ":123",        "2001:db8::1", "[2001:db8::1", "[ntp]:123",
        "[::1]x",      "a..b",        "-a",          "a/b",          "user@ntp",
        "https://ntp", "$(reboot)",   "ntp;reboot",  "\\u202entp",   "\\u001b[31m"}) {
    INFO(bad);
    CHECK(with(bad) != "accepted");
  }
  CHECK(with("2001:db8::1") ==
        "p/.wsl-go-doctor.toml:1:16: \"2001:db8::1\" is no time server; write \"host\", "
        "\"host:port\" or \"[IPv6 address]:port\"");
  CHECK(with("\\u001b[31m").find('\x1b') == std::string::npos);
}

TEST_CASE("only the user's own file may name web addresses") {
  const std::string text = "date-urls = [\"https://go.dev/\"]";
  CHECK(read(text, SettingsOrigin::user));
  const std::string why = complaint(text, SettingsOrigin::project);
  CHECK(why.starts_with("p/.wsl-go-doctor.toml:1:13: `date-urls` may stand only in your own"));
  CHECK(why.find("must not decide which web addresses") != std::string::npos);
}

TEST_CASE("web addresses are https and hold no password") {
  const auto with = [](std::string_view url) {
    return complaint("date-urls = [\"" + std::string(url) + "\"]", SettingsOrigin::user);
  };
  CHECK(with("https://example.org:8443/date?x=1") == "accepted");
  CHECK(with("https://[::1]:8443/") == "accepted");
  for (const char* bad : {"http://example.org/", "https://", "https:///x", "file:///etc/passwd",
                          "https://me:secret@example.org/", "https://example.org/a b", "go.dev",
                          "https://example.org/\\u0007"}) {
    INFO(bad);
    CHECK(with(bad).find("must begin with https://") != std::string::npos);
  }
}

TEST_CASE("a waiver needs a check, a reason and a day") {
  CHECK(complaint("[[waivers]]\nreason = \"x\"\nexpires = 2027-01-01") ==
        "p/.wsl-go-doctor.toml:1:1: this waiver has no `check`: say which check it is for");
  CHECK(complaint("[[waivers]]\ncheck = \"systemd\"\nexpires = 2027-01-01") ==
        "p/.wsl-go-doctor.toml:1:1: this waiver has no `reason`: say why it is accepted");
  CHECK(complaint("[[waivers]]\ncheck = \"systemd\"\nreason = \"x\"") ==
        "p/.wsl-go-doctor.toml:1:1: this waiver has no `expires`: say on which day to look again, "
        "such as 2027-01-31");
  CHECK(complaint("[[waivers]]\ncheck = \"systemd\"\nreason = \" \"\nexpires = 2027-01-01") ==
        "p/.wsl-go-doctor.toml:3:10: `reason` must not be empty");
  CHECK(complaint("[[waivers]]\ncheck = \"systemd\"\nfinding = 7\nreason = \"x\"\n"
                  "expires = 2027-01-01") ==
        "p/.wsl-go-doctor.toml:3:11: `finding` must be a string, not a whole number");
}

TEST_CASE("a day is one of the calendar") {
  const auto with = [](std::string_view day) {
    return complaint("[[waivers]]\ncheck = \"systemd\"\nreason = \"x\"\nexpires = " +
                     std::string(day));
  };
  CHECK(with("2028-02-29") == "accepted");
  CHECK(with("\"2028-02-29\"") == "accepted");
  for (const char* bad : {"\"2027-02-29\"", "\"2027-13-01\"", "\"2027-00-10\"", "\"2027-1-1\"",
                          "\"31.01.2027\"", "\"never\"", "\"\"", "\"2027-01-31T00:00\""}) {
    INFO(bad);
    CHECK(with(bad).find("must be a day of the calendar") != std::string::npos);
  }
  for (const char* bad : {"2027-02-29", "2027", "2027-01-31T10:00:00Z", "10:00:00", "true"}) {
    INFO(bad);
    CHECK(with(bad) != "accepted");
  }
}

TEST_CASE("fail-on has one spelling, both ways") {
  for (const FailOn level : {FailOn::warning, FailOn::error, FailOn::never}) {
    CHECK(fail_on_from(to_string(level)) == level);
  }
  CHECK_FALSE(fail_on_from("always"));
}
