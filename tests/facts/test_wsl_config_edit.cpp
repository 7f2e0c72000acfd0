#include <random>

#include "lib/facts/wsl_config.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

constexpr WslConfigKind wsl_conf = WslConfigKind::wsl_conf;
constexpr WslConfigKind wslconfig = WslConfigKind::wslconfig;

// The file after the edit, or "refused: why".
std::string after_set(std::string_view text, std::string_view section, std::string_view key,
                      std::string_view value, WslConfigKind kind = wsl_conf) {
  const auto edit = set_wsl_config(text, kind, section, key, value);
  return edit ? apply_edit(text, *edit) : "refused: " + edit.error();
}

std::string with_systemd(std::string_view text, WslConfigKind kind = wsl_conf) {
  return after_set(text, "boot", "systemd", "true", kind);
}

std::string after_remove(std::string_view text, std::string_view section, std::string_view key,
                         WslConfigKind kind = wsl_conf) {
  const auto edit = remove_wsl_config(text, kind, section, key);
  return edit ? apply_edit(text, *edit) : "refused: " + edit.error();
}

std::string value_of(std::string_view text, WslConfigKind kind, std::string_view name) {
  const WslConfig config = parse_wsl_config(text, kind);
  const WslConfigEntry* entry = find_entry(config, name);
  return entry == nullptr ? "(none)" : entry->value;
}

// What counts in the file, but for one setting.
std::vector<std::string> others(std::string_view text, WslConfigKind kind, std::string_view name) {
  const WslConfig config = parse_wsl_config(text, kind);
  std::vector<std::string> settings;
  for (const WslConfigEntry& entry : config.entries) {
    if (!entry.shadowed && entry.name != name) settings.push_back(entry.name + "=" + entry.value);
  }
  return settings;
}

}  // namespace

TEST_CASE("apply_edit replaces the range, and never reaches beyond the text") {
  CHECK(apply_edit("abcd", {1, 2, "X"}) == "aXd");
  CHECK(apply_edit("abcd", {4, 0, "X"}) == "abcdX");
  CHECK(apply_edit("abcd", {2, 9, ""}) == "ab");
  CHECK(apply_edit("abcd", {9, 9, "X"}) == "abcdX");
}

TEST_CASE("setting what no section holds adds the section at the end") {
  CHECK(with_systemd("") == "[boot]\nsystemd=true\n");
  CHECK(with_systemd("[user]\ndefault=ann\n") == "[user]\ndefault=ann\n\n[boot]\nsystemd=true\n");
  CHECK(with_systemd("[user]\ndefault=ann\n\n") == "[user]\ndefault=ann\n\n[boot]\nsystemd=true\n");
  CHECK(with_systemd("# mine") == "# mine\n\n[boot]\nsystemd=true\n");
  CHECK(with_systemd("systemd=true\n") == "systemd=true\n\n[boot]\nsystemd=true\n");
  CHECK(with_systemd("[user]\r\ndefault=ann") ==
        "[user]\r\ndefault=ann\r\n\r\n[boot]\r\nsystemd=true\r\n");
  CHECK(with_systemd("[user]\r\ndefault=ann\r\n\r\n") ==
        "[user]\r\ndefault=ann\r\n\r\n[boot]\r\nsystemd=true\r\n");
}

TEST_CASE("a new .wslconfig has Windows line ends, wherever they cannot be seen") {
  CHECK(after_set("", "wsl2", "swap", "0", wslconfig) == "[wsl2]\r\nswap=0\r\n");
  CHECK(after_set("[wsl2]", "wsl2", "swap", "0", wslconfig) == "[wsl2]\r\nswap=0\r\n");
  CHECK(after_set("\xEF\xBB\xBF", "wsl2", "swap", "0", wslconfig) ==
        "\xEF\xBB\xBF[wsl2]\r\nswap=0\r\n");
}

