#include "lib/facts/unix_sockets.h"
#include "tests/support/catch.h"

using namespace doctor;

using Paths = std::set<std::string>;

TEST_CASE("only sockets that accept connections are listed") {
  CHECK(parse_listening_sockets(
            "Num       RefCount Protocol Flags    Type St Inode Path\n"
            "0000000000000000: 00000002 00000000 00010000 0001 01 19573 /run/WSL/2_interop\n"
            "0000000000000000: 00000003 00000000 00000000 0001 03 20611 /run/WSL/9_interop\n"
            "0000000000000000: 00000002 00000000 00010000 0005 01 18213 /run/udev/control\n"
            "0000000000000000: 00000003 00000000 00000000 0001 03 26003\n"
            "ffff8f3a81d15000: 00000002 00000000 00010000 0001 01    40 @/tmp/.X11-unix/X0\n") ==
        Paths{"/run/WSL/2_interop", "/run/udev/control", "@/tmp/.X11-unix/X0"});
}

TEST_CASE("a path may hold blanks, and a listening socket may have none") {
  CHECK(parse_listening_sockets(
            "Num       RefCount Protocol Flags    Type St Inode Path\n"
            "00000000: 00000002 00000000 00010000 0001 01 7180 /run/my  socket \n"
            "00000000: 00000002 00000000 00010000 0001 01 7181\n"
            "00000000: 00000002 00000000 00010000 0001 01 7182 \n") == Paths{"/run/my  socket "});
}

TEST_CASE("another text is no table, and broken lines are skipped") {
  CHECK_FALSE(parse_listening_sockets(""));
  CHECK_FALSE(parse_listening_sockets("Permission denied\n"));
  CHECK(parse_listening_sockets(
            "Num RefCount\n\nx\n1: 2 3 zz 5 6 7 /a\n1: 2 3 10000z 5 6 7 /b\n") == Paths{});
}
