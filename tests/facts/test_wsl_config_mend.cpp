#include "tests/facts/wsl_lint.h"
#include "tests/support/catch.h"

using namespace doctor;

TEST_CASE("a mend changes what is wrong and no other byte") {
  SECTION("comments") {
    CHECK(mended("; a\r\n  // b\r\n[boot]\r\nsystemd=true ; c\r\n", wsl_conf) ==
          "# a\r\n  # b\r\n[boot]\r\nsystemd=true # c\r\n");
    CHECK(mended(";\n;\n;\n[boot]\n", wsl_conf) == "#\n#\n#\n[boot]\n");
  }
  SECTION("headers") {
    CHECK(mended("[ boot ] # c\nsystemd=true\n", wsl_conf) == "[boot] # c\nsystemd=true\n");
    CHECK(mended("[Boot \nsystemd=true\n", wsl_conf) == "[Boot]\nsystemd=true\n");
    CHECK(mended("[wsl2] memory=8GB # c\r\nswap=0\r\n", wslconfig) ==
          "[wsl2]\r\nmemory=8GB # c\r\nswap=0\r\n");
    CHECK(mended("[wsl2] ; all\nswap=0\n", wslconfig) == "[wsl2] # all\nswap=0\n");
    CHECK(mended("[wsl2]\nswap=0\n[experimental ]\nsparseVhd=true\n", wslconfig) ==
          "[wsl2]\nswap=0\n[experimental]\nsparseVhd=true\n");
    CHECK(mended("[wsl]\nmemory=8GB\n", wslconfig) == "[wsl2]\nmemory=8GB\n");
    CHECK(mended("[network settings]\nx=1\n", wsl_conf) == "[network settings]\nx=1\n");
  }
  SECTION("values") {
    CHECK(mended("[wsl2]\nmemory = 4gb   # half\n", wslconfig) ==
          "[wsl2]\nmemory = 4GB   # half\n");
    CHECK(mended("[wsl2]\nmemory=1.5 gib\nswap=0.5G\ndebugConsole=On\n", wslconfig) ==
          "[wsl2]\nmemory=1536MB\nswap=512MB\ndebugConsole=true\n");
    CHECK(mended("[wsl2]\nmemory=50%\nswap=8\nprocessors=x\n", wslconfig) ==
          "[wsl2]\nmemory=50%\nswap=8\nprocessors=x\n");
    CHECK(mended("[filesystem]\numask = 22\n", wsl_conf) == "[filesystem]\numask = 022\n");
    CHECK(mended("[automount]\ncgroups=2\n", wsl_conf) == "[automount]\ncgroups=v2\n");
  }
  SECTION("paths") {
    CHECK(mended("[wsl2]\nkernel = C:\\Users\\Mia E\\bzImage # mine\nswap=0\n", wslconfig) ==
          "[wsl2]\nkernel = C:\\\\Users\\\\Mia E\\\\bzImage # mine\nswap=0\n");
    CHECK(mended("[wsl2]\nswapFile=\"C:\\temp\\new\\swap.vhdx\"\n", wslconfig) ==
          "[wsl2]\nswapFile=C:\\\\temp\\\\new\\\\swap.vhdx\n");
    // The working line below must not lose to the mended one above it.
    const std::string twice = "[wsl2]\nkernel=C:\\Users\\k\nkernel=C:/k\n";
    CHECK(mended(twice, wslconfig) == twice);
  }
  SECTION("quotation marks and names") {
    CHECK(mended("[automount]\noptions = \"metadata,umask=22 \nroot=/\n", wsl_conf) ==
          "[automount]\noptions = \"metadata,umask=22\" \nroot=/\n");
    CHECK(mended("[interop]\nappend_windows_path = false\n", wsl_conf) ==
          "[interop]\nappendWindowsPath=false\n");
    CHECK(mended("[boot]\nsystemd: true # c\n", wsl_conf) == "[boot]\nsystemd=true # c\n");
    CHECK(mended("[boot]\n\xC2\xA0systemd=true\n", wsl_conf) == "[boot]\nsystemd=true\n");
    CHECK(mended("[wsl2]\nlocahostForwarding = true\n", wslconfig) ==
          "[wsl2]\nlocalhostForwarding = true\n");
  }
  SECTION("places") {
    CHECK(mended("[wsl2]\nautoMemoryReclaim=gradual # save\nswap=0\n", wslconfig) ==
          "[wsl2]\n # save\nswap=0\n\n[experimental]\nautoMemoryReclaim=gradual\n");
    CHECK(mended("  memory=17825792000\n  [wsl2]\n  [experimental]\n  [wsl2]\n", wslconfig) ==
          "  [wsl2]\n  [experimental]\n  [wsl2]\nmemory=17825792000\n");
    CHECK(mended("[general]\nhostname=box\n", wsl_conf) ==
          "[general]\n\n[network]\nhostname=box\n");
    const std::string set_twice = "[wsl2]\nsystemd=true\n[boot]\nsystemd=false\n";
    CHECK(mended(set_twice, wsl_conf) == set_twice);
    const std::string other_file = "[wsl2]\nmemory=8GB\n";
    CHECK(mended(other_file, wsl_conf) == other_file);
  }
  SECTION("duplicates that agree") {
    CHECK(mended("[boot]\nsystemd=true\n[user]\ndefault=mia\n[boot]\nsystemd=true # c\n",
                 wsl_conf) == "[boot]\nsystemd=true\n[user]\ndefault=mia\n[boot]\n # c\n");
    const std::string disagree = "[wsl2]\nswap=0\nswap=1GB\n";
    CHECK(mended(disagree, wslconfig) == disagree);
  }
}

