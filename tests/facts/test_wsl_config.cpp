// The conformance cases of microsoft/WSL's own tests (test/windows/UnitTests.cpp: WslConfWarnings,
// Warnings) that concern the text, and the corners of the grammar they leave out.

#include "lib/facts/wsl_config.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

using Lines = std::vector<std::string>;

constexpr WslConfigKind wsl_conf = WslConfigKind::wsl_conf;
constexpr WslConfigKind wslconfig = WslConfigKind::wslconfig;

// "3: boot.systemd=true", with the real line; a shadowed entry in brackets.
Lines entries(const WslConfig& config) {
  Lines found;
  for (const WslConfigEntry& entry : config.entries) {
    const std::string text = std::to_string(entry.line) + ": " + entry.name + "=" + entry.value;
    found.push_back(entry.shadowed ? "(" + text + ")" : text);
  }
  return found;
}

Lines problems(const WslConfig& config) {
  Lines found;
  for (const WslConfigProblem& problem : config.problems) {
    found.push_back(std::to_string(problem.line) + ": " + problem.message);
  }
  return found;
}

Lines entries(std::string_view text, WslConfigKind kind) {
  return entries(parse_wsl_config(text, kind));
}

Lines problems(std::string_view text, WslConfigKind kind) {
  return problems(parse_wsl_config(text, kind));
}

std::string value_of(std::string_view text, WslConfigKind kind, std::string_view name) {
  const WslConfig config = parse_wsl_config(text, kind);
  const WslConfigEntry* entry = find_entry(config, name);
  return entry == nullptr ? "(none)" : entry->value;
}

// WSL's tests put 20 lines before what they look at; the last of them opens [wsl2].
std::string after_prefix(std::string_view text) {
  std::string all;
  for (int line = 1; line < 20; ++line) all += "# line " + std::to_string(line) + "\n";
  return all + "[wsl2]\n" + std::string(text);
}

std::string utf16(std::string_view ascii, bool big_endian = false) {
  std::string bytes;
  for (const char c : ascii) {
    if (big_endian) bytes += '\0';
    bytes += c;
    if (!big_endian) bytes += '\0';
  }
  return bytes;
}

const std::string utf8_bom = "\xEF\xBB\xBF";
const std::string utf16le_bom = "\xFF\xFE";
const std::string utf16be_bom = "\xFE\xFF";

}  // namespace

TEST_CASE("wsl.conf: WSL's own cases") {
  CHECK(entries("[foo]\na=b", wsl_conf) == Lines{"2: foo.a=b"});
  CHECK(problems("[foo]\na=b", wsl_conf).empty());
  CHECK(problems("a=a\\m", wsl_conf) == Lines{"1: Invalid escaped character: 'm'"});
  CHECK(entries("a=a\\m", wsl_conf).empty());
  CHECK(problems("[=b", wsl_conf) == Lines{"1: Invalid section name"});
  // WSL itself says line 5 here, since it counts CR and LF in front of a key or section.
  CHECK(entries("\r\n\r\n[foo]\r\na=b", wsl_conf) == Lines{"4: foo.a=b"});
  CHECK(entries("[network]\r\nhostname=foo\r\n", wsl_conf) == Lines{"2: network.hostname=foo"});
  CHECK(problems("[network]\r\nhostname=foo\r\n", wsl_conf).empty());
  CHECK(entries("[automount]\ncgroups=v1", wsl_conf) == Lines{"2: automount.cgroups=v1"});
}

TEST_CASE(".wslconfig: WSL's own cases of syntax") {
  CHECK(entries(after_prefix("a=b"), wslconfig) == Lines{"21: wsl2.a=b"});
  CHECK(problems(after_prefix("[=b"), wslconfig) == Lines{"21: Invalid section name"});
  CHECK(problems(after_prefix("[sectionNotComplete"), wslconfig) == Lines{"21: Expected ']'"});
  CHECK(problems(after_prefix("NoEqual"), wslconfig) == Lines{"21: Expected '='"});
  CHECK(problems("[wsl2]\nnetworkingMode=a\\m", wslconfig) ==
        Lines{"2: Invalid escaped character: 'm'"});
  CHECK(entries(after_prefix("\nswap=/"), wslconfig) == Lines{"22: wsl2.swap=/"});
  CHECK(value_of(after_prefix("swap=200MB\nswapFile=C:\\\\DoesNotExist\\\\swap.vhdx"), wslconfig,
                 "wsl2.swapFile") == "C:\\DoesNotExist\\swap.vhdx");
  CHECK(entries("[experimental]\ndnsTunneling=true\ndnsTunnelingIpAddress=1.2.3", wslconfig) ==
        Lines{"2: experimental.dnstunneling=true", "3: experimental.dnstunnelingipaddress=1.2.3"});
}

