#include "lib/base/size.h"
#include "tests/support/catch.h"

using namespace doctor;

TEST_CASE("sizes are told in powers of 1024, rounded down") {
  CHECK(human_size(0) == "0 bytes");
  CHECK(human_size(1) == "1 byte");
  CHECK(human_size(1023) == "1023 bytes");
  CHECK(human_size(1024) == "1 KB");
  CHECK(human_size(256 * mebibyte) == "256 MB");
  CHECK(human_size(16265028ULL * 1024) == "15.5 GB");
  CHECK(human_size(gibibyte - 1) == "1023 MB");
  CHECK(human_size(1024 * gibibyte) == "1 TB");
  CHECK(human_size(~0ULL) == "15.9 EB");
}
