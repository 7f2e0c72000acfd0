#include "lib/base/wrap.h"
#include "tests/support/catch.h"

using namespace doctor;

using Lines = std::vector<std::string>;

TEST_CASE("columns are counted, not bytes") {
  CHECK(display_width("") == 0);
  CHECK(display_width("abc") == 3);
  CHECK(display_width("é") == 1);
  CHECK(display_width("e\xCC\x81") == 1);  // e and a combining acute
  CHECK(display_width("漢字") == 4);
  CHECK(display_width("한글") == 4);
  CHECK(display_width("ﾊﾝｶｸ") == 4);  // half width
  CHECK(display_width("ＡＢ") == 4);  // full width
  CHECK(display_width("🐧") == 2);
  CHECK(display_width("✓✗") == 2);
  CHECK(display_width("ก็") == 1);   // Thai with a vowel sign above
  CHECK(display_width("नि") == 2);  // Devanagari with a spacing vowel sign
  CHECK(display_width("𠀀") == 2);  // CJK extension B
  CHECK(display_width("\xFF\xFE") == 2);
}

TEST_CASE("lines break at blanks and end in none") {
  CHECK(wrap("one two three", 7) == Lines{"one two", "three"});
  CHECK(wrap("one two three", 8) == Lines{"one two", "three"});
  CHECK(wrap("one two three", 13) == Lines{"one two three"});
  CHECK(wrap("one   two  ", 20) == Lines{"one   two"});
  CHECK(wrap("one     two", 5) == Lines{"one", "two"});
  CHECK(wrap("", 5) == Lines{""});
  CHECK(wrap("    ", 2) == Lines{""});
}

TEST_CASE("a word wider than a line is broken, and no character is") {
  CHECK(wrap("abcdefgh", 3) == Lines{"abc", "def", "gh"});
  CHECK(wrap("漢字漢字", 5) == Lines{"漢字", "漢字"});
  CHECK(wrap("aaa éééé", 3) == Lines{"aaa", "ééé", "é"});
  CHECK(wrap("ee\xCC\x81"
             "e",
             2) == Lines{"ee\xCC\x81", "e"});
  CHECK(wrap("漢", 1) == Lines{"漢"});
  CHECK(wrap("ab", 0) == Lines{"a", "b"});
}

TEST_CASE("the first line may have less room") {
  CHECK(wrap("one two three", 9, 3) == Lines{"one", "two three"});
  CHECK(wrap("three one", 9, 3) == Lines{"", "three one"});
  CHECK(wrap("abcdefghijkl", 9, 3) == Lines{"abc", "defghijkl"});
  CHECK(wrap("one", 9, 0) == Lines{"", "one"});
}

TEST_CASE("line ends of the text stay, and so does its indentation") {
  CHECK(wrap("a\n  b c\n\nd\n", 9) == Lines{"a", "  b c", "", "d", ""});
  CHECK(wrap("ab cd\nef gh", 9, 2) == Lines{"ab", "cd", "ef gh"});
}

TEST_CASE("no line is wider than asked for, whatever the text") {
  const std::string text =
      "GOCACHE=/mnt/d/ユーザー/go-build 漢字かな交じり文 e\xCC\x81\xCC\x81 "
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa \xFF\xFE 🐧🐧🐧🐧🐧 end";
  for (std::size_t width = 2; width < 60; ++width) {
    std::string joined;
    for (const std::string& line : wrap(text, width, width / 2)) {
      CHECK(display_width(line) <= width);
      CHECK_FALSE(line.ends_with(' '));
      joined += line;
    }
    std::string without_blanks = text;
    std::erase(without_blanks, ' ');
    std::erase(joined, ' ');
    CHECK(joined == without_blanks);
  }
}