TEST_CASE(".wslconfig: WSL's own cases of values") {
  const auto value = [](std::string_view line, std::string_view name) {
    return value_of(after_prefix(line), wslconfig, name);
  };
  CHECK_FALSE(wsl_int(value("dhcpTimeout=NotANumber", "wsl2.dhcpTimeout")));
  CHECK_FALSE(wsl_bool(value("ipv6=NotABoolean", "wsl2.ipv6")));
  CHECK_FALSE(wsl_memory_size(value("\nswap=/", "wsl2.swap")));
  CHECK(wsl_memory_size(value("\nswap=0GB", "wsl2.swap")) == 0U);
  CHECK_FALSE(wsl_memory_size(value("\nswap=0foo", "wsl2.swap")));
  CHECK_FALSE(wsl_int(value("processors=", "wsl2.processors")));
  CHECK_FALSE(wsl_memory_size(value("memory=", "wsl2.memory")));
  CHECK_FALSE(wsl_bool(value("debugConsole=", "wsl2.debugConsole")));
  CHECK(value("networkingMode=", "wsl2.networkingMode").empty());
  CHECK(wsl_int(value("processors=-1", "wsl2.processors")) == -1);
  CHECK(wsl_int(value("processors=1234", "wsl2.processors")) == 1234);
  CHECK(wsl_memory_size(value("defaultVhdSize=64GB", "wsl2.defaultVhdSize")) == 64ULL << 30U);
  CHECK(wsl_memory_size(value("[experimental]\nswiotlb=64M", "experimental.swiotlb")) ==
        64ULL << 20U);
  CHECK(wsl_memory_size(value("[experimental]\nswiotlb=4096K", "experimental.swiotlb")) ==
        4096ULL << 10U);
  CHECK_FALSE(wsl_memory_size(value("[experimental]\nswiotlb=garbage", "experimental.swiotlb")));
}

TEST_CASE("the first of several assignments counts") {
  const WslConfig twice = parse_wsl_config(after_prefix("ipv6=true\nipv6=false"), wslconfig);
  CHECK(entries(twice) == Lines{"21: wsl2.ipv6=true", "(22: wsl2.ipv6=false)"});
  REQUIRE(find_entry(twice, "WSL2.IPv6") != nullptr);
  CHECK(find_entry(twice, "WSL2.IPv6")->line == 21);

  SECTION("even when its value is invalid, the sections differ in case, or stand apart") {
    CHECK(entries("[boot]\nsystemd=yes\n[network]\n[Boot]\nSYSTEMD=true\n", wsl_conf) ==
          Lines{"2: boot.systemd=yes", "(5: boot.systemd=true)"});
  }
  SECTION("the four settings with two names are one") {
    CHECK(
        entries("[wsl2]\nnetworkingMode=NAT\n[experimental]\nnetworkingMode=Mirrored", wslconfig) ==
        Lines{"2: wsl2.networkingmode=NAT", "(4: experimental.networkingmode=Mirrored)"});
    const std::string_view reversed =
        "[experimental]\nautoProxy=0\nfirewall=0\ndnsTunneling=0\nsparseVhd=1\n"
        "[wsl2]\nautoProxy=1\nfirewall=1\ndnsTunneling=1\nsparseVhd=0\n";
    CHECK(value_of(reversed, wslconfig, "wsl2.autoProxy") == "0");
    CHECK(value_of(reversed, wslconfig, "wsl2.firewall") == "0");
    CHECK(value_of(reversed, wslconfig, "experimental.dnsTunneling") == "0");
    CHECK(value_of(reversed, wslconfig, "wsl2.sparseVhd") == "0");
    CHECK(value_of(reversed, wslconfig, "experimental.sparseVhd") == "1");
  }
  SECTION("but not in wsl.conf") {
    CHECK(value_of("[experimental]\nfirewall=0\n", wsl_conf, "wsl2.firewall") == "(none)");
  }
  SECTION("a bad line does not count as the first") {
    CHECK(entries("[wsl2]\nkernel=C:\\Users\nkernel=C:/Users\n", wslconfig) ==
          Lines{"3: wsl2.kernel=C:/Users"});
  }
}

