#include <string>

#include "lib/base/toml_depth.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

std::string dotted(std::size_t dots) {
  std::string key = "a";
  for (std::size_t i = 0; i < dots; ++i) key += ".a";
  return key;
}

}  // namespace

TEST_CASE("keys and table names may have some dots, but not many") {
  CHECK_FALSE(find_deep_key(dotted(8) + " = 1"));
  CHECK(find_deep_key(dotted(9) + " = 1"));
  CHECK_FALSE(find_deep_key("[" + dotted(8) + "]\n[[" + dotted(8) + "]]\n"));
  CHECK(find_deep_key("[[" + dotted(9) + "]]"));
  CHECK(find_deep_key("x = { " + dotted(9) + " = 1 }"));
  CHECK_FALSE(find_deep_key("a.b = 1\n a.c = 1.5\n" + dotted(7) + " = [1.5, 2.5, 3.5]\n"));
}

TEST_CASE("it says where") {
  const auto error = find_deep_key("ok = 1\n  " + dotted(9) + " = 1");
  REQUIRE(error);
  CHECK(error->line == 2);
  CHECK(error->column == 20);
  CHECK(error->message.find("8 dots") != std::string::npos);
}

TEST_CASE("dots in strings and comments are no keys") {
  const std::string dots(100, '.');
  CHECK_FALSE(find_deep_key("a = \"" + dots + "\""));
  CHECK_FALSE(find_deep_key("a = \"\\\"" + dots + "\""));
  CHECK_FALSE(find_deep_key("a = '" + dots + "\\'"));
  CHECK_FALSE(find_deep_key("a = \"\"\"\n" + dots + "\n\"quoted\"\n" + dots + "\"\"\"\n"));
  CHECK_FALSE(find_deep_key("a = '''\n" + dots + "'\n'''\n"));
  CHECK_FALSE(find_deep_key("# it's " + dots + "\na = 1"));
  CHECK_FALSE(find_deep_key(""));
  CHECK_FALSE(find_deep_key("\"" + dots));
}

TEST_CASE("a string's end is not missed, so that nothing hides behind it") {
  const std::string deep = dotted(9) + " = 1";
  CHECK(find_deep_key("a = \"\"\n" + deep));
  CHECK(find_deep_key("a = \"\"\"x\"\"\"\"\"\n" + deep));
  CHECK(find_deep_key("a = { b = \"\"\"x\"\"\"\", " + deep + " }"));
  CHECK(find_deep_key("a = '\\'\n" + deep));
  CHECK(find_deep_key("a = \"\\\\\"\n" + deep));
  CHECK(find_deep_key("a = \"cut short\n" + deep));
  CHECK(find_deep_key("\"a#b\"." + deep));
  CHECK(find_deep_key("\"a\" . 'b' . " + deep));
}
