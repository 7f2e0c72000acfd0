#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "lib/base/text.h"
#include "lib/base/utf8.h"
#include "lib/fix/script.h"
#include "tests/fix/scratch.h"
#include "tests/support/catch.h"

using namespace doctor;
using namespace doctor::test;

namespace {

const std::vector<std::string> hostile = {
    "",
    " ",
    "'",
    "\"",
    "\\",
    "\\'",
    "a\\",
    "~",
    "~/go",
    "-n",
    "--",
    "$HOME",
    "$(touch /tmp/x)",
    "`id`",
    "${IFS}",
    "a;b|c&d",
    "*?[a-z]{1,2}",
    "!!",
    "#",
    "a\nb",
    "\n",
    "\r\n",
    "\t",
    "\x1b[31m",
    "\x7f",
    "\x01\x02",
    "/home/j\xc3\xb6rg/\xe6\x97\xa5\xe6\x9c\xac",
    "\xe2\x80\x98typographic\xe2\x80\x99 \xe2\x80\x9cquotes\xe2\x80\x9d",
    "\xff\xfe not UTF-8 \xc3",
    "\xc2\xa0",
    "\xe2\x80\x8b",
    "C:\\Users\\Ann O'Neil\\go",
    "C:\\",
    "$'x'",
    "'; rm -rf /; '",
    "%s%n",
    "\\x41\\n\\u00e9",
    "<<EOF",
    "\xe2\x80\xae"
    "drowssap",
};

std::string random_bytes(std::mt19937& random) {
  const std::string nasty = "'\"\\$`!~*?\n\r\t {}()[]<>|&;#%\x01\x7f\x80\xc3\xa9\xe2\x80\x99\xff";
  std::string text;
  const auto length = random() % 24;
  for (std::size_t i = 0; i < length; ++i) {
    const bool any = random() % 3 == 0;
    text += any ? static_cast<char>(1 + random() % 255) : nasty[random() % nasty.size()];
  }
  return text;
}

std::vector<std::string> samples(std::size_t count) {
  std::vector<std::string> texts = hostile;
  std::mt19937 random(20260131);
  while (texts.size() < count) texts.push_back(random_bytes(random));
  return texts;
}

// One script that prints every text followed by NUL.
std::string printing_script(const std::vector<std::string>& texts) {
  std::string script = "#!/usr/bin/env bash\n";
  for (const auto& text : texts) script += "printf '%s\\0' " + bash_quote(text) + "\n";
  return script;
}

// What PowerShell's tokenizer makes of a string in single quotes, or of such strings and characters
// joined in parentheses. Takes all five single quotes for one, as PowerShell does.
struct PowershellReader {
  std::string_view rest;
  bool failed = false;

  bool take(std::string_view token) {
    if (!rest.starts_with(token)) return false;
    rest.remove_prefix(token.size());
    return true;
  }

  bool take_quote() {
    for (const char* quote :
         {"'", "\xe2\x80\x98", "\xe2\x80\x99", "\xe2\x80\x9a", "\xe2\x80\x9b"}) {
      if (take(quote)) return true;
    }
    return false;
  }

  std::u16string text() {
    std::u16string value;
    for (;;) {
      if (rest.empty()) {
        failed = true;
        return value;
      }
      if (take_quote()) {
        if (!take_quote()) return value;
        value += u'\'';
      } else {
        value += static_cast<unsigned char>(rest.front());
        rest.remove_prefix(1);
      }
    }
  }

  std::u16string operand() {
    if (take_quote()) return text();
    if (!take("[char]0x")) {
      failed = true;
      return {};
    }
    const auto digits = rest.substr(0, rest.find_first_not_of("0123456789ABCDEF"));
    rest.remove_prefix(digits.size());
    return {static_cast<char16_t>(std::stoul(std::string(digits), nullptr, 16))};
  }

