#include "lib/facts/gcc_releases.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

std::optional<std::string> gcc_of(const char* version) {
  return gcc_of_glibcxx(parse_version(version).value());
}

}  // namespace

TEST_CASE("GCC releases: a libstdc++ is dated by its newest symbol version") {
  CHECK(gcc_of("3.4.19") == "4.8.3");  // CentOS 7
  CHECK(gcc_of("3.4.25") == "8.1");    // what VS Code Server needs
  CHECK(gcc_of("3.4.26") == "9.1");
  CHECK(gcc_of("3.4.28") == "9.3");  // Ubuntu 20.04
  CHECK(gcc_of("3.4.29") == "11.1");
  CHECK(gcc_of("3.4.30") == "12.1");  // Ubuntu 22.04, Debian 12
  CHECK(gcc_of("3.4.33") == "14.1");  // Ubuntu 24.04, Debian 13
  CHECK(gcc_of("3.4.35") == "16");
  CHECK(gcc_of("3.4.36") == "16.2");
}

TEST_CASE("GCC releases: a version outside of the table has no release") {
  CHECK(gcc_of("3.4.37") == std::nullopt);
  CHECK(gcc_of("3.4.18") == std::nullopt);
  CHECK(gcc_of("3.4") == std::nullopt);
  CHECK(gcc_of("3.5.30") == std::nullopt);
  CHECK(gcc_of("4.4.30") == std::nullopt);
  CHECK(gcc_of("3.4.30.1") == std::nullopt);
  CHECK(gcc_of_glibcxx(Version{}) == std::nullopt);
}
