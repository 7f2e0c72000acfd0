#include "lib/facts/process_start.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

constexpr const char* proc_stat =
    "cpu  2255 34 2290 22625563 6290 127 456 0 0 0\nintr 114930548\nctxt 1990473\nbtime "
    "1795000000\n"
    "processes 2915\n";

}  // namespace

TEST_CASE("a process starts its ticks after the boot time") {
  const char* stat =
      "1 (systemd) S 0 1 1 0 -1 4194560 9012 41 33 0 15 60 0 0 20 0 1 0 250 168000000 3000\n";
  CHECK(process_start(stat, proc_stat) == Catch::Approx(1795000002.5));
}

TEST_CASE("a program's name may hold blanks and parentheses") {
  const char* stat = "7 (my (odd) name) S 0 1 1 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 100 1 2\n";
  CHECK(process_start(stat, proc_stat) == Catch::Approx(1795000001));
}

TEST_CASE("texts of another shape give no time") {
  CHECK_FALSE(process_start("", proc_stat));
  CHECK_FALSE(process_start("1 (init) S 0 1", proc_stat));
  CHECK_FALSE(
      process_start("1 (init) S 0 1 1 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 x 1 2", proc_stat));
  CHECK_FALSE(
      process_start("1 (init) S 0 1 1 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 100 1 2", "cpu 1\n"));
}
