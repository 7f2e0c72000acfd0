#include <cstdint>
#include <limits>

#include "lib/facts/wsl_config.h"
#include "tests/support/catch.h"

using namespace doctor;

TEST_CASE("booleans") {
  for (const std::string_view yes : {"true", "TRUE", "True", "1"}) CHECK(wsl_bool(yes) == true);
  for (const std::string_view no : {"false", "FALSE", "fALSE", "0"}) CHECK(wsl_bool(no) == false);
  for (const std::string_view bad :
       {"", "yes", "no", "on", "off", "enabled", "true;", " true", "true ", "01", "2", "t"}) {
    INFO(bad);
    CHECK_FALSE(wsl_bool(bad));
  }
}

TEST_CASE("integers are those of strtol with base 0") {
  CHECK(wsl_int("0") == 0);
  CHECK(wsl_int("022") == 18);
  CHECK(wsl_int("0x10") == 16);
  CHECK(wsl_int("0XfF") == 255);
  CHECK(wsl_int("+5") == 5);
  CHECK(wsl_int("-0x10") == -16);
  CHECK(wsl_int("-0") == 0);
  CHECK(wsl_int(" \t7") == 7);
  CHECK(wsl_int("2147483647") == 2147483647);
  CHECK(wsl_int("-2147483648") == std::numeric_limits<int>::min());
  for (const std::string_view bad :
       {"", "08", "0x", "0xg", "1 ", "1k", "--1", "+-1", "-", " ", "0b1", "2147483648",
        "-2147483649", "99999999999999999999999", "1.5", "0x-1", "NotANumber"}) {
    INFO(bad);
    CHECK_FALSE(wsl_int(bad));
  }
}

TEST_CASE("sizes are those of strtoull and upper-case units") {
  CHECK(wsl_memory_size("0") == 0U);
  CHECK(wsl_memory_size("8") == 8U);
  CHECK(wsl_memory_size("8B") == 8U);
  CHECK(wsl_memory_size("2K") == 2048U);
  CHECK(wsl_memory_size("2KB") == 2048U);
  CHECK(wsl_memory_size("3M") == 3ULL << 20U);
  CHECK(wsl_memory_size("3MB") == 3ULL << 20U);
  CHECK(wsl_memory_size("4G") == 4ULL << 30U);
  CHECK(wsl_memory_size("4GB") == 4ULL << 30U);
  CHECK(wsl_memory_size("1T") == 1ULL << 40U);
  CHECK(wsl_memory_size("1TB") == 1ULL << 40U);
  CHECK(wsl_memory_size("007") == 7U);
  CHECK(wsl_memory_size("+7") == 7U);
  CHECK(wsl_memory_size(" 7MB") == 7ULL << 20U);
  CHECK(wsl_memory_size("17825792000") == 17825792000U);
  const std::uint64_t greatest = std::numeric_limits<std::uint64_t>::max();
  CHECK(wsl_memory_size("-1") == greatest);
  CHECK(wsl_memory_size("99999999999999999999999") == greatest);
  for (const std::string_view bad :
       {"",   "4gb", "4Gb", "4 GB", "1.5GB", "8GiB", "50%",  "00",  "+0", " 0",
        "-0", "GB",  "B",   "/",    "0foo",  "0x10", "8GBB", "8BG", "4P", "--1"}) {
    INFO(bad);
    CHECK_FALSE(wsl_memory_size(bad));
  }
}
