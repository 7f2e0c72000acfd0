#include "lib/facts/apk.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

constexpr std::string_view database =
    "C:Q1abc=\n"
    "P:musl\n"
    "V:1.2.5-r9\n"
    "A:x86_64\n"
    "F:lib\n"
    "R:ld-musl-x86_64.so.1\n"
    "\n"
    "C:Q1def=\n"
    "P:musl-utils\n"
    "V:1.2.5-r10\n"
    "\n"
    "V:14.2.0-r6\n"
    "P:libstdc++\n";

}  // namespace

TEST_CASE("apk's database tells the version of an installed package") {
  CHECK(apk_version(database, "musl") == "1.2.5-r9");
  CHECK(apk_version(database, "musl-utils") == "1.2.5-r10");
}

TEST_CASE("fields may come in any order, and the last paragraph needs no end") {
  CHECK(apk_version(database, "libstdc++") == "14.2.0-r6");
  CHECK(apk_version("P:musl\nV:1.1.24-r3", "musl") == "1.1.24-r3");
}

TEST_CASE("a package that is not installed has no version") {
  CHECK_FALSE(apk_version(database, "libgcc"));
  CHECK_FALSE(apk_version("", "musl"));
  CHECK_FALSE(apk_version("P:musl\n\nV:1.2.5-r9\n", "musl"));
}