TEST_CASE("setting what the section lacks adds a line behind its last setting") {
  CHECK(with_systemd("[boot]\n") == "[boot]\nsystemd=true\n");
  CHECK(with_systemd("[boot]") == "[boot]\nsystemd=true\n");
  CHECK(with_systemd("[BOOT] # start\ncommand = a # c\n\n# next\n[user]\ndefault=ann\n") ==
        "[BOOT] # start\ncommand = a # c\nsystemd=true\n\n# next\n[user]\ndefault=ann\n");
  CHECK(with_systemd("[boot]\r\ncommand=a") == "[boot]\r\ncommand=a\r\nsystemd=true\r\n");
  CHECK(with_systemd("[boot]\n# systemd=false\n") == "[boot]\nsystemd=true\n# systemd=false\n");

  SECTION("of the section's last part, if it has several") {
    CHECK(with_systemd("[boot]\ncommand=a\n[user]\ndefault=ann\n[Boot]\n# end\n") ==
          "[boot]\ncommand=a\n[user]\ndefault=ann\n[Boot]\nsystemd=true\n# end\n");
  }
  SECTION("never inside a continued value") {
    CHECK(with_systemd("[boot]\ncommand=a \\\n b\n") == "[boot]\ncommand=a \\\n b\nsystemd=true\n");
    CHECK(with_systemd("[boot]\ncommand=a\\\n\nprotectBinfmt=false\\\n\n") ==
          "[boot]\ncommand=a\\\n\nprotectBinfmt=false\\\n\nsystemd=true\n");
  }
  SECTION("lone CRs make a section's end hard to place: then it is reopened") {
    CHECK(with_systemd("[boot]\rcommand=a\r[user]\rdefault=ann\n") ==
          "[boot]\rcommand=a\r[user]\rdefault=ann\n\n[boot]\nsystemd=true\n");
  }
}

TEST_CASE("setting what is set replaces the value alone") {
  CHECK(with_systemd("[boot]\nsystemd=false\n") == "[boot]\nsystemd=true\n");
  CHECK(with_systemd("[boot]\n  Systemd \t= \"false\"  # off, for now\nx=1") ==
        "[boot]\n  Systemd \t= true  # off, for now\nx=1");
  CHECK(with_systemd("[boot]\r\nsystemd = yes\r\n") == "[boot]\r\nsystemd = true\r\n");
  CHECK(with_systemd("[boot]\nsystemd=") == "[boot]\nsystemd=true");
  CHECK(with_systemd("[boot]\nsystemd= # later\n") == "[boot]\nsystemd=true # later\n");
  CHECK(with_systemd("[boot]\nsystemd=fa\\\nlse # no\nx=1\n") ==
        "[boot]\nsystemd=true # no\nx=1\n");
  CHECK(with_systemd("[boot]\r\nsystemd=1\\\r\nx=1\r\n") == "[boot]\r\nsystemd=true\r\nx=1\r\n");

  SECTION("of the entry that counts, not of those it shadows") {
    CHECK(with_systemd("[boot]\nsystemd=false\n[user]\n[boot]\nsystemd=true\n") ==
          "[boot]\nsystemd=true\n[user]\n[boot]\nsystemd=true\n");
  }
  SECTION("under whichever of its two names it stands") {
    CHECK(after_set("[experimental]\nfirewall=0\n[wsl2]\nfirewall=1\n", "wsl2", "firewall", "true",
                    wslconfig) == "[experimental]\nfirewall=true\n[wsl2]\nfirewall=1\n");
  }
  SECTION("behind a BOM") {
    CHECK(after_set("\xEF\xBB\xBF[wsl2]\r\nswap=4GB\r\n", "wsl2", "swap", "0", wslconfig) ==
          "\xEF\xBB\xBF[wsl2]\r\nswap=0\r\n");
  }
}

TEST_CASE("what already reads so needs no edit") {
  for (const std::string_view text : {"[boot]\nsystemd=true\n", "[boot]\nsystemd = \"true\" # on\n",
                                      "[Boot]\r\nSYSTEMD=tr\\\nue"}) {
    INFO(text);
    const auto edit = set_wsl_config(text, wsl_conf, "boot", "systemd", "true");
    REQUIRE(edit);
    CHECK(*edit == TextEdit{});
  }
}

TEST_CASE("values are quoted and escaped as the dialect needs") {
  const auto written = [](std::string_view value) { return after_set("[a]\n", "a", "k", value); };
  CHECK(written("a b") == "[a]\nk=a b\n");
  CHECK(written("") == "[a]\nk=\n");
  CHECK(written("a # b") == "[a]\nk=\"a # b\"\n");
  CHECK(written(" lead") == "[a]\nk=\" lead\"\n");
  CHECK(written("trail ") == "[a]\nk=\"trail \"\n");
  CHECK(written("C:\\Users\\ann") == "[a]\nk=C:\\\\Users\\\\ann\n");
  CHECK(written("say \"hi\"") == "[a]\nk=say \\\"hi\\\"\n");
  CHECK(written("\ta\n\b") == "[a]\nk=\\ta\\n\\b\n");
  CHECK(written("J\xC3\xB6rg;'$x'") == "[a]\nk=J\xC3\xB6rg;'$x'\n");
}

