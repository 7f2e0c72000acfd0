#include "lib/host/toml_guard.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

std::string danger(const std::string& toml) {
  const auto error = find_danger(toml);
  if (!error) return "none";
  return std::to_string(error->line) + ":" + std::to_string(error->column) + " " + error->message;
}

std::string times(std::size_t count, const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < count; ++i) result += text;
  return result;
}

}  // namespace

TEST_CASE("ordinary TOML holds no danger") {
  CHECK(danger("") == "none");
  CHECK(danger("\xef\xbb\xbf"
               "a = 1\n") == "none");
  CHECK(danger("# caf\xc3\xa9 [[[[[[[[[[[[[[[[[[[[[[ a.b.c.d.e.f.g.h.i.j.k\nx = 1.5") == "none");
  CHECK(danger("\xef\xbb\xbf'a'.\"b\"=['1','2',{'a'=1}]\n") == "none");
  CHECK(danger("\"caf\xc3\xa9\".x = '\xc3\xa9'\n") == "none");
  CHECK(danger("a = \"1.2.3.4.5.6.7.8.9.10.11 \\\" \xc3\xa9\"\n") == "none");
  CHECK(danger("a = '''\n[[[[[[[[[[[[[[[[[[[[[[ ' '' \xc3\xa9\n'''\nb = 1\n") == "none");
  CHECK(danger("a = \"\"\"x\"\"\"\"\"\nb = [1, [2, [3]]]\n") == "none");
  CHECK(danger("a = \"\"\"one \\\n   two\"\"\"\n") == "none");
  CHECK(danger(times(1000, "[[a.b]]\nc = { d = [1.5, 2.5] }\n")) == "none");
}

TEST_CASE("what toml++ cannot take is found, with its place") {
  CHECK(danger("a = 1\n\xc3\xa9 = 1\n") == "2:1 letters outside quotes must be those of English");
  CHECK(danger("a = '1'\xc3\xa9") == "1:8 letters outside quotes must be those of English");
  CHECK(danger("a = \"\"\"\\\xc3\xa9\"\"\"") ==
        "1:9 no letter but those of English may follow a backslash");
  CHECK(danger("a = \"\"\"x\\\n  \xc3\xa9\"\"\"") ==
        "2:3 no letter but those of English may follow a backslash");
  CHECK(danger("a" + times(8, ".a") + " = 1\n") == "none");
  CHECK(danger("a" + times(9, ".a") + " = 1\n") == "1:18 too many dots in a key");
  CHECK(danger("a" + times(9, " . 'a'") + " = 1\n").find("too many dots") != std::string::npos);
  CHECK(danger("a = " + times(16, "[") + times(16, "]")) == "none");
  CHECK(danger("a = " + times(17, "[")) == "1:21 nested too deeply");
  CHECK(danger("a = " + times(17, "{a = ")).find("nested too deeply") != std::string::npos);
  CHECK(danger("a = 1\n [=]\n") == "2:2 the name of a table must follow its bracket");
  CHECK(danger("[[ #]]\n") == "1:1 the name of a table must follow its bracket");
  CHECK(danger("[\na]\n") == "1:1 the name of a table must follow its bracket");
  CHECK(danger("a = [\n[1],\n [#\n2]]\n[b]\n[[ 'c' ]]\n[]\n") == "none");
  CHECK(danger("a = 0x'\xc3\xa9'\n") == "1:7 no quote may stand here");
  CHECK(danger("a = [}\n") == "1:6 a bracket is closed that was not opened");
  CHECK(danger("a = {]\n") == "1:6 a bracket is closed that was not opened");
  CHECK(danger("a = ]\n") == "1:5 a bracket is closed that was not opened");
  CHECK(danger("a = 2026-03-01Tx\n") == "1:15 a time must follow the T of a date");
  CHECK(danger("a = 2026-03-01T") == "1:15 a time must follow the T of a date");
  CHECK(danger("a = 2026-03-01T12:00:00Z # T\nA1T = 2026-03-01 # x\n") == "none");
  CHECK(danger("a = [" + times(1'000'001, "0,")).find("a million") != std::string::npos);
}

TEST_CASE("a string that never ends hides nothing that toml++ would read") {
  CHECK(danger("a = \"x\n\xc3\xa9 = 1") != "none");
  CHECK(danger("a = \"x\\") == "none");
  CHECK(danger("a = '''\n\xc3\xa9") == "none");
  CHECK(danger("a = \"") == "none");
}