TEST_CASE("a syntax error ends wsl.conf and skips its line in .wslconfig") {
  struct Case {
    std::string_view text;
    Lines problems;  // the first is where wsl.conf stops
    Lines wsl_conf_entries;
    Lines wslconfig_entries;
  };
  const std::vector<Case> cases = {
      {"; c\n[a]\ns=1", {"1: Invalid key name"}, {}, {"3: a.s=1"}},
      {"[a]\ns=x\n[bad-name]\ns2=2\n[a]\ns2=3",
       {"3: Expected ']'"},
       {"2: a.s=x"},
       {"2: a.s=x", "4: b.s2=2", "6: a.s2=3"}},
      {"[a]\nmy_key=1\ns=1", {"2: Expected '='"}, {}, {"3: a.s=1"}},
      {"[a]\nmy-key=1\ns=1", {"2: Expected '='"}, {}, {"3: a.s=1"}},
      {"[a]\nmy.key=1\ns=1", {"2: Expected '='"}, {}, {"3: a.s=1"}},
      {"[a]\ns=\"unterminated\ns2=ok", {"2: Expected \""}, {}, {"3: a.s2=ok"}},
      {"[a]\ns=C:\\Users\\me\ns2=ok", {"2: Invalid escaped character: 'U'"}, {}, {"3: a.s2=ok"}},
      {"[a]\ns=x\n= y\ns2=ok", {"3: Invalid key name"}, {"2: a.s=x"}, {"2: a.s=x", "4: a.s2=ok"}},
      {"[a]\ns=x\nkey\ns2=ok", {"3: Expected '='"}, {"2: a.s=x"}, {"2: a.s=x", "4: a.s2=ok"}},
      {"[a]\ns=x\n9=y\ns2=ok", {"3: Invalid key name"}, {"2: a.s=x"}, {"2: a.s=x", "4: a.s2=ok"}},
      {"[a]\ns=\\\xC3\xA9\n", {"2: Invalid escaped character: '\xC3\xA9'"}, {}, {}},
      {"[a]\ns=x\\", {"2: Invalid escaped character: ''"}, {}, {}},
      {"[a]\ns=1 \\\n \\q\ns2=ok", {"3: Invalid escaped character: 'q'"}, {}, {"4: a.s2=ok"}},
  };
  for (const Case& example : cases) {
    INFO(example.text);
    const WslConfig stopped = parse_wsl_config(example.text, wsl_conf);
    CHECK(entries(stopped) == example.wsl_conf_entries);
    CHECK(problems(stopped) == Lines{example.problems.front()});
    CHECK(stopped.problems.front().stops);
    const WslConfig skipped = parse_wsl_config(example.text, wslconfig);
    CHECK(entries(skipped) == example.wslconfig_entries);
    CHECK(problems(skipped) == example.problems);
    CHECK_FALSE(skipped.problems.front().stops);
  }
}