TEST_CASE("a value that WSL could not read gives way to a good one") {
  CHECK(after_set("[wsl2]\nkernel=C:\\Users\\k # mine\nswap=0\n", "wsl2", "kernel", "C:\\k",
                  wslconfig) == "[wsl2]\nkernel=C:\\\\k # mine\nswap=0\n");
  CHECK(after_set("[wsl2]\nkernel = \"C:/k\nswap=0\n", "wsl2", "kernel", "C:/k", wslconfig) ==
        "[wsl2]\nkernel = C:/k\nswap=0\n");

  SECTION("in wsl.conf only where that does not bring further lines to life") {
    CHECK(with_systemd("[boot]\nsystemd=\"true\n") == "[boot]\nsystemd=true\n");
    CHECK(with_systemd("[boot]\nsystemd=\"true\n[user]\ndefault=root\n") ==
          "[boot]\nsystemd=true\nsystemd=\"true\n[user]\ndefault=root\n");
  }
}

TEST_CASE("below a syntax error, wsl.conf can be set only above it") {
  CHECK(with_systemd("[boot]\nmy_key=1\nsystemd=true\n") ==
        "[boot]\nsystemd=true\nmy_key=1\nsystemd=true\n");
  CHECK(with_systemd("; settings\n[boot]\nsystemd=false\n") ==
        "refused: WSL ignores everything from line 1 of /etc/wsl.conf on, because of a syntax "
        "error there (Invalid key name): mend that line first");
  CHECK(with_systemd("[user]\ndefault=ann\n\n[network ]\n") ==
        "refused: WSL ignores everything from line 4 of /etc/wsl.conf on, because of a syntax "
        "error there (Expected ']'): mend that line first");
  CHECK(with_systemd("; settings\n[boot]\nsystemd=false\n", wslconfig) ==
        "; settings\n[boot]\nsystemd=true\n");
}

TEST_CASE("no edit where WSL would not read it, or the value cannot be written") {
  const std::string utf16("\xFF\xFE[\0b\0]\0", 8);
  CHECK(with_systemd(utf16, wslconfig) == "refused: .wslconfig is UTF-16: save it as UTF-8 first");
  CHECK(with_systemd(utf16) == "refused: /etc/wsl.conf is UTF-16: save it as UTF-8 first");
  CHECK(with_systemd(utf16.substr(2), wslconfig) ==
        "refused: .wslconfig is UTF-16: save it as UTF-8 first");
  CHECK(with_systemd("\xEF\xBB\xBF[boot]\n") ==
        "refused: /etc/wsl.conf begins with a UTF-8 byte order mark, which makes WSL ignore the "
        "whole file: save it as UTF-8 without BOM first");
  CHECK(after_set("", "boot", "command", "a\rb") ==
        "refused: /etc/wsl.conf has no way to write the control character in 'a\\x0db'");
  CHECK(after_set("", "boot", "my_key", "1") ==
        "refused: WSL reads only ASCII letters and digits in a name, not 'boot.my_key'");
  CHECK_FALSE(set_wsl_config("", wsl_conf, "", "systemd", "true"));
  CHECK_FALSE(set_wsl_config("", wsl_conf, "boot", "", "true"));
  CHECK_FALSE(set_wsl_config("", wsl_conf, "1boot", "systemd", "true"));
  CHECK_FALSE(set_wsl_config("", wsl_conf, "boot", std::string(65, 'k'), "true"));

  SECTION("a last line that ends in a backslash would swallow the addition") {
    CHECK(with_systemd("[wsl2]\nswap=0\\", wslconfig) ==
          "refused: .wslconfig has no place where WSL would read the setting; edit it by hand");
  }
}

