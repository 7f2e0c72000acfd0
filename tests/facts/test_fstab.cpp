#include "lib/facts/fstab.h"
#include "tests/support/catch.h"

using namespace doctor;

TEST_CASE("fstab: real lines, comments and octal escapes", "[fstab]") {
  const Fstab fstab = parse_fstab(
      "LABEL=cloudimg-rootfs\t/\t ext4\tdefaults\t0 1\n"
      "# UNCONFIGURED FSTAB FOR BASE SYSTEM\n"
      "   # indented comment\n"
      "\n"
      "//nas.example.org/Our\\040Documents /mnt/y drvfs metadata,umask=22 0 0\n"
      "C:\\ /mnt/c drvfs\n"
      "\\\\\\\\192.168.1.125\\data /mnt/k drvfs uid=1000,gid=1000 0 0 anything else");
  REQUIRE(fstab.problems.empty());
  REQUIRE(fstab.entries.size() == 4);
  CHECK(fstab.entries[0].source.text == "LABEL=cloudimg-rootfs");
  CHECK(fstab.entries[0].mount_point.column == 23);
  CHECK(fstab.entries[1].line == 5);
  CHECK(fstab.entries[1].source.text == "//nas.example.org/Our Documents");
  CHECK(fstab.entries[1].options.column == 49);
  CHECK(fstab.entries[2].source.text == "C:\\");
  CHECK(fstab.entries[2].options.text.empty());
  CHECK(fstab.entries[2].options.column == 0);
  CHECK(fstab.entries[3].source.text == "\\\\\\\\192.168.1.125\\data");
}

TEST_CASE("fstab: what mount(8) ignores, as util-linux 2.38.1 does", "[fstab]") {
  struct Case {
    const char* line;
    std::size_t column;
    const char* message;
  };
  const Case cases[] = {
      {"one", 4, "expected a mount point after the source"},
      {"one two", 8, "expected a file system type after the mount point"},
      {"tmpfs /tmp tmpfs rw, noatime 0 0", 22,
       "expected a number as the fifth field, not `noatime`; there must be no blank between the "
       "options"},
      {"tmpfs /tmp tmpfs defaults # mine", 27,
       "expected a number as the fifth field, not `#`; a comment needs a line of its own"},
      {"tmpfs /tmp tmpfs defaults 0 0x", 29, "expected a number as the sixth field, not `0x`"},
      {"\"C:\" \"/mnt/my drive\" drvfs defaults 0 0", 28,
       "expected a number as the fifth field, not `defaults`; quotes mean nothing here, a blank in "
       "a name is written \\040"},
  };
  for (const Case& c : cases) {
    INFO(c.line);
    const Fstab fstab = parse_fstab(c.line);
    CHECK(fstab.entries.empty());
    REQUIRE(fstab.problems.size() == 1);
    CHECK(fstab.problems[0].ignored);
    CHECK(fstab.problems[0].line == 1);
    CHECK(fstab.problems[0].column == c.column);
    CHECK(fstab.problems[0].message == c.message);
  }
}

TEST_CASE("fstab: what mount(8) accepts", "[fstab]") {
  for (const char* line :
       {"src /mnt/x ext4", "src /mnt/x ext4 defaults 0 0 junk", "tmpfs /tmp tmpfs defaults 0 -1",
        "tmpfs /tmp tmpfs defaults 0 0\r\n", "C:\\ /tmp drvfs metadata 0 0 # trailing"}) {
    INFO(line);
    const Fstab fstab = parse_fstab(line);
    CHECK(fstab.problems.empty());
    CHECK(fstab.entries.size() == 1);
  }
}

TEST_CASE("fstab: characters that look like something else", "[fstab]") {
  const Fstab fstab = parse_fstab(
      "\xef\xbb\xbftmpfs /tmp tmpfs\n"
      "D: /mnt/d\xc2\xa0 drvfs x\n"
      "E: /mnt/\x01 drvfs\n");
  CHECK(fstab.entries.size() == 3);
  REQUIRE(fstab.problems.size() == 3);
  CHECK(fstab.problems[0].message == "a byte order mark stands before the first field");
  CHECK(fstab.problems[1].line == 2);
  CHECK(fstab.problems[1].column == 10);
  CHECK(fstab.problems[2].message == "a control character");
  CHECK_FALSE(fstab.problems[2].ignored);
}

