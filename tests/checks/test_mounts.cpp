#include <algorithm>
#include <string>

#include "checks/mounts.h"
#include "tests/support/catch.h"
#include "tests/support/snapshots.h"

using namespace doctor;

namespace {

constexpr const char* root_line =
    "30 0 8:32 / / rw,relatime - ext4 /dev/sdc rw,discard,errors=remount-ro\n";

std::string nine_p(char letter, const std::string& options = "uid=1000;gid=1000") {
  const std::string drive{static_cast<char>(letter - 'a' + 'A'), ':'};
  return std::to_string(70 + letter) + " 30 0:" + std::to_string(letter) + " / /mnt/" + letter +
         " rw,noatime - 9p " + drive + "\\134 rw,aname=drvfs;path=" + drive + "\\;" + options +
         ";symlinkroot=/mnt/,cache=5,access=client,msize=65536,trans=fd,rfd=6,wfd=6\n";
}

struct Given {
  std::string mounts = std::string(root_line) + nine_p('c');
  std::string wsl_conf;
  std::string fstab;
  std::string files = "\"/mnt/c\" = { kind = \"directory\" }\n";
  std::string rest;
  std::string project = "/home/me/shop";
  EnvironmentKind kind = EnvironmentKind::wsl2;
};

Diagnosis diagnose(const Given& given) {
  std::string toml =
      "[machine]\narchitecture = \"x86_64\"\nuser = \"me\"\nuid = 1000\ngid = 1000\n"
      "[variables]\nHOME = \"/home/me\"\n[files]\n\"/home/me/shop\" = { kind = \"directory\" }\n"
      "\"/proc/self/mountinfo\" = '''\n" +
      given.mounts + "'''\n" + given.files;
  if (!given.wsl_conf.empty()) toml += "\"/etc/wsl.conf\" = '''\n" + given.wsl_conf + "'''\n";
  if (!given.fstab.empty()) toml += "\"/etc/fstab\" = '''\n" + given.fstab + "'''\n";
  const auto host = machine_from(toml + given.rest);
  Environment environment;
  environment.kind = given.kind;
  environment.distribution_name = "Ubuntu";
  return mounts_check.run({host, Settings{}, environment, given.project});
}

std::vector<std::string> ids(const Diagnosis& diagnosis) {
  std::vector<std::string> ids;
  for (const Finding& finding : diagnosis.findings) ids.push_back(finding.id);
  return ids;
}

using Ids = std::vector<std::string>;

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool has_note(const Diagnosis& diagnosis, const std::string& part) {
  return std::ranges::any_of(diagnosis.notes, [&](const auto& note) { return has(note, part); });
}

}  // namespace

TEST_CASE("mounts: where it applies", "[mounts]") {
  Given given;
  CHECK(diagnose(given).status == Status::ok);
  for (const auto kind : {EnvironmentKind::container, EnvironmentKind::container_on_wsl,
                          EnvironmentKind::ci, EnvironmentKind::linux_machine}) {
    given.kind = kind;
    CHECK(diagnose(given).status == Status::skipped);
  }
  given.kind = EnvironmentKind::wsl2;
  given.mounts = "garbage\n";
  CHECK(diagnose(given).status == Status::unknown);
}

TEST_CASE("mounts: a drive that does not answer", "[mounts]") {
  Given given;
  given.mounts += nine_p('d');
  given.files += "\"/mnt/d\" = { error = \"failed: no such device\" }\n";
  auto diagnosis = diagnose(given);
  REQUIRE(ids(diagnosis) == Ids{"unreadable/mnt/d"});
  CHECK(diagnosis.status == Status::warning);
  CHECK(has(diagnosis.findings[0].detail, "sudo mount -t drvfs -o 'uid=1000,gid=1000' D: /mnt/d"));

  given.files = "\"/mnt/c\" = { kind = \"directory\" }\n\"/mnt/d\" = { error = \"hung\" }\n";
  diagnosis = diagnose(given);
  REQUIRE(ids(diagnosis) == Ids{"hung/mnt/d"});
  CHECK(diagnosis.status == Status::error);

  given.files =
      "\"/mnt/c\" = { kind = \"directory\" }\n\"/mnt/d\" = { error = \"not-recorded\" }\n";
  diagnosis = diagnose(given);
  CHECK(diagnosis.status == Status::unknown);
}