TEST_CASE("removing takes the whole line") {
  CHECK(after_remove("[boot]\n  systemd = true # on\nx=1\n", "boot", "systemd") == "[boot]\nx=1\n");
  CHECK(after_remove("[Boot]\r\nSystemd=true\r\nx=1\r\n", "boot", "systemd") ==
        "[Boot]\r\nx=1\r\n");
  CHECK(after_remove("x=1\n[boot]\nsystemd=true", "boot", "systemd") == "x=1\n[boot]\n");
  CHECK(after_remove("[a]\ns=1\\\n2\nt=3\n", "a", "s") == "[a]\nt=3\n");
  CHECK(after_remove("\xEF\xBB\xBFs=1\n[a]\nt=3\n", "a", "t", wslconfig) ==
        "\xEF\xBB\xBFs=1\n[a]\n");

  SECTION("or, where a lone CR puts several on one line, the assignment alone") {
    CHECK(after_remove("[a]\rs=1\rt=2\n", "a", "s") == "[a]\r\rt=2\n");
    CHECK(after_remove("[a]\rs=1\n", "a", "s") == "[a]\r\n");
    CHECK(after_remove("\xEF\xBB\xBF[a]\rs=1\n", "a", "s", wslconfig) == "\xEF\xBB\xBF[a]\r\n");
  }
  SECTION("of the entry that counts; one it shadowed counts from then on") {
    CHECK(after_remove("[a]\ns=1\ns=2\n", "a", "s") == "[a]\ns=2\n");
  }
  SECTION("and nothing where there is none") {
    CHECK(after_remove("[a]\nt=1\n", "a", "s") == "[a]\nt=1\n");
    CHECK(after_remove("[a]\nb_c=1\ns=1\n", "a", "s") == "[a]\nb_c=1\ns=1\n");
  }
  SECTION("but not from a file that WSL cannot read") {
    CHECK_FALSE(remove_wsl_config("\xEF\xBB\xBF[a]\ns=1\n", wsl_conf, "a", "s"));
    CHECK_FALSE(remove_wsl_config("\xFF\xFE", wslconfig, "a", "s"));
  }
}

namespace {

// Files put together from pieces that people, and other programs, write into them.
std::string random_file(std::mt19937& random) {
  static const std::vector<std::string> pieces = {"[boot]\n",
                                                  "[Boot] # c\r\n",
                                                  "[user]\n",
                                                  "[wsl2]\n",
                                                  "[bad-name]\n",
                                                  "[wsl2 ]\n",
                                                  "systemd=true\n",
                                                  "systemd = \"false\" # off\n",
                                                  "  SystemD=yes\r\n",
                                                  "systemd=\\q\n",
                                                  "systemd=\"tr\n",
                                                  "command = one \\\n   two\n",
                                                  "command=C:\\\\x # y\r\n",
                                                  "default=ann\r",
                                                  "default=ann",
                                                  "my_key=1\n",
                                                  "; no comment\n",
                                                  "# comment \\\n",
                                                  "\n",
                                                  "\r\n",
                                                  " \t",
                                                  "\\\n",
                                                  "\"",
                                                  std::string(1, '\0')};
  std::string text;
  for (auto count = random() % 14; count > 0; --count) text += pieces[random() % pieces.size()];
  return text;
}

}  // namespace

TEST_CASE("for any file, an edit does what it says and nothing else") {
  const std::vector<std::string> values = {"true", "",   " a",      "a ",    "#",         "a # b",
                                           "\\",   "\"", "C:\\x y", "tab\t", "line\nline"};
  std::mt19937 random(20240229);
  int edits = 0;
  int removals = 0;
  for (int round = 0; round < 5000; ++round) {
    const std::string text = random_file(random);
    const std::string& value = values[random() % values.size()];
    const WslConfigKind kind = round % 2 == 0 ? wsl_conf : wslconfig;
    if (!parse_wsl_config(text, kind).readable) continue;
    CAPTURE(text, value, kind);

    if (const auto edit = set_wsl_config(text, kind, "boot", "systemd", value)) {
      ++edits;
      const std::string changed = apply_edit(text, *edit);
      REQUIRE(value_of(changed, kind, "boot.systemd") == value);
      REQUIRE(others(changed, kind, "boot.systemd") == others(text, kind, "boot.systemd"));
      REQUIRE(changed.substr(0, edit->offset) == text.substr(0, edit->offset));
      REQUIRE(changed.substr(edit->offset + edit->text.size()) ==
              text.substr(edit->offset + edit->length));
      REQUIRE(set_wsl_config(changed, kind, "boot", "systemd", value) == TextEdit{});
    } else {
      const auto& found = parse_wsl_config(text, kind).problems;
      REQUIRE_FALSE(found.empty());
      REQUIRE(value_of(text, kind, "boot.systemd") != value);
    }

    const auto removal = remove_wsl_config(text, kind, "boot", "systemd");
    REQUIRE(removal);
    const std::string removed = apply_edit(text, *removal);
    REQUIRE(others(removed, kind, "boot.systemd") == others(text, kind, "boot.systemd"));
    if (value_of(text, kind, "boot.systemd") == "(none)") {
      REQUIRE(removed == text);
    } else {
      ++removals;
      const auto count = parse_wsl_config(text, kind).entries.size();
      REQUIRE(parse_wsl_config(removed, kind).entries.size() == count - 1);
    }
  }
  CHECK(edits > 1000);
  CHECK(removals > 250);
}
