#include "checks/tmp.h"
#include "lib/base/format.h"
#include "tests/checks/diagnose.h"

using namespace doctor;

namespace {

struct TmpOf {
  std::string variables;
  std::string mount;  // a line of mountinfo for /tmp or the like
  std::string files = R"("/tmp" = { kind = "directory", mode = 0o1777 })";
  std::string systems =
      "[file-systems.\"/tmp\"]\ntype = \"ext4\"\ntotal-bytes = 8_000_000_000\nfree-bytes = "
      "7_900_000_000\n";
};

constexpr const char* tmpfs = "95 30 0:61 / /tmp rw,nosuid,nodev - tmpfs tmpfs rw,size=262144k\n";

std::string text_of(const TmpOf& tmp) {
  return fmt::format(R"(
[machine]
architecture = "x86_64"
uid = 1000
[variables]
HOME = "/home/me"
{}
[files]
"/proc/self/mountinfo" = '''
30 0 8:32 / / rw,relatime - ext4 /dev/sdc rw
75 30 0:55 / /mnt/c rw,noatime - 9p C:\134 rw,aname=drvfs;path=C:\;uid=1000;gid=1000;symlinkroot=/mnt/
{}'''
{}
[file-systems."/home/me"]
type = "ext4"
total-bytes = 1_081_101_176_832
free-bytes = 900_000_000_000
{}
)",
                     tmp.variables, tmp.mount, tmp.files, tmp.systems);
}

Diagnosis diagnose_tmp(const TmpOf& tmp, EnvironmentKind kind = EnvironmentKind::wsl2) {
  return diagnose(tmp_check, text_of(tmp), kind);
}

}  // namespace

TEST_CASE("an ordinary /tmp is fine, on every kind of machine") {
  for (const auto kind : {EnvironmentKind::wsl1, EnvironmentKind::wsl2, EnvironmentKind::container,
                          EnvironmentKind::ci, EnvironmentKind::linux_machine}) {
    const auto diagnosis = diagnose_tmp({}, kind);
    CHECK(diagnosis.status == Status::ok);
    CHECK(diagnosis.summary == "Go can work in /tmp.");
  }
}

TEST_CASE("where programs may not run, Go gets a folder of its own") {
  TmpOf tmp;
  tmp.mount = "95 30 0:61 / /tmp rw,nosuid,nodev,noexec - tmpfs tmpfs rw\n";
  tmp.systems += "no-exec = true\n";
  tmp.files += "\n\"/home/me/.config/go/env\" = \"GOPRIVATE=example.org\"";
  const auto diagnosis = diagnose_tmp(tmp);
  REQUIRE(diagnosis.status == Status::error);
  const Finding* finding = find_finding(diagnosis, "noexec");
  REQUIRE(finding);
  REQUIRE(finding->fix);
  CHECK(finding->fix->id == "tmp-gotmpdir");
  CHECK(finding->fix->needs == Privilege::user);
  CHECK(has(finding->fix->script, R"($'\nGOTMPDIR=/home/me/.cache/go-tmp\n')"));
  CHECK(has(finding->fix->script, "create_file /home/me/.cache/go-tmp/README"));
}

TEST_CASE("a line of Go's settings that names a bad folder is replaced") {
  TmpOf tmp;
  tmp.files += "\n\"/home/me/.config/go/env\" = \"GOTMPDIR=/gone\\nGOPROXY=direct\\n\"";
  const auto diagnosis = diagnose_tmp(tmp);
  const Finding* finding = find_finding(diagnosis, "missing");
  REQUIRE(finding);
  CHECK(finding->severity == Status::error);
  REQUIRE(finding->fix);
  CHECK(has(finding->fix->script, "0 14 'GOTMPDIR=/home/me/.cache/go-tmp'"));
}

TEST_CASE("the folder of the fix is made again where it was removed") {
  TmpOf tmp;
  tmp.files += "\n\"/home/me/.config/go/env\" = \"GOTMPDIR=/home/me/.cache/go-tmp\\n\"";
  const auto diagnosis = diagnose_tmp(tmp);
  REQUIRE(find_finding(diagnosis, "missing"));
  REQUIRE(find_finding(diagnosis, "missing")->fix);
  CHECK_FALSE(has(find_finding(diagnosis, "missing")->fix->script, "edit_file /home"));
}

TEST_CASE("a variable wins over Go's settings, so there is no fix for it") {
  TmpOf tmp;
  tmp.variables = "GOTMPDIR = \"/my gone\"\n";
  const auto diagnosis = diagnose_tmp(tmp);
  const Finding* finding = find_finding(diagnosis, "missing");
  REQUIRE(finding);
  CHECK_FALSE(finding->fix);
  CHECK(has(finding->detail, "mkdir -p '/my gone'"));
  CHECK(has(finding->detail, "set in the environment"));
}