TEST_CASE("many mistakes at once, and what they hid") {
  const auto result = mend_wsl_config(
      "; mine\n[ boot ]\nsystemd=yes\n[automount]\noptions=\"metadata\n[user]\ndefault=mia\n",
      wsl_conf, {});
  CHECK(result.bytes ==
        "# mine\n[boot]\nsystemd=true\n[automount]\noptions=\"metadata\"\n[user]\ndefault=mia\n");
  CHECK(result.done == std::vector<std::string>{"not-a-comment", "section-header",
                                                "invalid-value/boot.systemd",
                                                "open-quote/automount.options"});
  CHECK(lint(result.bytes, wsl_conf).mistakes.empty());
  CHECK(result.weighty);  // mount options and another user come into force
  CHECK_FALSE(mend_wsl_config("[wsl2]\nmemory=4gb\n", wslconfig, {}).weighty);
  CHECK_FALSE(mend_wsl_config("[automount]\nenabled=yes\n", wsl_conf, {}).weighty);  // as ever
  CHECK(mend_wsl_config("[automount]\nenabled=no\n", wsl_conf, {}).weighty);
  CHECK_FALSE(mend_wsl_config("; c\n[user]\ndefault=mia\n", wslconfig, {}).weighty);
}

TEST_CASE("a big file is left alone") {
  const std::string text = "[wsl2]\nmemory=4gb\n# " + std::string(70000, 'x') + "\n";
  CHECK(mended(text, wslconfig) == text);
}

TEST_CASE("one edit from the first to the last changed byte") {
  CHECK(edit_between("abcdef", "abXdef") == TextEdit{2, 1, "X"});
  CHECK(edit_between("abc", "abc") == TextEdit{3, 0, ""});
  CHECK(edit_between("aaa", "aa") == TextEdit{2, 1, ""});
  CHECK(edit_between("", "x") == TextEdit{0, 0, "x"});
  for (const std::string_view after : {"", "a", "aab", "ba", "abab"}) {
    CHECK(apply_edit("aba", edit_between("aba", after)) == after);
  }
}