TEST_CASE("mounts: a hung drive below the project is told by windows-drive alone", "[mounts]") {
  Given given;
  given.mounts += nine_p('d', "uid=1000;gid=1000;metadata");
  given.files += "\"/mnt/d\" = { error = \"hung\" }\n\"/mnt/d/shop\" = { error = \"hung\" }\n";
  given.project = "/mnt/d/shop";
  CHECK(ids(diagnose(given)).empty());
}

TEST_CASE("mounts: a folder that cannot be listed", "[mounts]") {
  Given given;
  given.rest = "[folders]\n\"/mnt/c\" = { error = \"denied\" }\n";
  const auto diagnosis = diagnose(given);
  REQUIRE(ids(diagnosis) == Ids{"unreadable/mnt/c"});
  CHECK(has(diagnosis.findings[0].detail, "umask"));
}

TEST_CASE("mounts: the system drive is missing", "[mounts]") {
  Given given;
  given.mounts = root_line;
  given.files = "";
  CHECK(ids(diagnose(given)) == Ids{"drive-missing"});

  given.wsl_conf = "[automount]\nenabled=false\n";
  CHECK(diagnose(given).status == Status::ok);
  CHECK(has_note(diagnose(given), "enabled=false"));

  given.wsl_conf = "";
  given.rest =
      "[windows]\nuser-profile = 'C:\\Users\\me'\nwslconfig = \"[wsl2]\\nsafeMode=true\\n\"\n";
  CHECK(diagnose(given).status == Status::ok);
  CHECK(has_note(diagnose(given), "safeMode=true"));

  given.rest =
      "[windows]\nuser-profile = 'C:\\Users\\me'\nwslconfig = \"[wsl2]\\nvirtiofs=true\\n\"\n";
  const auto diagnosis = diagnose(given);
  REQUIRE(ids(diagnosis) == Ids{"drive-missing"});
  CHECK(has(diagnosis.findings[0].detail, "virtiofs=true"));
}

TEST_CASE("mounts: Windows on D:, or C: mounted elsewhere, is not missing", "[mounts]") {
  Given given;
  given.mounts = std::string(root_line) + nine_p('d');
  given.files = "\"/mnt/d\" = { kind = \"directory\" }\n";
  given.rest = "[windows]\nuser-profile = 'D:\\Users\\me'\n";
  CHECK(diagnose(given).status == Status::ok);

  given.mounts = std::string(root_line) +
                 "75 30 0:55 / /win rw - 9p C: rw,aname=drvfs;path=C:;symlinkroot=/mnt/,trans=fd\n";
  given.files = "\"/win\" = { kind = \"directory\" }\n";
  given.rest = "";
  CHECK(diagnose(given).status == Status::ok);
}

TEST_CASE("mounts: metadata is missed by the project only", "[mounts]") {
  Given given;
  CHECK(has_note(diagnose(given), "/mnt/c without `metadata`"));
  given.project = "/mnt/c/shop";
  given.files += "\"/mnt/c/shop\" = { kind = \"directory\" }\n";
  auto diagnosis = diagnose(given);
  REQUIRE(ids(diagnosis) == Ids{"metadata"});
  REQUIRE(diagnosis.findings[0].fix);
  CHECK_FALSE(diagnosis.findings[0].fix->automatic);
  CHECK(has(diagnosis.findings[0].fix->script, "options=metadata"));

  given.mounts = std::string(root_line) + nine_p('c', "uid=1000;metadata");
  CHECK(diagnose(given).status == Status::ok);
}

TEST_CASE("mounts: metadata is added to the options that are there", "[mounts]") {
  Given given;
  given.project = "/mnt/c/shop";
  given.files += "\"/mnt/c/shop\" = { kind = \"directory\" }\n";
  given.mounts = std::string(root_line) + nine_p('c', "uid=1000;umask=022;fmask=11");
  given.wsl_conf = "[automount]\noptions = \"umask=022,fmask=11\"\n";
  const auto diagnosis = diagnose(given);
  REQUIRE(ids(diagnosis) == Ids{"metadata"});
  REQUIRE(diagnosis.findings[0].fix);
  CHECK(has(diagnosis.findings[0].fix->script, "umask=022,fmask=11,metadata"));
}

