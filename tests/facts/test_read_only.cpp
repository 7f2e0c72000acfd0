#include "lib/facts/read_only.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

ReadOnly of(const std::string& line) {
  const auto mounts = parse_mountinfo(line);
  REQUIRE(mounts);
  REQUIRE(mounts->size() == 1);
  return read_only(mounts->front());
}

}  // namespace

TEST_CASE("a healthy disk of WSL 2 can be written to") {
  CHECK(
      of("30 0 8:32 / / rw,relatime - ext4 /dev/sdc rw,discard,errors=remount-ro,data=ordered\n") ==
      ReadOnly::no);
}

TEST_CASE("a disk that turned read-only after an error is told from one mounted so") {
  CHECK(
      of("30 0 8:32 / / rw,relatime - ext4 /dev/sdc ro,discard,errors=remount-ro,data=ordered\n") ==
      ReadOnly::after_an_error);
  CHECK(of("30 0 8:32 / / rw,relatime - ext4 /dev/sdc rw,emergency_ro,errors=remount-ro\n") ==
        ReadOnly::after_an_error);
  CHECK(of("88 87 8:32 / /mnt/wslg/distro ro,relatime shared:3 - ext4 /dev/sdc "
           "rw,discard,errors=remount-ro,data=ordered\n") == ReadOnly::by_choice);
  CHECK(of("30 0 8:32 / / ro,relatime - ext4 /dev/sdc ro,errors=remount-ro\n") ==
        ReadOnly::by_choice);
  CHECK(of("30 0 7:1 / /snap rw,relatime - squashfs /dev/loop1 ro\n") == ReadOnly::by_choice);
}
