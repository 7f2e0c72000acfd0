#include "lib/base/text.h"
#include "lib/base/wrap.h"
#include "lib/report/catalogue.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

constexpr Threshold thresholds[] = {
    {"warning-seconds", 1, 0.05, 3600, "From this offset on it is a warning."},
};
constexpr Source sources[] = {
    {"The client of RFC 5905 discards replies whose origin timestamp is not its own.",
     "https://www.rfc-editor.org/rfc/rfc5905.html#section-8-with-a-very-long-anchor-that-is-wider"},
    {"WSL sets the clock on resume.", "microsoft/WSL src/linux/init/main.cpp @ 2.5.9"},
};
constexpr Check clock_skew{
    "clock-skew",
    "time",
    "The clock against the world's time",
    "go, git and TLS compare times. A clock that is off makes builds do too much or too little, "
    "and certificates look invalid.",
    "The clock, and the answers of NTP servers.",
    "Sets the clock from the hypervisor.",
    thresholds,
    sources,
    nullptr};
constexpr Check plain{"a|b", "wsl", "A title", "Why.", "Reads.", "", {}, {}, nullptr};
constexpr const Check* checks[] = {&clock_skew, &plain};

}  // namespace

TEST_CASE("the list stands in columns") {
  CHECK(list_text(checks, 80) ==
        "clock-skew  time  The clock against the world's time\n"
        "a|b         wsl   A title\n");
  CHECK(list_text(checks, 40) ==
        "clock-skew  time  The clock against the\n"
        "                  world's time\n"
        "a|b         wsl   A title\n");
  CHECK(list_text(checks, 30) ==
        "clock-skew (time): The clock\n"
        "    against the world's time\n"
        "a|b (wsl): A title\n");
  CHECK(list_text({}, 80).empty());
}

TEST_CASE("the markdown table escapes what would break it") {
  CHECK(list_markdown(checks) ==
        "| Check | Group | What it looks at |\n"
        "| --- | --- | --- |\n"
        "| `clock-skew` | time | The clock against the world's time |\n"
        "| `a\\|b` | wsl | A title |\n");
}

TEST_CASE("explain tells all of a check") {
  CHECK(explain_text(clock_skew, 80) ==
        "clock-skew (time)\n"
        "The clock against the world's time\n"
        "\n"
        "Why it matters\n"
        "  go, git and TLS compare times. A clock that is off makes builds do too much or\n"
        "  too little, and certificates look invalid.\n"
        "\n"
        "What is read\n"
        "  The clock, and the answers of NTP servers.\n"
        "\n"
        "Thresholds\n"
        "  Set under [checks.clock-skew] in the settings file.\n"
        "  warning-seconds = 1  (from 0.05 to 3600)\n"
        "    From this offset on it is a warning.\n"
        "\n"
        "The fix\n"
        "  Sets the clock from the hypervisor.\n"
        "\n"
        "Sources\n"
        "  The client of RFC 5905 discards replies whose origin timestamp is not its own.\n"
        "    "
        "https://www.rfc-editor.org/rfc/rfc5905.html#section-8-with-a-very-long-anchor-that-is-"
        "wider\n"
        "  WSL sets the clock on resume.\n"
        "    microsoft/WSL src/linux/init/main.cpp @ 2.5.9\n");
}

TEST_CASE("explain says when there is no fix, and leaves out empty sections") {
  CHECK(explain_text(plain, 80) ==
        "a|b (wsl)\n"
        "A title\n"
        "\n"
        "Why it matters\n"
        "  Why.\n"
        "\n"
        "What is read\n"
        "  Reads.\n"
        "\n"
        "The fix\n"
        "  There is none: what it finds is for a person to mend.\n");
}

TEST_CASE("explain fits narrow terminals, but for URLs") {
  for (const std::size_t width : {20u, 40u, 60u}) {
    for (const std::string& line : lines(explain_text(clock_skew, width))) {
      if (line.find("https://") == std::string::npos) CHECK(display_width(line) <= width);
      CHECK_FALSE(line.ends_with(' '));
    }
  }
}