TEST_CASE("section headers") {
  SECTION("no blanks inside; blanks and a comment behind are fine") {
    CHECK(problems("[ wsl2 ]\n", wslconfig) == Lines{"1: Invalid section name"});
    CHECK(problems("[wsl2 ]\n", wslconfig) == Lines{"1: Expected ']'"});
    CHECK(problems("[]\n", wslconfig) == Lines{"1: Invalid section name"});
    CHECK(problems("[2wsl]\n", wslconfig) == Lines{"1: Invalid section name"});
    CHECK(problems("[wsl2] memory=4GB\n", wslconfig) == Lines{"1: Expected ' ' or '\\n'"});
    CHECK(problems("[network] \t\ngenerateHosts = false \n", wsl_conf).empty());
    CHECK(entries("  [network] # names\n\tgenerateHosts = false \n", wsl_conf) ==
          Lines{"2: network.generatehosts=false"});
  }
  SECTION("empty, repeated and indented ones are listed as written") {
    const std::string_view text = "  memory=17179869184\n  [wsl2]\n[Experimental]#\n  [WSL2]\n";
    const WslConfig config = parse_wsl_config(text, wslconfig);
    CHECK(entries(config) == Lines{"1: memory=17179869184"});
    REQUIRE(config.sections.size() == 3);
    CHECK(config.sections[1].name == "Experimental");
    CHECK(config.sections[1].line == 3);
    CHECK(config.sections[2].name == "WSL2");
    CHECK(text.substr(config.sections[2].begin,
                      config.sections[2].end - config.sections[2].begin) == "[WSL2]");
  }
  SECTION("keys above every section have bare names") {
    CHECK(entries("Memory=1\n", wslconfig) == Lines{"1: memory=1"});
    CHECK(value_of("wsl2=1\n", wslconfig, "wsl2.memory") == "(none)");
  }
}

TEST_CASE("in .wslconfig, keys below a rejected header are looked up under a garbled section") {
  SECTION("the new name, cut to the old length") {
    const std::string_view text = "[wsl2]\nswap=0\n[experimental ]\nsparseVhd=true\n";
    CHECK(entries(text, wslconfig) == Lines{"2: wsl2.swap=0", "4: expe.sparsevhd=true"});
    CHECK(value_of(text, wslconfig, "experimental.sparseVhd") == "(none)");
  }
  SECTION("or padded with NULs, which end the name") {
    const std::string_view text = "[experimental]\n[wsl2] # ok\n[experimental]\n[wsl2 ]\nswap=0\n";
    CHECK(entries(text, wslconfig) == Lines{"5: wsl2=0"});
    CHECK(value_of(text, wslconfig, "wsl2.swap") == "(none)");
  }
  SECTION("or no section, when there was none yet") {
    CHECK(entries("[wsl2 ]\nmemory=4GB\n", wslconfig) == Lines{"2: memory=4GB"});
  }
  SECTION("unless the name did not even begin: then the old section goes on") {
    CHECK(entries("[wsl2]\n[=b\nmemory=4GB\n", wslconfig) == Lines{"3: wsl2.memory=4GB"});
    CHECK(entries("[wsl2]\n[ experimental ]\nmemory=4GB\n", wslconfig) ==
          Lines{"3: wsl2.memory=4GB"});
  }
  SECTION("or the name is that of the old section") {
    CHECK(entries("[wsl2]\n[wsl2] memory=8GB\nswap=0\n", wslconfig) == Lines{"3: wsl2.swap=0"});
  }
  SECTION("until the next good header") {
    CHECK(entries("[wsl2]\n[nope nope\na=1\n[experimental]\nb=2\n", wslconfig) ==
          Lines{"3: nope.a=1", "5: experimental.b=2"});
  }
}

TEST_CASE("values") {
  const auto value = [](std::string_view text) {
    return value_of("[a]\ns=" + std::string(text), wsl_conf, "a.s");
  };
  SECTION("blanks around are trimmed, those in quotes kept") {
    CHECK(value(" \t v w \t\n") == "v w");
    CHECK(value("\" v \" \n") == " v ");
    CHECK(value("\n") == "");
    CHECK(value("") == "");
    CHECK(value("   \n") == "");
    CHECK(value_of("[a]\ns \t= v\n", wsl_conf, "a.s") == "v");
  }
  SECTION("only an unquoted # begins a comment") {
    CHECK(value("v # c\n") == "v");
    CHECK(value("v#c\n") == "v");
    CHECK(value("#####\n") == "");
    CHECK(value(" v ; not comment # c\n") == "v ; not comment");
    CHECK(value("v // no\n") == "v // no");
    CHECK(value("\"v # w\" # c\n") == "v # w");
  }
  SECTION("quotes toggle anywhere and vanish") {
    CHECK(value("a\"b # c\"d\n") == "ab # cd");
    CHECK(value("\"\"\n") == "");
    CHECK(value("'v'\n") == "'v'");
  }
  SECTION("escapes") {
    CHECK(value("a\\\\b\\\"c\\bd\\ne\\tf\n") == "a\\b\"c\bd\ne\tf");
    CHECK(value("v\\t \n") == "v\t");
    CHECK(value("\"\\\"v\\\"\"\n") == "\"v\"");
    CHECK(value("C:\\temp\\new\n") == "C:\temp\new");
  }
  SECTION("a backslash at the line's end goes on, blanks and all") {
    CHECK(value("one \\\n   two\n") == "one    two");
    CHECK(value("one\\\n\\\ntwo\n") == "onetwo");
    CHECK(value("\"one\\\n # two\"\n") == "one # two");
    CHECK(value("one \\\n") == "one ");
    CHECK(entries("[a]\ns=1\\\n2\nt=3\n", wsl_conf) == Lines{"2: a.s=12", "4: a.t=3"});
  }
  SECTION("other bytes pass through; NUL ends the value") {
    CHECK(value("J\xC3\xB6rg \xFF\n") == "J\xC3\xB6rg \xFF");
    CHECK(value(std::string("v\0w # c\n", 8)) == "v");
  }
}