  std::u16string expression() {
    if (!take("(")) return operand();
    if (!rest.starts_with("'")) failed = true;  // only a string makes + join text
    std::u16string value = operand();
    while (!failed && take(" + ")) value += operand();
    if (!take(")")) failed = true;
    return value;
  }
};

std::u16string utf16(std::string_view bytes) {
  std::u16string text;
  while (!bytes.empty()) {
    const auto point = first_code_point(bytes);
    bytes.remove_prefix(point ? point->length : 1);
    const auto value = point ? point->value : 0xfffd;
    if (value == 0) continue;
    if (value < 0x10000) {
      text += static_cast<char16_t>(value);
    } else {
      text += static_cast<char16_t>(0xd800 + ((value - 0x10000) >> 10));
      text += static_cast<char16_t>(0xdc00 + ((value - 0x10000) & 0x3ff));
    }
  }
  return text;
}

bool is_printable_ascii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

}  // namespace

TEST_CASE("bash gives back the very bytes that were quoted") {
  const auto texts = samples(6000);
  std::string expected;
  for (const auto& text : texts) expected += text + '\0';
  Scratch scratch;
  write(scratch / "print.sh", printing_script(texts));
  for (const char* locale : {"LC_ALL=C", "LC_ALL=C.UTF-8"}) {
    const Run result = run({"/bin/bash", scratch / "print.sh"}, {"PATH=/usr/bin:/bin", locale});
    CHECK(result.code == 0);
    CHECK(result.output == expected);
  }
}

TEST_CASE("a quoted word is one line, and what is harmless stays bare") {
  for (const auto& text : samples(2000)) {
    CHECK(bash_quote(text).find_first_of("\n\r") == std::string::npos);
  }
  CHECK(bash_quote("/etc/wsl.conf") == "/etc/wsl.conf");
  CHECK(bash_quote("a b") == "'a b'");
  CHECK(bash_quote("C:\\Users\\ann") == "'C:\\Users\\ann'");
  CHECK(bash_quote("") == "''");
  CHECK(bash_quote("/home/j\xc3\xb6rg") == "$'/home/j\xc3\xb6rg'");
  CHECK(bash_quote(std::string("a\0b", 3)) == "ab");
}

TEST_CASE("shellcheck has no doubts about quoted words") {
  Scratch scratch;
  write(scratch / "print.sh", printing_script(samples(600)));
  const Run result =
      run({"shellcheck", scratch / "print.sh"}, {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"});
  INFO(result.output);
  CHECK(result.code == 0);
}

TEST_CASE("PowerShell reads back what was quoted") {
  for (const auto& text : samples(6000)) {
    const std::string quoted = powershell_quote(text);
    INFO(quoted);
    CHECK(is_printable_ascii(quoted));
    PowershellReader reader{quoted};
    CHECK(reader.expression() == utf16(text));
    CHECK_FALSE(reader.failed);
    CHECK(reader.rest.empty());
  }
}

TEST_CASE("PowerShell strings as they are written") {
  CHECK(powershell_quote("C:\\Users\\$(whoami)\\go") == "'C:\\Users\\$(whoami)\\go'");
  CHECK(powershell_quote("O'Neil") == "'O''Neil'");
  CHECK(powershell_quote("O\xe2\x80\x99Neil") == "('O' + [char]0x2019 + 'Neil')");
  CHECK(powershell_quote("\n") == "('' + [char]0xA)");
  CHECK(powershell_quote("\xf0\x9f\x98\x80") == "('' + [char]0xD83D + [char]0xDE00)");
  CHECK(powershell_quote("\xff") == "('' + [char]0xFFFD)");
  CHECK(powershell_quote("") == "''");
  // Looks like an expression itself, but is a string.
  CHECK(powershell_quote("[char]0x41") == "'[char]0x41'");
}

TEST_CASE("a comment stays a comment") {
  CHECK(comment_text("one\ntwo") == "one two");
  CHECK(comment_text("a\rb") == "a\\x0db");
  CHECK(comment_text("shellcheck disable=all") == "- shellcheck disable=all");
  CHECK(comment_text("SIG # Begin signature block") == "- SIG # Begin signature block");
}
