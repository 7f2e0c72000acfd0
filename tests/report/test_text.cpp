#include <algorithm>
#include <limits>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/base/wrap.h"
#include "lib/report/text.h"
#include "lib/report/words.h"
#include "tests/report/sample.h"
#include "tests/support/catch.h"

using namespace doctor;
using namespace doctor::test;

namespace {

std::string text_of(const Report& report, TextOptions options = {}) {
  return rendered(report, [&](std::FILE* out) { return text_renderer(out, options); });
}

Report report_of(std::vector<Diagnosis> diagnoses) {
  Report report = healthy_report();
  report.diagnoses = std::move(diagnoses);
  for (Diagnosis& diagnosis : report.diagnoses) {
    if (diagnosis.check.empty()) diagnosis.check = "systemd";
  }
  return report;
}

Finding finding(std::string summary, Status severity = Status::warning) {
  Finding result;
  result.id = "id";
  result.severity = severity;
  result.summary = std::move(summary);
  return result;
}

std::string with_evidence(int lines, bool verbose) {
  Finding long_one = finding("Three units failed.");
  for (int i = 1; i <= lines; ++i) long_one.evidence.push_back({"", "line " + std::to_string(i)});
  TextOptions options;
  options.verbose = verbose;
  return text_of(report_of({conclude("", {long_one})}), options);
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a sick machine at 80 columns") {
  CHECK(text_of(sick_report()) ==
        "wsl-go-doctor 0.1.0\n"
        "WSL 2, Ubuntu 24.04.1 LTS, kernel 6.6.87.2-microsoft-standard-WSL2, WSL 2.5.9.0\n"
        "\n"
        "✗ error    windows-drive       GOCACHE lies on the Windows drive D:, at\n"
        "                               /mnt/d/go/cache.\n"
        "           Every build reads and writes thousands of small files there, and each\n"
        "           goes over the 9p bridge to Windows.\n"
        "             /home/me/.config/go/env:2: GOCACHE=/mnt/d/go/cache\n"
        "             /proc/self/mountinfo: /mnt/d is 9p, aname=drvfs;path=D:\\\n"
        "             measured: cost against the Linux disk 41.3 times, round 2.13 ms\n"
        "           ~ waived  The project lies on the Windows drive C:.\n"
        "             accepted until 2027-01-31: Shared with Visual Studio.\n"
        "           fix: wsl-go-doctor fix --only windows-drive\n"
        "                Move GOCACHE to the Linux disk. Then open a new terminal.\n"
        "\n"
        "? unknown  clock-skew          No reply from 3 time servers in 2 s.\n"
        "- skipped  libstdcxx           musl needs no libstdc++ for Go.\n"
        "✓ ok       cgroup-version      cgroup v2, with cpu, memory and pids delegated.\n"
        "\n"
        "! warning  systemd             systemd is not PID 1, since /etc/wsl.conf does\n"
        "                               not ask for it.\n"
        "             /etc/wsl.conf:3:1\n"
        "           fix: wsl-go-doctor fix --only systemd\n"
        "                Turn systemd on in /etc/wsl.conf. Needs root. Then restart WSL:\n"
        "                wsl --shutdown  (in PowerShell)\n"
        "\n"
        "1 error, 1 warning, 1 unknown, 1 ok, 1 skipped.\n"
        "`wsl-go-doctor fix` shows the plan; it changes nothing until you say so.\n");
}

TEST_CASE("a healthy machine gets one line per check") {
  CHECK(text_of(healthy_report()) ==
        "wsl-go-doctor 0.1.0\n"
        "WSL 2, Ubuntu 24.04.1 LTS, kernel 6.6.87.2-microsoft-standard-WSL2, WSL 2.5.9.0\n"
        "\n"
        "✓ ok       clock-skew          Right to within 12 ms, told by 4 NTP servers.\n"
        "✓ ok       cgroup-version      cgroup v2.\n"
        "✓ ok       systemd             systemd runs as PID 1, nothing failed.\n"
        "\n"
        "3 ok. Nothing to mend.\n");
}

TEST_CASE("40 columns") {
  TextOptions options;
  options.width = 40;
  Report report = sick_report();
  report.diagnoses.erase(report.diagnoses.begin(), report.diagnoses.begin() + 3);
  CHECK(text_of(report, options) ==
        "wsl-go-doctor 0.1.0\n"
        "WSL 2, Ubuntu 24.04.1 LTS, kernel\n"
        "  6.6.87.2-microsoft-standard-WSL2, WSL\n"
        "  2.5.9.0\n"
        "\n"
        "✓ ok cgroup-version: cgroup v2, with\n"
        "    cpu, memory and pids delegated.\n"
        "\n"
        "! warning systemd: systemd is not PID 1,\n"
        "    since /etc/wsl.conf does not ask for\n"
        "    it.\n"
        "      /etc/wsl.conf:3:1\n"
        "    fix: wsl-go-doctor fix --only\n"
        "         systemd\n"
        "         Turn systemd on in\n"
        "         /etc/wsl.conf. Needs root. Then\n"
        "         restart WSL: wsl --shutdown\n"
        "         (in PowerShell)\n"
        "\n"
        "1 warning, 1 ok.\n"
        "`wsl-go-doctor fix` shows the plan; it\n"
        "changes nothing until you say so.\n");
}

TEST_CASE("every width is kept to, and no line ends in blanks") {
  Report report = sick_report();
  Finding hostile = finding("漢字の長い文章漢字の長い文章漢字の長い文章 " + std::string(200, 'x'));
  hostile.detail = "One paragraph.\n\n  Another  \n";
  hostile.evidence = {
      {"/mnt/c/ユーザー/" + std::string(90, 'y'), "a b  \n\n  c" + std::string(99, 'z')}};
  hostile.measurements = {{"名前", 1e300, "s"}, {"", 0, ""}};
  hostile.location = Location{std::string(120, 'f'), 1, 2};
  hostile.waived = Waived{std::string(120, 'r'), "2027-01-31"};
  Diagnosis diagnosis = conclude("", {hostile, finding("x")});
  diagnosis.check = "a-check-with-a-name-that-is-longer-than-any";
  diagnosis.notes = {std::string(100, 'n')};
  report.diagnoses.push_back(diagnosis);
  report.source = "/home/me/" + std::string(100, 's') + ".toml";
  for (unsigned width = 20; width <= 80; ++width) {
    for (const bool verbose : {false, true}) {
      TextOptions options;
      options.width = width;
      options.verbose = verbose;
      for (const std::string& line : lines(text_of(report, options))) {
        INFO(width << ": " << line);
        CHECK(display_width(line) <= width);
        CHECK_FALSE(line.ends_with(' '));
      }
    }
  }
}

TEST_CASE("a wide terminal gets 80 columns, an unknown one too") {
  TextOptions wide, unknown;
  wide.width = 200;
  unknown.width = 0;
  CHECK(text_of(sick_report(), wide) == text_of(sick_report()));
  CHECK(text_of(sick_report(), unknown) == text_of(sick_report()));
}

TEST_CASE(
    "verbose adds durations, notes, the evidence of what is well, and how the kind was told") {
  TextOptions options;
  options.verbose = true;
  const std::string text = text_of(sick_report(), options);
  CHECK(contains(text,
                 "named Ubuntu-24.04\n"
                 "project /home/me/api\n"
                 "/proc/sys/kernel/osrelease: 6.6.87.2-microsoft-standard-WSL2\n"));
  CHECK(contains(text,
                 "✓ ok       cgroup-version      cgroup v2, with cpu, memory and pids delegated.\n"
                 "                               (2ms)\n"
                 "             /proc/self/mountinfo: cgroup2 on /sys/fs/cgroup\n"
                 "           note: The kernel command line asks for nothing.\n"));
  CHECK(contains(text, "1 error, 1 warning, 1 unknown, 1 ok, 1 skipped in 2.0 s.\n"));
}

TEST_CASE("quiet shows what is wrong or unknown, and nothing when nothing is") {
  TextOptions options;
  options.quiet = true;
  CHECK(text_of(healthy_report(), options).empty());
  const std::string text = text_of(sick_report(), options);
  CHECK(text.starts_with("✗ error    windows-drive "));
  CHECK(contains(text, "? unknown  clock-skew "));
  CHECK(contains(text, "! warning  systemd "));
  CHECK_FALSE(contains(text, "skipped  libstdcxx"));
  CHECK_FALSE(contains(text, "cgroup-version"));
  CHECK(text.ends_with("\n\n1 error, 1 warning, 1 unknown, 1 ok, 1 skipped.\n"));
}

TEST_CASE("a locale without UTF-8 gets ASCII alone") {
  TextOptions options;
  options.ascii = true;
  Report report = sick_report();
  report.diagnoses[1].summary = "Off by ±3 s.";
  const std::string text = text_of(report, options);
  CHECK(std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
  CHECK(contains(text, "x error    windows-drive "));
  CHECK(contains(text, "+ ok       cgroup-version "));
  CHECK(contains(text, "Off by \\u00b13 s."));
}

TEST_CASE("colour marks the status and dims the evidence; the words are the same") {
  TextOptions options;
  options.colour = true;
  const std::string text = text_of(sick_report(), options);
  CHECK(contains(text, "\x1b[31m✗ error\x1b[0m    windows-drive "));
  CHECK(contains(text, "\x1b[33m! warning\x1b[0m  systemd "));
  CHECK(contains(text, "             \x1b[2m/etc/wsl.conf:3:1\x1b[0m\n"));
  std::string bare = text;
  for (const char* code : {"0", "2", "31", "32", "33", "35", "36"}) {
    bare = replace_all(bare, fmt::format("\x1b[{}m", code), "");
  }
  CHECK(bare == text_of(sick_report()));
  CHECK_FALSE(contains(text_of(sick_report()), "\x1b"));
}

TEST_CASE("nothing from outside reaches the terminal as it is") {
  const std::string attack =
      "\x1b]0;owned\x07\x1b[2J\xE2\x80\xAE\r\x9b"
      "31m\n✓ ok";
  Report report = healthy_report();
  report.version = report.source = report.project = attack;
  report.environment.distribution = report.environment.distribution_name = attack;
  report.environment.kernel = report.environment.wsl_version = attack;
  report.environment.evidence = {{attack, attack}};
  Finding hostile = finding(attack);
  hostile.detail = attack;
  hostile.evidence = {{attack, attack}};
  hostile.measurements = {{attack, 1, attack}};
  hostile.location = Location{attack, 1, 1};
  Finding waived = hostile;
  waived.waived = Waived{attack, attack};
  Fix fix;
  fix.id = fix.title = fix.restart_command = attack;
  fix.restart = Restart::wsl;
  hostile.fix = fix;
  Diagnosis diagnosis = conclude("", {waived, hostile});
  diagnosis.check = attack;
  diagnosis.evidence = {{attack, attack}};
  diagnosis.notes = {attack};
  report.diagnoses = {diagnosis, skipped(attack), unknown(attack), conclude(attack)};
  TextOptions options;
  options.verbose = true;
  const std::string text = text_of(report, options);
  CHECK(printable(text, true) == text);
  CHECK(contains(text, "\\x1b]0;owned\\x07\\x1b[2J\\u202e\\x0d"));
  // A line end in evidence stays, but cannot make a line that looks like a verdict.
  for (const std::string& line : lines(text)) CHECK(line != "✓ ok");
}

TEST_CASE("long evidence is capped, and -v shows all of it") {
  CHECK(contains(with_evidence(7, false), "             line 6\n             line 7\n\n"));
  CHECK(contains(with_evidence(8, false),
                 "             line 6\n             and 2 more lines (-v shows all)\n\n"));
  CHECK_FALSE(contains(with_evidence(8, false), "line 7"));
  CHECK(contains(with_evidence(50, true), "             line 50\n"));
  CHECK_FALSE(contains(with_evidence(50, true), "more lines"));
}

TEST_CASE("the place is not told twice") {
  Finding told = finding("Wrong key.");
  told.location = Location{"/etc/wsl.conf", 3, 1};
  told.evidence = {{"/etc/wsl.conf:3", "systemd=maybe"}};
  const std::string text = text_of(report_of({conclude("", {told})}));
  CHECK(contains(text, "/etc/wsl.conf:3: systemd=maybe\n"));
  CHECK_FALSE(contains(text, "/etc/wsl.conf:3:1"));
}

TEST_CASE("every further finding has its own mark, and equal fixes are shown once") {
  Fix fix;
  fix.id = "same";
  fix.title = "Do it";
  Finding first = finding("First.", Status::error), second = finding("Second.");
  first.fix = second.fix = fix;
  const std::string text =
      text_of(report_of({conclude("", {second, first, finding("Third.", Status::unknown)})}));
  CHECK(contains(text,
                 "✗ error    systemd             First.\n"
                 "           ! warning  Second.\n"
                 "           ? unknown  Third.\n"
                 "           fix: wsl-go-doctor fix --only systemd\n"
                 "                Do it.\n"
                 "\n"));
}

TEST_CASE("several fixes are a list, with what each needs") {
  Fix root, by_hand;
  root.id = "a";
  root.title = "Mend one.";
  root.needs = Privilege::windows_administrator;
  by_hand.id = "b";
  by_hand.title = "Mend two";
  by_hand.automatic = false;
  by_hand.restart = Restart::distribution;
  by_hand.restart_command = "wsl --terminate Ubuntu";
  Finding first = finding("First."), second = finding("Second.");
  first.fix = root;
  second.fix = by_hand;
  TextOptions options;
  options.fix_command = "wsl-go-doctor fix --from m.toml";
  CHECK(contains(text_of(report_of({conclude("", {first, second})}), options),
                 "           fix: wsl-go-doctor fix --from m.toml --only systemd\n"
                 "                - Mend one. Needs a Windows administrator.\n"
                 "                - Mend two. Read it first: it is applied only when named. Then\n"
                 "                  restart the distribution: wsl --terminate Ubuntu\n"
                 "\n"
                 "1 warning.\n"
                 "`wsl-go-doctor fix --from m.toml` shows the plan; it changes nothing until you\n"
                 "say so.\n"));
}

TEST_CASE("what is waived says until when and why, and offers no fix") {
  Finding accepted = finding("The project lies on the Windows drive C:.");
  accepted.detail = "Slow.";
  accepted.fix = Fix{};
  accepted.waived = Waived{"Shared.", "2027-01-31"};
  Diagnosis diagnosis = conclude("What was found here is waived.", {accepted});
  CHECK(text_of(report_of({diagnosis, conclude("Fine.")}))
            .ends_with("~ waived   systemd             What was found here is waived.\n"
                       "           ~ waived  The project lies on the Windows drive C:.\n"
                       "             accepted until 2027-01-31: Shared.\n"
                       "\n"
                       "✓ ok       systemd             Fine.\n"
                       "\n"
                       "1 ok, 1 waived. Nothing to mend.\n"));
}

TEST_CASE("the header says when the kind was given, and which snapshot it is") {
  Report report = healthy_report();
  report.environment.overridden = true;
  report.environment.kernel.clear();
  report.environment.wsl_version.clear();
  report.source = "fixtures/machines/healthy.toml";
  CHECK(
      text_of(report).starts_with("wsl-go-doctor 0.1.0\n"
                                  "WSL 2 (as told, not detected), Ubuntu 24.04.1 LTS\n"
                                  "snapshot fixtures/machines/healthy.toml\n"
                                  "\n"));
}

TEST_CASE("unknown alone is not called well") {
  const std::string text = text_of(report_of({unknown("No reply.")}));
  CHECK(text.ends_with("\n\n1 unknown.\n"));
  CHECK(text_of(report_of({})).ends_with("\n\nno checks ran.\n"));
}

TEST_CASE("numbers keep three digits and no needless zeros") {
  CHECK(format_number(0) == "0");
  CHECK(format_number(-0.0) == "0");
  CHECK(format_number(3.2) == "3.2");
  CHECK(format_number(-3.25) == "-3.25");
  CHECK(format_number(41.28) == "41.3");
  CHECK(format_number(50400) == "50400");
  CHECK(format_number(0.000213) == "0.000213");
  CHECK(format_number(1e300) == "1e+300");
  CHECK(format_number(std::numeric_limits<double>::infinity()) == "not a number");
  CHECK(format_measurement({"offset", -0.0213, "s"}) == "offset -21.3 ms");
  CHECK(format_measurement({"offset", 3, "s"}) == "offset 3 s");
  CHECK(format_measurement({"units", 2, ""}) == "units 2");
}
