#include "lib/facts/process_limits.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

constexpr const char* limits =
    "Limit                     Soft Limit           Hard Limit           Units     \n"
    "Max cpu time              unlimited            unlimited            seconds   \n"
    "Max stack size            8388608              unlimited            bytes     \n"
    "Max processes             63322                63322                processes \n"
    "Max open files            10240                1048576              files     \n"
    "Max pending signals       63322                63322                signals   \n";

}  // namespace

TEST_CASE("limits as the kernel prints them") {
  CHECK(parse_process_limit(limits, "Max open files") == ProcessLimit{10240, 1048576});
  CHECK(parse_process_limit(limits, "Max processes") == ProcessLimit{63322, 63322});
  CHECK(parse_process_limit(limits, "Max stack size") == ProcessLimit{8388608, std::nullopt});
  CHECK(parse_process_limit(limits, "Max cpu time") == ProcessLimit{});
}

TEST_CASE("no such limit, or none that can be read") {
  CHECK_FALSE(parse_process_limit(limits, "Max files"));
  CHECK_FALSE(parse_process_limit(limits, "Max"));
  CHECK_FALSE(parse_process_limit("", "Max open files"));
  CHECK_FALSE(parse_process_limit("Max open files", "Max open files"));
  CHECK_FALSE(parse_process_limit("Max open files 10240\n", "Max open files"));
  CHECK_FALSE(parse_process_limit("Max open files many few files\n", "Max open files"));
  CHECK_FALSE(parse_process_limit("Max open files -1 4096 files\n", "Max open files"));
}

TEST_CASE("limits as a shell prints them") {
  CHECK(parse_ulimit_output("1024\n4096\n") == ProcessLimit{1024, 4096});
  CHECK(parse_ulimit_output("unlimited\nunlimited\n") == ProcessLimit{});
  CHECK_FALSE(parse_ulimit_output(""));
  CHECK_FALSE(parse_ulimit_output("1024\n"));
  CHECK_FALSE(parse_ulimit_output("sh: ulimit: bad option\n"));
  CHECK_FALSE(parse_ulimit_output("1024\n4096\n8192\n"));
}

TEST_CASE("open files of the whole system") {
  CHECK(parse_file_nr("3104\t0\t9223372036854775807\n") ==
        SystemFiles{3104, 9223372036854775807ULL});
  CHECK(parse_file_nr("1216 0 805012") == SystemFiles{1216, 805012});
  CHECK_FALSE(parse_file_nr(""));
  CHECK_FALSE(parse_file_nr("1216 805012"));
  CHECK_FALSE(parse_file_nr("a b c"));
}

TEST_CASE("a limit in words") {
  CHECK(to_string(std::optional<std::uint64_t>(4096)) == "4096");
  CHECK(to_string(std::optional<std::uint64_t>()) == "unlimited");
}