TEST_CASE("mounts: a drive of fstab gets no fix in wsl.conf", "[mounts]") {
  Given given;
  given.project = "/mnt/c/shop";
  given.files += "\"/mnt/c/shop\" = { kind = \"directory\" }\n";
  given.fstab = "C:\\ /mnt/c drvfs uid=1000 0 0\n";
  const auto diagnosis = diagnose(given);
  REQUIRE(ids(diagnosis) == Ids{"metadata"});
  CHECK_FALSE(diagnosis.findings[0].fix);
  REQUIRE(diagnosis.findings[0].location);
  CHECK(diagnosis.findings[0].location->file == "/etc/fstab");
  CHECK(diagnosis.findings[0].location->line == 1);
}

TEST_CASE("mounts: mistakes in the options get one fix for all", "[mounts]") {
  Given given;
  given.wsl_conf = "[automount]\noptions = \"metadata, umask=22,bogus\"\n";
  const auto diagnosis = diagnose(given);
  REQUIRE(ids(diagnosis) == Ids{"options", "options-2"});
  REQUIRE(diagnosis.findings[0].fix);
  REQUIRE(diagnosis.findings[1].fix);
  CHECK(diagnosis.findings[0].fix->script == diagnosis.findings[1].fix->script);
  CHECK(has(diagnosis.findings[0].fix->script, "metadata,umask=22"));
  CHECK(diagnosis.findings[0].fix->automatic);
  CHECK(diagnosis.findings[0].location->line == 2);

  given.wsl_conf = "[automount]\noptions = metdata\n";
  const auto guessed = diagnose(given);
  REQUIRE(ids(guessed) == Ids{"options"});
  REQUIRE(guessed.findings[0].fix);
  CHECK_FALSE(guessed.findings[0].fix->automatic);
  CHECK(has(guessed.findings[0].detail, "says nothing"));

  given.wsl_conf = "[automount]\noptions = uid=me\n";
  CHECK_FALSE(diagnose(given).findings.at(0).fix);

  given.kind = EnvironmentKind::wsl1;
  CHECK(has(diagnose(given).findings.at(0).detail, "WSL 1 can refuse"));
}

TEST_CASE("mounts: options that are not in effect yet", "[mounts]") {
  Given given;
  given.wsl_conf = "[automount]\noptions = \"metadata,case=dir\"\n";
  const auto diagnosis = diagnose(given);
  REQUIRE(ids(diagnosis) == Ids{"options-pending"});
  CHECK(has(diagnosis.summary, "metadata,case=dir"));
  CHECK_FALSE(diagnosis.findings[0].fix);

  given.mounts = std::string(root_line) + nine_p('c', "uid=1000;metadata;case=dir");
  CHECK(diagnose(given).status == Status::ok);
}

TEST_CASE("mounts: WSL 1 shows masks of its own", "[mounts]") {
  Given given;
  given.kind = EnvironmentKind::wsl1;
  given.mounts =
      "2 2 0:2 / / rw,noatime - wslfs rootfs rw\n"
      "9 2 0:9 / /mnt/c rw,noatime - drvfs C:\\ rw,uid=1000,gid=1000,umask=22,fmask=111,metadata,"
      "case=off\n";
  given.wsl_conf = "[automount]\noptions = \"metadata,umask=0022,fmask=0011\"\n";
  CHECK(diagnose(given).status == Status::ok);
}

TEST_CASE("mounts: virtiofs does not show its options", "[mounts]") {
  Given given;
  given.mounts = std::string(root_line) + "75 30 0:55 / /mnt/c rw,noatime - virtiofs drvfsC0 rw\n";
  given.wsl_conf = "[automount]\noptions = metadata\n";
  given.project = "/mnt/c/shop";
  given.files += "\"/mnt/c/shop\" = { kind = \"directory\" }\n";
  CHECK(diagnose(given).status == Status::ok);
}