TEST_CASE("fstab: options by name", "[fstab]") {
  const FstabEntry entry = parse_fstab("a /b c nofail,uid=1000,x-mount.mkdir=0755").entries.at(0);
  CHECK(entry.has_option("nofail"));
  CHECK(entry.has_option("x-mount.mkdir"));
  CHECK_FALSE(entry.has_option("fail"));
  CHECK_FALSE(entry.has_option("noauto"));
}

TEST_CASE("fstab: lines become comments, and nothing else changes", "[fstab]") {
  const std::string text = "one\ntwo\r\nthree\nfour";
  CHECK(apply_edit(text, comment_out_lines(text, {2})) == "one\n# two\r\nthree\nfour");
  CHECK(apply_edit(text, comment_out_lines(text, {4, 1})) == "# one\ntwo\r\nthree\n# four");
  CHECK(apply_edit(text, comment_out_lines(text, {1, 2, 3, 4})) ==
        "# one\n# two\r\n# three\n# four");
  CHECK(comment_out_lines(text, {}) == TextEdit{});
  CHECK(apply_edit("\n\nx y", comment_out_lines("\n\nx y", {3})) == "\n\n# x y");
}

TEST_CASE("fstab: what drvfs takes for a source", "[fstab]") {
  for (const char* source : {"C:", "c:\\", "D:/data", "E:\\My Files"}) {
    CHECK(is_windows_drive_path(source));
  }
  for (const char* source : {"", ":", "C", "CC:", "C:data", "'C:\\x'", "/dev/sdb1", "1:"}) {
    CHECK_FALSE(is_windows_drive_path(source));
  }
  CHECK(is_unc_path("//server/share"));
  CHECK(is_unc_path("\\\\server\\share"));
  CHECK_FALSE(is_unc_path("//"));
  CHECK_FALSE(is_unc_path("/mnt/c"));
}

TEST_CASE("fstab: what a line waits for", "[fstab]") {
  const auto entry = [](const char* line) { return parse_fstab(line).entries.at(0); };
  CHECK(is_left_alone(entry("LABEL=cloudimg-rootfs / ext4 defaults 0 0")));
  CHECK(is_left_alone(entry("/swap.img none swap sw 0 0")));
  CHECK(is_left_alone(entry("//nas/x /x cifs rw,noauto 0 0")));
  CHECK_FALSE(is_left_alone(entry("C: /mnt/c drvfs auto 0 0")));
  CHECK(needs_network(entry("nas:/v /x nfs4")));
  CHECK(needs_network(entry("\\\\nas\\v /x drvfs")));
  CHECK_FALSE(needs_network(entry("D: /x drvfs")));
  CHECK(needs_disk(entry("UUID=1 /x ext4")));
  CHECK(needs_disk(entry("/dev/sdd1 /x ext4")));
  CHECK_FALSE(needs_disk(entry("tmpfs /x tmpfs")));
}

TEST_CASE("fstab: passwords are not shown", "[fstab]") {
  CHECK(without_passwords("//nas/x /mnt/x cifs user=me,pass=hunter2,uid=1000 0 0") ==
        "//nas/x /mnt/x cifs user=me,pass=...,uid=1000 0 0");
  CHECK(without_passwords("//nas/x\t/y cifs password2=a=b,PASSWORD=c 0") ==
        "//nas/x\t/y cifs password2=...,PASSWORD=... 0");
  CHECK(without_passwords("//me:hunter2@nas/x /y davfs") == "//me:...@nas/x /y davfs");
  CHECK(without_passwords("https://me:h@nter2@nas /y") == "https://me:...@nas /y");
  CHECK(without_passwords("//me@nas /y cifs credentials=/root/.smb") ==
        "//me@nas /y cifs credentials=/root/.smb");
  CHECK(without_passwords("C:\\ /mnt/c drvfs metadata 0 0") == "C:\\ /mnt/c drvfs metadata 0 0");
  CHECK(without_passwords("").empty());
}

TEST_CASE("fstab: garbage of any size comes to an end", "[fstab]") {
  std::string many;
  for (int i = 0; i < 5000; ++i) many += "x\n";
  CHECK(parse_fstab(many).problems.size() == 1000);
  CHECK(comment_out_lines(many, {1, 4999}).length == 9996);
  many.clear();
  for (int i = 0; i < 5000; ++i) many += "a b c\n";
  CHECK(parse_fstab(many).entries.size() == 1000);
  CHECK(parse_fstab(std::string(200000, ' ')).entries.empty());
  CHECK(parse_fstab(std::string("a\0b /c d", 8)).problems.size() == 1);
  CHECK(parse_fstab(std::string(100000, '\\')).problems.size() == 1);
}
