#include "checks/disk.h"
#include "lib/base/format.h"
#include "tests/checks/diagnose.h"

using namespace doctor;

namespace {

struct DiskOf {
  std::string root = "30 0 8:32 / / rw,relatime - ext4 /dev/sdc rw,discard,errors=remount-ro";
  std::string space = "total-bytes = 1_081_101_176_832\nfree-bytes = 900_000_000_000";
  std::string distribution = "vhd-bytes = 68_719_476_736";
  std::string base_path = R"(\\?\C:\Users\me\AppData\Local\wsl\{1}\)";
  std::string drives =
      "[[windows.drives]]\nname = 'C:\\'\ntotal-bytes = 511_101_108_224\n"
      "free-bytes = 96_636_764_160\n";
};

std::string text_of(const DiskOf& disk) {
  return fmt::format(R"(
[machine]
architecture = "x86_64"
[variables]
HOME = "/home/me"
[files]
"/home/me/shop" = {{ kind = "directory" }}
"/proc/self/mountinfo" = '''
{}
75 30 0:55 / /mnt/c rw,noatime - 9p C:\134 rw,aname=drvfs;path=C:\;uid=1000;gid=1000;symlinkroot=/mnt/
'''
[file-systems."/"]
type = "ext4"
{}
[file-systems."/mnt/c"]
type = "9p"
total-bytes = 511_101_108_224
free-bytes = 1_000_000_000
[[windows.distributions]]
name = "Ubuntu"
base-path = '{}'
{}
{}
)",
                     disk.root, disk.space,
                     disk.base_path.ends_with('\\')
                         ? disk.base_path.substr(0, disk.base_path.size() - 1)
                         : disk.base_path,
                     disk.distribution, disk.drives);
}

Diagnosis diagnose_disk(const DiskOf& disk, EnvironmentKind kind = EnvironmentKind::wsl2) {
  return diagnose(disk_check, text_of(disk), kind);
}

}  // namespace

TEST_CASE("room inside and on the drive below is fine") {
  const auto diagnosis = diagnose_disk({});
  CHECK(diagnosis.status == Status::ok);
  CHECK(diagnosis.notes.empty());
}

TEST_CASE("a disk that an error turned read-only names the image and the way out") {
  DiskOf disk;
  disk.root = "30 0 8:32 / / rw,relatime - ext4 /dev/sdc ro,discard,errors=remount-ro";
  const auto diagnosis = diagnose_disk(disk);
  REQUIRE(diagnosis.status == Status::error);
  const Finding* finding = find_finding(diagnosis, "read-only");
  REQUIRE(finding);
  CHECK(has(finding->detail, R"("C:\Users\me\AppData\Local\wsl\{1}\ext4.vhdx" --vhd --bare)"));
  CHECK_FALSE(finding->fix);
  disk.root = "30 0 8:32 / / rw,relatime - ext4 /dev/sdc rw,emergency_ro,errors=remount-ro";
  CHECK(find_finding(diagnose_disk(disk), "read-only"));
}

TEST_CASE("WSL's overlay over a disk that it could not write to is told, written to or not") {
  DiskOf disk;
  disk.root = "30 0 0:70 / / ro,relatime - overlay none ro,lowerdir=/distro,upperdir=/x,workdir=/y";
  const auto read_only = diagnose_disk(disk);
  REQUIRE(find_finding(read_only, "read-only"));
  CHECK(has(read_only.summary, "shows it read-only"));
  disk.root = "30 0 0:70 / / rw,relatime - overlay none rw,lowerdir=/distro,upperdir=/x,workdir=/y";
  CHECK(has(diagnose_disk(disk).summary, "will be lost"));
  CHECK(diagnose_disk(disk, EnvironmentKind::container_on_wsl).status == Status::ok);
}

TEST_CASE("a root that is read-only by choice is fine where no Go folder lies on it") {
  DiskOf disk;
  disk.root =
      "30 0 8:32 / / ro,relatime - ext4 /dev/sda1 ro\n"
      "31 30 8:33 / /home rw,relatime - ext4 /dev/sda2 rw";
  disk.space +=
      "\n[file-systems.\"/home\"]\ntype = \"ext4\"\ntotal-bytes = 1_000_000_000_000\nfree-bytes = "
      "900_000_000_000\n";
  CHECK(diagnose_disk(disk, EnvironmentKind::linux_machine).status == Status::ok);
  CHECK(diagnose_disk(disk).status == Status::error);
  disk.space.replace(disk.space.find("900_000_000_000"), 15, "0");  // of "/" alone
  CHECK(diagnose_disk(disk, EnvironmentKind::linux_machine).status == Status::ok);
  disk.root += "\n32 31 8:34 / /home/me/go ro,relatime - ext4 /dev/sda3 ro";
  disk.space +=
      "[file-systems.\"/home/me/go\"]\ntype = \"ext4\"\ntotal-bytes = "
      "1_000_000_000_000\nfree-bytes = "
      "900_000_000_000\n";
  const auto diagnosis = diagnose_disk(disk, EnvironmentKind::linux_machine);
  REQUIRE(find_finding(diagnosis, "read-only/home/me/go"));
  CHECK(has(diagnosis.summary, "GOPATH, GOMODCACHE"));
}