TEST_CASE("CR LF") {
  SECTION("is read, with the real line numbers") {
    CHECK(entries("[a]\r\ns=v\r\nzz=1\r\n# c\r\nyy=2", wsl_conf) ==
          Lines{"2: a.s=v", "3: a.zz=1", "5: a.yy=2"});
    CHECK(entries("[a] # c\r\ns = v # c\r\n", wslconfig) == Lines{"2: a.s=v"});
    CHECK(problems("[a]\r\n; c\r\ns=1\r\nt\r\n", wslconfig) ==
          Lines{"2: Invalid key name", "4: Expected '='"});
  }
  SECTION("after a backslash ends the value in wsl.conf, and continues it in .wslconfig") {
    CHECK(entries("[a]\r\ns=1 \\\r\nt=2\r\n", wsl_conf) == Lines{"2: a.s=1 ", "3: a.t=2"});
    CHECK(entries("[a]\r\ns=1 \\\r\nt=2\r\n", wslconfig) == Lines{"2: a.s=1 t=2"});
  }
  SECTION("a lone CR ends a value, but not a comment") {
    CHECK(entries("[a]\rs=1\rt=2\n# c\ru=3\n", wsl_conf) == Lines{"1: a.s=1", "1: a.t=2"});
  }
}

TEST_CASE("places are those of the file") {
  const std::string text = "# c\r\n[boot]\r\n  systemd = \"true\"  # why\r\ncommand=\\x\r\n";
  const WslConfig config = parse_wsl_config(text, wsl_conf);
  REQUIRE(config.entries.size() == 1);
  const WslConfigEntry& entry = config.entries[0];
  CHECK(entry.section == "boot");
  CHECK(entry.key == "systemd");
  CHECK(entry.line == 3);
  CHECK(entry.column == 3);
  CHECK(text.substr(entry.begin, entry.end - entry.begin) == "systemd = \"true\"");
  REQUIRE(config.problems.size() == 1);
  const WslConfigProblem& problem = config.problems[0];
  CHECK(problem.line == 4);
  CHECK(problem.column == 10);
  CHECK(problem.name == "boot.command");
  CHECK(text.substr(problem.begin, problem.end - problem.begin) == "command=\\x");

  SECTION("behind a BOM too") {
    const std::string marked = utf8_bom + "[wsl2]\nkernel=\\Q # c\nswap=0\n";
    const WslConfig shifted = parse_wsl_config(marked, wslconfig);
    REQUIRE(shifted.entries.size() == 1);
    CHECK(shifted.entries[0].column == 1);
    CHECK(marked.substr(shifted.entries[0].begin, 6) == "swap=0");
    CHECK(marked.substr(shifted.sections.at(0).begin, 6) == "[wsl2]");
    const WslConfigProblem& broken = shifted.problems.at(0);
    CHECK(marked.substr(broken.begin, broken.end - broken.begin) == "kernel=\\Q");
  }
}

