#include "lib/facts/meminfo.h"
#include "tests/support/catch.h"

using namespace doctor;

TEST_CASE("meminfo of WSL 2 is read in bytes") {
  const auto info = parse_meminfo(
      "MemTotal:       16265028 kB\nMemFree:        11890412 kB\nMemAvailable:   14671236 kB\n"
      "Buffers:          103444 kB\nSwapCached:            0 kB\nSwapTotal:       4194304 kB\n"
      "SwapFree:        4190208 kB\nHugePages_Total:       0\nDirectMap2M:     8359936 kB\n");
  REQUIRE(info);
  CHECK(info->total == 16265028ULL * 1024);
  CHECK(info->available == 14671236ULL * 1024);
  CHECK(info->swap_total == 4ULL << 30);
  CHECK(info->swap_free == 4190208ULL * 1024);
}

TEST_CASE("an old kernel does not tell what is available, and swap may be off") {
  const auto info = parse_meminfo("MemTotal: 2048 kB\nMemFree: 1024 kB\nSwapTotal: 0 kB\n");
  REQUIRE(info);
  CHECK_FALSE(info->available);
  CHECK(info->swap_total == 0);
}

TEST_CASE("texts without a total tell nothing") {
  CHECK_FALSE(parse_meminfo(""));
  CHECK_FALSE(parse_meminfo("MemFree: 1 kB\n"));
  CHECK_FALSE(parse_meminfo("MemTotal: 0 kB\n"));
  CHECK_FALSE(parse_meminfo("MemTotal: many kB\n"));
  CHECK_FALSE(parse_meminfo("MemTotal: 99999999999999999999 kB\n"));
  CHECK_FALSE(parse_meminfo("MemTotal: 18446744073709551615 kB\n"));
  CHECK_FALSE(parse_meminfo("MemTotal: 16265028 MB\n"));
  CHECK_FALSE(parse_meminfo("MemTotal"));
}