TEST_CASE("mounts: lines of fstab", "[mounts][fstab]") {
  struct Case {
    const char* line;
    Ids expected;
    bool fix;
  };
  const Case cases[] = {
      {"LABEL=cloudimg-rootfs / ext4 defaults 0 0\n", {}, false},
      {"/swapfile none swap sw 0 0\n", {}, false},
      {"//nas/x /mnt/none drvfs noauto 0 0\n", {}, false},
      {"/dev/sdz /mnt/there ext4 nofail 0 0\n", {}, false},
      {"/dev/sdz /mnt/there ext4 defaults 0 0\n", {"fstab-1"}, false},
      {"tmpfs /mnt/absent tmpfs defaults 0 0\n", {"fstab-1"}, false},
      {"tmpfs /mnt/absent tmpfs nofail,x-mount.mkdir 0 0\n", {}, false},
      {"tmpfs mnt/x tmpfs defaults 0 0\n", {"fstab-1"}, true},
      {"C: /mnt/there ext4 defaults 0 0\n", {"fstab-1"}, true},
      {"'C:\\data' /mnt/there drvfs defaults 0 0\n", {"fstab-1"}, false},
      {"/mnt/c/data /mnt/there none bind 0 0\n", {"fstab-1"}, false},
      {"C: /mnt/c drvfs uid=1000\n/mnt/c/data /mnt/c none bind\n", {}, false},
      {"half a\n", {"fstab-1"}, true},
      {"C: /mnt/c drvfs metdata 0 0\n", {"fstab-1"}, false},
      {"invalid fs tab content\n", {"fstab-1"}, true},  // of WSL's own tests
  };
  for (const Case& c : cases) {
    INFO(c.line);
    Given given;
    given.fstab = c.line;
    given.files += "\"/mnt/there\" = { kind = \"directory\" }\n";
    const auto diagnosis = diagnose(given);
    CHECK(ids(diagnosis) == c.expected);
    if (!c.expected.empty()) {
      const Finding& finding = diagnosis.findings.at(0);
      CHECK(finding.fix.has_value() == c.fix);
      if (finding.fix) CHECK_FALSE(finding.fix->automatic);
      REQUIRE(finding.location);
      CHECK(finding.location->line == 1);
      CHECK(finding.location->column > 0);
    }
  }
}

TEST_CASE("mounts: a password in fstab is not shown", "[mounts][fstab]") {
  Given given;
  given.files += "\"/mnt/there\" = { kind = \"directory\" }\n";
  given.fstab =
      "//me:hunter2@nas/x /mnt/there cifs pass=hunter2 0 0\n//nas/y /mnt/there cifs "
      "pass=hunter2,uid=1 x\n"
      "//nas/z /mnt/there cifs rw, password=hunter2 0 0\n"
      "//nas/z /mnt/there drvfs password=hunter2 0 0\n";
  const auto diagnosis = diagnose(given);
  REQUIRE(ids(diagnosis) == Ids{"fstab-1", "fstab-2", "fstab-3", "fstab-4", "fstab-4-2"});
  for (const Finding& finding : diagnosis.findings) {
    CHECK_FALSE(has(finding.summary + finding.detail + finding.evidence.at(0).text, "hunter2"));
  }
}

TEST_CASE("mounts: a fstab that nobody reads", "[mounts][fstab]") {
  Given given;
  given.fstab = "half a\n";
  given.wsl_conf = "[automount]\nmountFsTab=false\n";
  CHECK(diagnose(given).status == Status::ok);
  CHECK(has_note(diagnose(given), "mountFsTab=false"));
  given.files += "\"/run/systemd/system\" = { kind = \"directory\" }\n";
  CHECK(ids(diagnose(given)) == Ids{"fstab-1"});
}

TEST_CASE("mounts: a fstab that cannot be read", "[mounts][fstab]") {
  Given given;
  given.files += "\"/etc/fstab\" = { read-error = \"denied\" }\n";
  const auto diagnosis = diagnose(given);
  CHECK(diagnosis.status == Status::unknown);
  CHECK(ids(diagnosis) == Ids{"fstab"});
}

TEST_CASE("mounts: a wsl.conf that cannot be read", "[mounts]") {
  Given given;
  given.files += "\"/etc/wsl.conf\" = { error = \"denied\" }\n";
  CHECK(diagnose(given).status == Status::unknown);
}

TEST_CASE("mounts: thousands of bad lines come to an end", "[mounts][fstab]") {
  Given given;
  for (int i = 0; i < 3000; ++i) given.fstab += "x\n";
  CHECK(diagnose(given).findings.size() == 1000);
}