TEST_CASE("encodings") {
  const std::string text = "[wsl2]\nmemory=4GB\n";
  const Lines read = {"2: wsl2.memory=4GB"};

  SECTION("a UTF-8 BOM makes WSL ignore wsl.conf, and is skipped in .wslconfig") {
    const WslConfig unreadable = parse_wsl_config(utf8_bom + text, wsl_conf);
    CHECK_FALSE(unreadable.readable);
    CHECK(unreadable.encoding == TextEncoding::utf8_bom);
    CHECK(entries(unreadable).empty());
    CHECK(problems(unreadable) ==
          Lines{"1: A UTF-8 byte order mark makes WSL ignore the whole file"});
    CHECK(unreadable.problems[0].stops);
    const WslConfig readable = parse_wsl_config(utf8_bom + text, wslconfig);
    CHECK(readable.readable);
    CHECK(readable.encoding == TextEncoding::utf8_bom);
    CHECK(entries(readable) == read);
  }
  SECTION("UTF-16LE with its BOM is read in .wslconfig only") {
    const WslConfig readable = parse_wsl_config(utf16le_bom + utf16(text), wslconfig);
    CHECK(readable.readable);
    CHECK(readable.encoding == TextEncoding::utf16le);
    CHECK(entries(readable) == read);
    CHECK(readable.entries[0].begin == 0);
    CHECK(readable.entries[0].end == 0);
    CHECK_FALSE(parse_wsl_config(utf16le_bom + utf16(text), wsl_conf).readable);
  }
  SECTION("UTF-16BE and UTF-16 without BOM are read in neither") {
    for (const WslConfigKind kind : {wsl_conf, wslconfig}) {
      const WslConfig big = parse_wsl_config(utf16be_bom + utf16(text, true), kind);
      CHECK_FALSE(big.readable);
      CHECK(big.encoding == TextEncoding::utf16be);
      CHECK(problems(big) == Lines{"1: UTF-16 makes WSL ignore the whole file"});
      const WslConfig bare = parse_wsl_config(utf16(text), kind);
      CHECK_FALSE(bare.readable);
      CHECK(bare.encoding == TextEncoding::utf16le);
      CHECK(entries(bare).empty());
      const WslConfig bare_big = parse_wsl_config(utf16(text, true), kind);
      CHECK_FALSE(bare_big.readable);
      CHECK(bare_big.encoding == TextEncoding::utf16be);
    }
  }
  SECTION("a stray NUL, or a file of nothing else, is no UTF-16") {
    CHECK(value_of(std::string("# \0\n[a]\ns=1\n", 12), wsl_conf, "a.s") == "1");
    const WslConfig zeros = parse_wsl_config(std::string(4096, '\0'), wsl_conf);
    CHECK(zeros.readable);
    CHECK(problems(zeros) == Lines{"1: Invalid key name"});
  }
  SECTION("an empty file is an empty configuration") {
    for (const std::string_view empty : {"", "\n", "\r\n", " ", "# c", "\r"}) {
      CHECK(entries(empty, wsl_conf).empty());
      CHECK(problems(empty, wsl_conf).empty());
    }
  }
}

TEST_CASE("hostile files are read to the end") {
  const std::size_t size = 1 << 20;
  CHECK(entries("a=" + std::string(size, '"'), wsl_conf).size() == 1);
  CHECK(value_of("a=" + std::string(size, 'x'), wsl_conf, "a").size() == size);
  CHECK(problems("[" + std::string(size, 'a'), wsl_conf) == Lines{"1: Expected ']'"});

  std::string continued = "a=";
  for (std::size_t i = 0; i < size / 2; ++i) continued += "\\\n";
  CHECK(entries(continued + "b\nc=d", wsl_conf) ==
        Lines{"1: a=b", std::to_string(size / 2 + 2) + ": c=d"});

  std::string bad_lines;
  for (int i = 0; i < 5000; ++i) bad_lines += ";\n";
  CHECK(problems(bad_lines, wslconfig).size() == 1000);
  CHECK(entries(bad_lines + "a=b\n", wslconfig) == Lines{"5001: a=b"});

  const std::string long_name(size, 'n');
  const WslConfig config = parse_wsl_config("[" + long_name + "]\n" + long_name + "=1\n", wsl_conf);
  REQUIRE(config.entries.size() == 1);
  CHECK(config.entries[0].name == std::string(64, 'n') + "." + std::string(64, 'n'));
}