TEST_CASE("a small /tmp in memory is a warning, a full one an error") {
  TmpOf tmp;
  tmp.mount = tmpfs;
  tmp.systems =
      "[file-systems.\"/tmp\"]\ntype = \"ext4\"\ntotal-bytes = 268_435_456\nfree-bytes = "
      "251_658_240\n";
  CHECK(find_finding(diagnose_tmp(tmp), "full")->severity == Status::warning);
  tmp.systems =
      "[file-systems.\"/tmp\"]\ntype = \"ext4\"\ntotal-bytes = 268_435_456\nfree-bytes = "
      "1_000_000\n";
  CHECK(find_finding(diagnose_tmp(tmp), "full")->severity == Status::error);
  tmp.systems =
      "[file-systems.\"/tmp\"]\ntype = \"ext4\"\ntotal-bytes = 8_000_000_000\nfree-bytes = "
      "7_000_000_000\n"
      "total-files = 8000\nfree-files = 20\n";
  CHECK(has(find_finding(diagnose_tmp(tmp), "full")->summary, "20 files"));
}

TEST_CASE("a full disk that / lies on is the check disk's to tell") {
  TmpOf tmp;
  tmp.systems =
      "[file-systems.\"/tmp\"]\ntype = \"ext4\"\ntotal-bytes = 268_435_456\nfree-bytes = "
      "1_000_000\n";
  CHECK(diagnose_tmp(tmp).status == Status::ok);
  tmp.systems += "read-only = true\n";
  const auto diagnosis = diagnose_tmp(tmp);
  REQUIRE(find_finding(diagnosis, "read-only"));
  CHECK_FALSE(find_finding(diagnosis, "read-only")->fix);
  CHECK(has(find_finding(diagnosis, "read-only")->detail, "`disk`"));
}

TEST_CASE("/tmp has its mode") {
  TmpOf tmp;
  tmp.files = R"("/tmp" = { kind = "directory", mode = 0o755 })";
  const auto closed = diagnose_tmp(tmp);
  REQUIRE(find_finding(closed, "not-writable"));
  REQUIRE(find_finding(closed, "not-writable")->fix);
  CHECK(has(find_finding(closed, "not-writable")->fix->script, "chmod 1777 /tmp"));
  CHECK(has(find_finding(closed, "not-writable")->fix->script, "chmod 0755 /tmp"));
  tmp.files = R"("/tmp" = { kind = "directory", mode = 0o777 })";
  CHECK(find_finding(diagnose_tmp(tmp), "not-sticky")->severity == Status::warning);
  tmp.files = R"("/tmp" = "a file")";
  CHECK(find_finding(diagnose_tmp(tmp), "no-folder"));
}

TEST_CASE("a folder of the user's own needs no sticky bit") {
  TmpOf tmp;
  tmp.variables = "TMPDIR = \"/home/me/tmp\"\n";
  tmp.files += "\n\"/home/me/tmp\" = { kind = \"directory\", mode = 0o700, owner = 1000 }";
  tmp.systems +=
      "[file-systems.\"/home/me/tmp\"]\ntype = \"ext4\"\ntotal-bytes = 8_000_000_000\nfree-bytes = "
      "7_900_000_000\n";
  const auto diagnosis = diagnose_tmp(tmp);
  CHECK(diagnosis.status == Status::ok);
  CHECK(diagnosis.summary == "Go can work in /home/me/tmp.");
}

TEST_CASE("a Windows drive is windows-drive's to tell, unless it is /tmp itself") {
  TmpOf tmp;
  tmp.variables = "GOTMPDIR = \"/mnt/c/tmp\"\n";
  tmp.files += "\n\"/mnt/c/tmp\" = { kind = \"directory\", mode = 0o777, owner = 1000 }";
  tmp.systems +=
      "[file-systems.\"/mnt/c/tmp\"]\ntype = \"ext4\"\ntotal-bytes = 8_000_000_000\nfree-bytes = "
      "7_900_000_000\n";
  const auto set = diagnose_tmp(tmp);
  CHECK(set.status == Status::ok);
  CHECK(has_note(set, "see windows-drive"));
  tmp.variables = "";
  tmp.files =
      "\"/tmp\" = { link = \"/mnt/c/tmp\" }\n\"/mnt/c/tmp\" = { kind = \"directory\", mode = "
      "0o777 }";
  CHECK(find_finding(diagnose_tmp(tmp), "windows-drive"));
}

TEST_CASE("a dead mount is an error, an answer that is not there unknown") {
  TmpOf tmp;
  tmp.systems = "[file-systems]\n\"/tmp\" = { error = \"hung\" }\n";
  CHECK(diagnose_tmp(tmp).status == Status::error);
  tmp.systems = "[file-systems]\n\"/tmp\" = { error = \"denied\" }\n";
  CHECK(diagnose_tmp(tmp).status == Status::unknown);
  CHECK(diagnose(tmp_check, "").status == Status::unknown);
  tmp = {};
  tmp.files = R"("/tmp" = { error = "denied" })";
  CHECK(diagnose_tmp(tmp).status == Status::unknown);
}