TEST_CASE("room and inodes have limits") {
  DiskOf disk;
  disk.space = "total-bytes = 1_081_101_176_832\nfree-bytes = 1_500_000_000";
  CHECK(find_finding(diagnose_disk(disk), "full")->severity == Status::warning);
  disk.space = "total-bytes = 1_081_101_176_832\nfree-bytes = 100_000_000";
  CHECK(find_finding(diagnose_disk(disk), "full")->severity == Status::error);
  disk.space =
      "total-bytes = 1_081_101_176_832\nfree-bytes = 900_000_000_000\n"
      "total-files = 67108864\nfree-files = 12000";
  CHECK(find_finding(diagnose_disk(disk), "inodes")->severity == Status::warning);
  disk.space =
      "total-bytes = 1_081_101_176_832\nfree-bytes = 900_000_000_000\n"
      "total-files = 999\nfree-files = 1000000";  // WSL 1
  CHECK(diagnose_disk(disk, EnvironmentKind::wsl1).status == Status::ok);
}

TEST_CASE("a full Windows drive is found by Windows' own figures, or by its mount") {
  DiskOf disk;
  disk.drives =
      "[[windows.drives]]\nname = 'c:\\'\ntotal-bytes = 511_101_108_224\n"
      "free-bytes = 5_000_000_000\n";
  const auto warning = diagnose_disk(disk);
  REQUIRE(find_finding(warning, "windows-drive"));
  CHECK(find_finding(warning, "windows-drive")->severity == Status::warning);
  disk.drives = "";
  const auto error = diagnose_disk(disk);
  REQUIRE(find_finding(error, "windows-drive"));
  CHECK(find_finding(error, "windows-drive")->severity == Status::error);
  CHECK(has(error.summary, "953 MB is left on C:"));
}

TEST_CASE("a drive that cannot be told is unknown, not fine") {
  DiskOf disk;
  disk.base_path = R"(\\?\Volume{e3b0c442-98fc-1c14-9afb-f4c8996fb924}\wsl)";
  CHECK(diagnose_disk(disk).status == Status::unknown);
  disk.base_path = R"(D:\wsl)";
  CHECK(diagnose_disk(disk).status == Status::unknown);
  auto other = text_of({});
  other.replace(other.find("name = \"Ubuntu\""), 15, "name = \"Debian\"");
  CHECK(diagnose(disk_check, other).status == Status::unknown);
}

TEST_CASE("an image that is much larger than what it holds is a note, a sparse one a warning") {
  DiskOf disk;
  disk.distribution = "vhd-bytes = 400_000_000_000";
  const auto large = diagnose_disk(disk);
  CHECK(large.status == Status::ok);
  CHECK(has_note(large, "compact vdisk"));
  disk.distribution = "vhd-bytes = 68_719_476_736\nvhd-sparse = true";
  const auto sparse = diagnose_disk(disk);
  REQUIRE(find_finding(sparse, "sparse"));
  CHECK(has(find_finding(sparse, "sparse")->detail, "--set-sparse false"));
}

TEST_CASE("nobody is ever told to make an image sparse") {
  DiskOf disk;
  disk.distribution = "vhd-bytes = 400_000_000_000\nvhd-sparse = true";
  disk.drives = "";
  for (const Finding& finding : diagnose_disk(disk).findings) {
    CHECK_FALSE(has(finding.detail, "set-sparse true"));
    CHECK_FALSE(has(finding.detail, "sparseVhd"));
    CHECK_FALSE(finding.fix);
  }
}

TEST_CASE("a machine without a mount table, or without room told, is unknown") {
  CHECK(diagnose(disk_check, "[variables]\nHOME = \"/home/me\"\n").status == Status::unknown);
  DiskOf disk;
  disk.root = "30 0 8:32 / / rw - ext4 /dev/sdc rw\n31 30 8:33 / /home rw - ext4 /dev/sdd rw";
  CHECK(diagnose_disk(disk).status == Status::unknown);
}
