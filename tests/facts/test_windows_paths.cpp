#include "lib/facts/windows_paths.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

std::vector<Mount> drives() {
  return parse_mountinfo(
             "30 0 8:32 / / rw,relatime - ext4 /dev/sdc rw\n"
             "90 30 0:50 / /mnt/c rw,noatime - 9p C:\\134 "
             "rw,aname=drvfs;path=C:\\;uid=1000;gid=1000;symlinkroot=/mnt/,cache=5\n"
             "91 30 0:51 / /mnt/d rw,noatime - virtiofs drvfsD0 rw\n")
      .value();
}

}  // namespace

TEST_CASE("a Windows path is found below the mount of its drive") {
  CHECK(linux_path(drives(), "C:\\Users\\Zoe B\\.wslconfig") == "/mnt/c/Users/Zoe B/.wslconfig");
  CHECK(linux_path(drives(), "c:/Users/zoe") == "/mnt/c/Users/zoe");
  CHECK(linux_path(drives(), "\\\\?\\D:\\wsl\\ext4.vhdx") == "/mnt/d/wsl/ext4.vhdx");
}

TEST_CASE("what is on no mounted drive has no Linux path") {
  CHECK_FALSE(linux_path(drives(), "E:\\work"));
  CHECK_FALSE(linux_path(drives(), "\\\\server\\share\\work"));
  CHECK_FALSE(linux_path(drives(), "Users\\zoe"));
  CHECK_FALSE(linux_path(drives(), ""));
}
