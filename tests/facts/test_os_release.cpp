#include "lib/facts/os_release.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

std::string pretty(std::string_view value) {
  return parse_os_release("PRETTY_NAME=" + std::string(value) + "\n").pretty_name;
}

}  // namespace

TEST_CASE("distributions name themselves") {
  CHECK(parse_os_release("PRETTY_NAME=\"Ubuntu 24.04.1 LTS\"\n"
                         "NAME=\"Ubuntu\"\n"
                         "VERSION_ID=\"24.04\"\n"
                         "VERSION_CODENAME=noble\n"
                         "ID=ubuntu\n"
                         "ID_LIKE=debian\n"
                         "HOME_URL=\"https://www.ubuntu.com/\"\n") ==
        OsRelease{"ubuntu", {"debian"}, "24.04", "Ubuntu 24.04.1 LTS"});
  CHECK(parse_os_release("NAME=\"openSUSE Leap\"\n"
                         "ID=\"opensuse-leap\"\n"
                         "ID_LIKE=\"suse opensuse\"\n"
                         "VERSION_ID=\"15.6\"\n"
                         "PRETTY_NAME=\"openSUSE Leap 15.6\"\n") ==
        OsRelease{"opensuse-leap", {"suse", "opensuse"}, "15.6", "openSUSE Leap 15.6"});
  CHECK(parse_os_release("NAME='Alpine Linux'\nID=alpine\nVERSION_ID=3.20.3\n"
                         "PRETTY_NAME='Alpine Linux v3.20'\n") ==
        OsRelease{"alpine", {}, "3.20.3", "Alpine Linux v3.20"});
  CHECK(parse_os_release("NAME=\"Arch Linux\"\nPRETTY_NAME=\"Arch Linux\"\nID=arch\n"
                         "BUILD_ID=rolling\n") == OsRelease{"arch", {}, "", "Arch Linux"});
}

TEST_CASE("a distribution is like itself and those it derives from") {
  const OsRelease release = parse_os_release("ID=linuxmint\nID_LIKE=\"ubuntu  debian\"\n");
  CHECK(is_like(release, "linuxmint"));
  CHECK(is_like(release, "ubuntu"));
  CHECK(is_like(release, "debian"));
  CHECK_FALSE(is_like(release, "fedora"));
  CHECK_FALSE(is_like(release, ""));
  CHECK_FALSE(is_like(OsRelease{}, "debian"));
}

TEST_CASE("shell quoting is undone") {
  CHECK(pretty("plain") == "plain");
  CHECK(pretty("\"a \\\"b\\\" \\$c \\`d\\` \\\\e\"") == "a \"b\" $c `d` \\e");
  CHECK(pretty("\"a\\nb\"") == "a\\nb");
  CHECK(pretty("'a \"b\" \\$c'") == "a \"b\" \\$c");
  CHECK(pretty("a\\ b") == "a b");
  CHECK(pretty("\"a\"'b'c") == "abc");
  CHECK(pretty("\"it's\"") == "it's");
  CHECK(pretty("\"\"") == "");
}

TEST_CASE("odd files are read as far as they make sense") {
  CHECK(parse_os_release("") == OsRelease{});
  CHECK(parse_os_release("# ID=no\n\nID\n=x\n  ID=yes  \r\n").id == "yes");
  CHECK(parse_os_release("ID=first\nID=last").id == "last");
  CHECK(parse_os_release("MY_ID=a\nIDX=b\nid=c\n").id == "");
  CHECK(pretty("Arch Linux") == "Arch Linux");
  CHECK(pretty("\"open end") == "open end");
  CHECK(pretty("open\\") == "open\\");
  CHECK(parse_os_release("PRETTY_NAME=\"open\nID=next\n").id == "next");
}
