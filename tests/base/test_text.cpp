#include "lib/base/text.h"
#include "tests/support/catch.h"

using namespace doctor;

TEST_CASE("lines end in LF or CRLF, and the last needs no end") {
  CHECK(lines("a\r\nb\nc") == std::vector<std::string>{"a", "b", "c"});
  CHECK(lines("a\n\n") == std::vector<std::string>{"a", ""});
  CHECK(lines("").empty());
}

TEST_CASE("split keeps empty parts, join puts them back") {
  const auto parts = split("a::b:", ':');
  CHECK(parts == std::vector<std::string>{"a", "", "b", ""});
  CHECK(join(parts, ":") == "a::b:");
}

TEST_CASE("trim, case, replace") {
  CHECK(trim(" \t a b\r\n") == "a b");
  CHECK(trim(" \r\n").empty());
  CHECK(equals_ignoring_case("WSL2.Memory", "wsl2.memory"));
  CHECK_FALSE(equals_ignoring_case("wsl2", "wsl"));
  CHECK(replace_all("aXbXX", "X", "yy") == "ayybyyyy");
  CHECK(replace_all("abc", "", "y") == "abc");
}

TEST_CASE("printable lets no terminal escape, control or reordering through") {
  CHECK(printable("ok \xc3\xa9 \xe6\xbc\xa2") == "ok \xc3\xa9 \xe6\xbc\xa2");
  CHECK(printable("\x1b[31mred\x1b]0;title\x07") == "\\x1b[31mred\\x1b]0;title\\x07");
  CHECK(printable("\xc2\x9b"
                  "31m") == "\\x9b31m");
  CHECK(printable("a\u202eb") == "a\\u202eb");
  CHECK(printable("a\nb\r\n") == "a\\x0ab\\x0d\\x0a");
  CHECK(printable("a\nb\r\n", true) == "a\nb\\x0d\n");
  CHECK(printable("\xff\xc0\xaf") == "\\xff\\xc0\\xaf");
  CHECK(printable(std::string_view("\0x", 2)) == "\\x00x");
}

TEST_CASE("whatever bytes go in, printable text is valid UTF-8 without controls") {
  std::string bytes;
  for (unsigned i = 0; i < 4096; ++i) bytes += static_cast<char>(i * 2654435761U >> 13 & 0xFF);
  const std::string text = printable(bytes);
  CHECK(is_valid_utf8(text));
  for (const char c : text) CHECK((static_cast<unsigned char>(c) >= 0x20 && c != 0x7f));
}

TEST_CASE("UTF-8 validity is strict") {
  CHECK(is_valid_utf8("\xf0\x9f\x98\x80"));
  CHECK_FALSE(is_valid_utf8("\xed\xa0\x80"));      // surrogate
  CHECK_FALSE(is_valid_utf8("\xf4\x90\x80\x80"));  // past U+10FFFF
  CHECK_FALSE(is_valid_utf8("\xe2\x82"));          // cut short
}

TEST_CASE("UTF-16 of either byte order becomes UTF-8") {
  CHECK(utf16_to_utf8(std::string_view("W\0\xe9\0", 4)) == "W\xc3\xa9");
  CHECK(utf16_to_utf8(std::string_view("\0W\0\xe9", 4), true) == "W\xc3\xa9");
  CHECK(utf16_to_utf8(std::string_view("\x3d\xd8\x00\xde", 4)) == "\xf0\x9f\x98\x80");
  CHECK(utf16_to_utf8(std::string_view("\x3d\xd8x\0", 4)) == "\xef\xbf\xbdx");
  CHECK(utf16_to_utf8("abc") == "\xe6\x89\xa1\xef\xbf\xbd");
}

TEST_CASE("base64 as in RFC 4648") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
      {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : cases) {
    CHECK(to_base64(bytes) == text);
    CHECK(from_base64(text) == bytes);
  }
  CHECK(from_base64("Zm9v\nYmFy") == "foobar");
  for (const char* bad : {"Z", "Zg=", "Zg==Zg==", "Z*==", "Zm9v="}) CHECK_FALSE(from_base64(bad));
}

TEST_CASE("SHA-256 as in FIPS 180-4") {
  CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256(std::string(1000000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("the nearest name is offered only when it is near") {
  const std::vector<std::string> names = {"windows-drive", "clock-skew", "systemd", "libstdcxx"};
  CHECK(did_you_mean("clock-skwe", names) == "clock-skew");
  CHECK(did_you_mean("Systemd", names) == "systemd");
  CHECK(did_you_mean("libstdc++", names) == "libstdcxx");
  CHECK_FALSE(did_you_mean("memory", names));
  CHECK_FALSE(did_you_mean("", names));
  CHECK_FALSE(did_you_mean(std::string(1 << 20, 'a'), names));
}

TEST_CASE("durations in words") {
  CHECK(human_seconds(0.0123) == "12 ms");
  CHECK(human_seconds(0.4) == "0.4 s");
  CHECK(human_seconds(-3.25) == "3.2 s");
  CHECK(human_seconds(125) == "2 min 5 s");
  CHECK(human_seconds(120) == "2 min");
  CHECK(human_seconds(13 * 3600 + 58 * 60) == "13 h 58 min");
  CHECK(human_seconds(4 * 86400 + 2 * 3600) == "4 d 2 h");
}

TEST_CASE("counts agree with their nouns") {
  CHECK(count_of(1, "file") == "1 file");
  CHECK(count_of(0, "file") == "0 files");
  CHECK(count_of(3, "entry", "entries") == "3 entries");
}
