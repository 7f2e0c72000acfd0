#include "lib/facts/cgroup_limits.h"
#include "tests/support/catch.h"

using namespace doctor;

TEST_CASE("cgroup limits: memory of v2 and v1", "[cgroup-limits]") {
  CHECK(parse_memory_limit("1073741824\n") == 1073741824U);
  CHECK(parse_memory_limit("0\n") == 0U);
  CHECK_FALSE(parse_memory_limit("max\n"));
  CHECK_FALSE(parse_memory_limit("9223372036854771712\n"));
  CHECK_FALSE(parse_memory_limit("-1\n"));
  CHECK_FALSE(parse_memory_limit("99999999999999999999\n"));
  CHECK_FALSE(parse_memory_limit(""));
}

TEST_CASE("cgroup limits: CPUs", "[cgroup-limits]") {
  CHECK(parse_cpu_limit("150000 100000\n") == 1.5);
  CHECK(parse_cpu_limit("50000 50000\n") == 1.0);
  CHECK_FALSE(parse_cpu_limit("max 100000\n"));
  CHECK_FALSE(parse_cpu_limit("100000\n"));
  CHECK_FALSE(parse_cpu_limit("100000 0\n"));
  CHECK_FALSE(parse_cpu_limit("a b c"));
  CHECK(parse_cpu_limit_v1("200000\n", "100000\n") == 2.0);
  CHECK_FALSE(parse_cpu_limit_v1("-1\n", "100000\n"));
}

TEST_CASE("cgroup limits: what WSL itself sets is no limit", "[cgroup-limits]") {
  CHECK_FALSE(parse_cpu_limit("1199000 100000\n"));  // 12 CPUs
  CHECK_FALSE(parse_cpu_limit("99000 100000\n"));    // 1 CPU
  CHECK(parse_cpu_limit("1190000 100000\n") == 11.9);
}

TEST_CASE("cgroup limits: processes killed", "[cgroup-limits]") {
  CHECK(parse_oom_kills("low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 0\n") == 2U);
  CHECK(parse_oom_kills("oom_kill_disable 0\nunder_oom 0\noom_kill 1\n") == 1U);
  CHECK_FALSE(parse_oom_kills("oom_kill_disable 0\nunder_oom 0\n"));
  CHECK_FALSE(parse_oom_kills("oom_kill x\n"));
}

TEST_CASE("cgroup limits: MemTotal", "[cgroup-limits]") {
  CHECK(parse_mem_total("MemTotal:       16252928 kB\nMemFree: 1 kB\n") ==
        16643 * 1000000ULL - 1728);
  CHECK_FALSE(parse_mem_total("MemFree: 1 kB\n"));
  CHECK_FALSE(parse_mem_total("MemTotal: lots kB\n"));
  CHECK_FALSE(parse_mem_total("MemTotal: 12\n"));
}
