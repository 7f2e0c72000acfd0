#include "lib/facts/kernel_counters.h"
#include "tests/support/catch.h"

using namespace doctor;

TEST_CASE("a counter is found by its whole name") {
  const char* vmstat = "nr_free_pages 2972603\noom_kill_total 9\noom_kill 3\nnuma_hit 7\n";
  CHECK(kernel_counter(vmstat, "oom_kill") == 3);
  CHECK(kernel_counter(vmstat, "nr_free_pages") == 2972603);
  CHECK(kernel_counter("low 0\nhigh 0\nmax 12\noom 2\noom_kill 2\n", "oom_kill") == 2);
}

TEST_CASE("a counter that is not there, or is no number, has no value") {
  CHECK_FALSE(kernel_counter("", "oom_kill"));
  CHECK_FALSE(kernel_counter("oom 2\n", "oom_kill"));
  CHECK_FALSE(kernel_counter("oom_kill\n", "oom_kill"));
  CHECK_FALSE(kernel_counter("oom_kill x\n", "oom_kill"));
  CHECK_FALSE(kernel_counter("oom_kill 3 4\n", "oom_kill"));
  CHECK_FALSE(kernel_counter("oom_kill 99999999999999999999\n", "oom_kill"));
}
