#include "lib/facts/cpu_list.h"
#include "tests/support/catch.h"

using namespace doctor;

TEST_CASE("ranges and single CPUs are counted") {
  CHECK(count_cpus("0-11\n") == 12);
  CHECK(count_cpus("0\n") == 1);
  CHECK(count_cpus("0,2-3\n") == 3);
}

TEST_CASE("what is no list of CPUs has no count") {
  for (const char* text : {"", "\n", "all", "0-", "-3", "3-1", "0,,1", "0-99999999", "1-2-3",
                           "99999999999999999999"}) {
    INFO(text);
    CHECK_FALSE(count_cpus(text));
  }
}
