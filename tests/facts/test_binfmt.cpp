#include "lib/facts/binfmt.h"
#include "tests/support/catch.h"

using namespace doctor;
using namespace std::string_literals;

TEST_CASE("WSL's own entry") {
  const auto entry =
      parse_binfmt_entry("enabled\ninterpreter /init\nflags: PF\noffset 0\nmagic 4d5a\n");
  REQUIRE(entry);
  CHECK(*entry == BinfmtEntry{true, "/init", "PF", 0, "MZ", "", ""});
  CHECK(claims_windows_programs(*entry));
}

TEST_CASE("an entry that is switched off, and one without flags") {
  const auto entry =
      parse_binfmt_entry("disabled\ninterpreter /tools/init\nflags: \noffset 0\nmagic 4d5a\n");
  REQUIRE(entry);
  CHECK_FALSE(entry->enabled);
  CHECK(entry->interpreter == "/tools/init");
  CHECK(entry->flags.empty());
  CHECK(claims_windows_programs(*entry));
}

TEST_CASE("an entry with a mask, as qemu-user-static registers them") {
  const auto entry = parse_binfmt_entry(
      "enabled\ninterpreter /usr/libexec/qemu-binfmt/aarch64-binfmt-P\nflags: POCF\noffset 0\n"
      "magic 7f454c460201010000000000000000000200b700\n"
      "mask ffffffffffffff00fffffffffffffffffeffffff\n");
  REQUIRE(entry);
  CHECK(entry->flags == "POCF");
  CHECK(entry->magic.size() == 20);
  CHECK(entry->mask.size() == 20);
  CHECK_FALSE(claims_windows_programs(*entry));
}

TEST_CASE("who else takes Windows programs") {
  const auto claims = [](const std::string& rest) {
    const auto entry = parse_binfmt_entry("enabled\ninterpreter /usr/bin/x\nflags: \n" + rest);
    REQUIRE(entry);
    return claims_windows_programs(*entry);
  };
  CHECK(claims("offset 0\nmagic 4d5a\n"));             // mono's cli, wine
  CHECK(claims("offset 0\nmagic 4d5a90000300\n"));     // the DOS header that linkers write
  CHECK(claims("offset 0\nmagic 4d00\nmask ff00\n"));  // the mask leaves only the M
  CHECK(claims("extension .exe\n"));                   // by name
  CHECK_FALSE(claims("extension .jar\n"));
  CHECK_FALSE(claims("extension .EXE\n"));                // the kernel compares case
  CHECK_FALSE(claims("offset 0\nmagic 4d5a71467044\n"));  // cosmopolitan's programs only
  CHECK_FALSE(claims("offset 2\nmagic 4d5a\n"));
  CHECK_FALSE(claims("offset 4096\nmagic 4d5a\n"));
  CHECK_FALSE(claims("offset 0\nmagic 504b0304\n"));  // jar
}

TEST_CASE("texts that are no entry") {
  for (const std::string& text :
       {""s, "enabled\n"s, "enabled\ninterpreter /init\nflags: \n"s,
        "interpreter /init\nmagic 4d5a\n"s, "maybe\ninterpreter /init\noffset 0\nmagic 4d5a\n"s,
        "enabled\ninterpreter /init\noffset 0\nmagic 4d5\n"s,
        "enabled\ninterpreter /init\noffset 0\nmagic 4dzz\n"s,
        "enabled\ninterpreter /init\noffset x\nmagic 4d5a\n"s,
        "enabled\ninterpreter /init\noffset 99999999999999999999999\nmagic 4d5a\n"s,
        "enabled\ninterpreter /init\noffset 0\nmagic 4d5a\nmask ff\n"s,
        "enabled\ninterpreter \noffset 0\nmagic 4d5a\n"s}) {
    INFO(text);
    CHECK_FALSE(parse_binfmt_entry(text));
  }
}

TEST_CASE("the status of all entries") {
  CHECK(parse_binfmt_status("enabled\n") == true);
  CHECK(parse_binfmt_status("disabled\n") == false);
  CHECK_FALSE(parse_binfmt_status(""));
  CHECK_FALSE(parse_binfmt_status("enabled disabled"));
}
