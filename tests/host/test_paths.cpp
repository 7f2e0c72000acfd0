#include "lib/host/link_walk.h"
#include "lib/host/paths.h"
#include "tests/support/catch.h"
#include "tests/support/snapshots.h"

using namespace doctor;

TEST_CASE("normalise works by text alone") {
  CHECK(normalise("/a/./b//c/../d") == "/a/b/d");
  CHECK(normalise("/") == "/");
  CHECK(normalise("//") == "/");
  CHECK(normalise("/..") == "/");
  CHECK(normalise("/../../etc/") == "/etc");
  CHECK(normalise("") == ".");
  CHECK(normalise("./") == ".");
  CHECK(normalise("a/..") == ".");
  CHECK(normalise("../a") == "../a");
  CHECK(normalise("a/../../b") == "../b");
  CHECK(normalise("../../a/..") == "../..");
  CHECK(normalise("...") == "...");
}

TEST_CASE("a relative path lies under its base") {
  CHECK(absolute("go.mod", "/home/me/shop") == "/home/me/shop/go.mod");
  CHECK(absolute("../other", "/home/me/shop") == "/home/me/other");
  CHECK(absolute("", "/home/me") == "/home/me");
  CHECK(absolute("/etc/../usr", "/home/me") == "/usr");
}

TEST_CASE("below means whole components") {
  CHECK(is_below("/mnt/c", "/mnt/c"));
  CHECK(is_below("/mnt/c/Users", "/mnt/c"));
  CHECK(is_below("/mnt", "/"));
  CHECK(is_below("/", "/"));
  CHECK_FALSE(is_below("/mnt/cache", "/mnt/c"));
  CHECK_FALSE(is_below("/mnt", "/mnt/c"));
  CHECK_FALSE(is_below("/", "/mnt"));
}

TEST_CASE("resolve follows every link") {
  const auto host = machine_from(R"(
[files]
"/home/me/shop" = { link = "/mnt/d/work/../shop" }
"/mnt/d/shop/go.mod" = { text = "module shop" }
"/home/me/up" = { link = ".." }
"/home/me/chain" = { link = "shop" }
"/home/me/to-root" = { link = "/" }
"/home/me/dangling" = { link = "nothing/here" }
"/mnt/d/work/notes" = { text = "" }
)");
  CHECK(resolve(host, "/home/me/shop/go.mod") == "/mnt/d/shop/go.mod");
  CHECK(resolve(host, "/home/me/chain") == "/mnt/d/shop");
  CHECK(resolve(host, "/home/me/chain/") == "/mnt/d/shop");
  CHECK(resolve(host, "/home/me/up/./me") == "/home/me");
  CHECK(resolve(host, "/home/me/shop/..") == "/mnt/d");
  CHECK(resolve(host, "/home/me/to-root/home") == "/home");
  CHECK(resolve(host, "/") == "/");
  CHECK(resolve(host, "//home//me") == "/home/me");

  SECTION("a path that is yet to be made resolves as far as it goes") {
    CHECK(resolve(host, "/home/me/shop/vendor/x") == "/mnt/d/shop/vendor/x");
    CHECK(resolve(host, "/home/me/dangling") == "/home/me/nothing/here");
    CHECK(resolve(host, "/home/me/none/../shop") == "/mnt/d/shop");
  }
}

TEST_CASE("links that go round are a loop") {
  const auto host = machine_from(R"(
[files]
"/a" = { link = "b" }
"/b" = { link = "a" }
)");
  CHECK(resolve(host, "/a/x").error().kind == HostErrorKind::loop);
  CHECK(stat(host, "/b").error().kind == HostErrorKind::loop);
  CHECK_FALSE(exists(host, "/a"));
}

TEST_CASE("what keeps a component from being looked at is the answer") {
  const auto host = machine_from(R"(
[files]
"/mnt/c" = { error = "hung: /mnt/c has stopped answering" }
"/home/me/shop" = { link = "/mnt/c/shop" }
)");
  CHECK(resolve(host, "/home/me/shop/go.mod").error() ==
        HostError{HostErrorKind::hung, "/mnt/c has stopped answering"});
  CHECK_FALSE(exists(host, "/home/me/shop"));
  CHECK(resolve(host, "home/me").error().kind == HostErrorKind::failed);
}

TEST_CASE("stat tells of the end of all links") {
  const auto host = machine_from(R"(
[files]
"/usr/bin/vi" = { link = "/etc/alternatives/vi" }
"/etc/alternatives/vi" = { link = "/usr/bin/vim" }
"/usr/bin/vim" = { kind = "file", mode = 0o755 }
"/usr/bin/gone" = { link = "/opt/gone" }
)");
  const auto info = stat(host, "/usr/bin/vi");
  REQUIRE(info);
  CHECK(info->kind == FileKind::file);
  CHECK(info->mode == 0755);
  CHECK(stat(host, "/usr/bin/gone").error().kind == HostErrorKind::missing);
  CHECK(exists(host, "/usr/bin/vi"));
  CHECK_FALSE(exists(host, "/usr/bin/gone"));
}

TEST_CASE("a walk can be broken off and taken up again") {
  LinkWalk walk({"/", "mnt/c/../d//x"});
  CHECK(walk.position() == Position{"/", "mnt/c/../d/x"});
  REQUIRE(walk.step());
  REQUIRE(walk.step());
  CHECK(walk.position() == Position{"/mnt/c", "../d/x"});

  LinkWalk again(walk.position());
  while (again.step()) {
  }
  CHECK(again.here() == "/mnt/d/x");
  CHECK(again.at_end());
}
