#include "lib/base/wrap.h"
#include "lib/core/check.h"
#include "lib/report/progress.h"
#include "tests/support/catch.h"

using namespace doctor;
using std::chrono::milliseconds;

namespace {

constexpr Check clock_skew{"clock-skew", "time", "", "", "", "", {}, {}, nullptr};
constexpr Check defender{"defender-exclusion", "security", "", "", "", "", {}, {}, nullptr};
constexpr Check systemd{"systemd", "wsl", "", "", "", "", {}, {}, nullptr};

std::vector<Waiting> all_three(milliseconds since) {
  return {{&clock_skew, since}, {&defender, since}, {&systemd, since}};
}

// What a sequence of calls writes.
std::string written(auto steps, std::size_t width = 80) {
  std::FILE* out = std::tmpfile();
  Progress progress{out, width, ""};
  steps(progress);
  std::string text(static_cast<std::size_t>(std::ftell(out)), '\0');
  std::rewind(out);
  text.resize(std::fread(text.data(), 1, text.size(), out));
  std::fclose(out);
  return text;
}

}  // namespace

TEST_CASE("nothing is said for two seconds") {
  CHECK(progress_line(all_three(milliseconds(1999)), 80).empty());
  CHECK(progress_line({}, 80).empty());
}

TEST_CASE("then it names what is waited for, and for how long") {
  CHECK(progress_line(all_three(milliseconds(2400)), 80) ==
        "waiting for clock-skew (2.4 s), defender-exclusion (2.4 s), systemd (2.4 s)");
}

TEST_CASE("only what has been slow is named") {
  const Waiting waiting[] = {{&clock_skew, milliseconds(500)}, {&systemd, milliseconds(3000)}};
  CHECK(progress_line(waiting, 80) == "waiting for systemd (3.0 s)");
}

TEST_CASE("what does not fit is counted") {
  const auto waiting = all_three(milliseconds(2400));
  CHECK(progress_line(waiting, 70) ==
        "waiting for clock-skew (2.4 s), defender-exclusion (2.4 s) and 1 more");
  CHECK(progress_line(waiting, 41) == "waiting for clock-skew (2.4 s) and 2 more");
  CHECK(progress_line(waiting, 25) == "waiting for 3 checks");
  for (std::size_t width = 1; width < 90; ++width) {
    CHECK(display_width(progress_line(waiting, width)) <= width);
  }
}

TEST_CASE("the line is redrawn in place, and only when it changes") {
  CHECK(written([](Progress& progress) {
          const Waiting early[] = {{&systemd, milliseconds(2000)}};
          const Waiting later[] = {{&systemd, milliseconds(2100)}};
          update(progress, early);
          update(progress, early);
          update(progress, later);
        }) == "\rwaiting for systemd (2.0 s)\x1b[K\rwaiting for systemd (2.1 s)\x1b[K");
}

TEST_CASE("clearing wipes the line once, and writes nothing where nothing stands") {
  CHECK(written([](Progress& progress) {
          clear(progress);
          update(progress, all_three(milliseconds(100)));
        }).empty());
  CHECK(written([](Progress& progress) {
          update(progress, all_three(milliseconds(9000)));
          clear(progress);
          clear(progress);
        }).ends_with("systemd (9.0 s)\x1b[K\r\x1b[K"));
  CHECK(written([](Progress& progress) {
          update(progress, all_three(milliseconds(9000)));
          update(progress, {});
        }).ends_with(")\x1b[K\r\x1b[K"));
}

TEST_CASE("the last column of the terminal stays free") {
  const std::string line = "waiting for systemd (2.0 s)";
  const Waiting waiting[] = {{&systemd, milliseconds(2000)}};
  CHECK(written([&](Progress& progress) { update(progress, waiting); }, line.size() + 1) ==
        "\r" + line + "\x1b[K");
  CHECK(written([&](Progress& progress) { update(progress, waiting); }, line.size()) ==
        "\rwaiting for 1 check\x1b[K");
}
