#include <algorithm>

#include <fcntl.h>
#include <unistd.h>

#include "lib/facts/mounts.h"
#include "tests/facts/this_machine.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

std::vector<Mount> table(const std::string& text) {
  const auto mounts = parse_mountinfo(text);
  INFO((mounts ? "" : mounts.error().message));
  REQUIRE(mounts.has_value());
  return *mounts;
}

int id_of(const std::vector<Mount>& mounts, std::string_view path) {
  const Mount* mount = mount_of(mounts, path);
  return mount ? mount->id : -1;
}

// The mount that the kernel itself puts a path on, or -1 where it may not be looked at.
int kernels_mount_of(const std::string& path) {
  const int file = ::open(path.c_str(), O_PATH | O_CLOEXEC);
  if (file < 0) return -1;
  const std::string info = file_bytes("/proc/self/fdinfo/" + std::to_string(file));
  ::close(file);
  return std::stoi(info.substr(info.find("mnt_id:") + 7));
}

const std::string root_line =
    "30 0 8:32 / / rw,relatime - ext4 /dev/sdc rw,discard,errors=remount-ro,data=ordered\n";
const std::string c_line =
    "60 30 0:50 / /mnt/c rw,noatime - 9p C:\\134 "
    "rw,aname=drvfs;path=C:\\;uid=1000;gid=1000;symlinkroot=/mnt/,cache=5,trans=fd,rfd=6,wfd=6\n";

}  // namespace

TEST_CASE("mountinfo: a line of mountinfo is taken apart") {
  const auto mounts = table(
      "88 87 8:32 / /mnt/wslg/distro ro,relatime shared:3 master:1 - ext4 /dev/sdc "
      "rw,discard,errors=remount-ro\n");
  REQUIRE(mounts.size() == 1);
  CHECK(mounts[0] == Mount{88, 87, "8:32", "/", "/mnt/wslg/distro", "ro,relatime", "ext4",
                           "/dev/sdc", "rw,discard,errors=remount-ro"});
}

TEST_CASE("mountinfo: octal escapes are undone, and a lone backslash is itself") {
  const auto mounts = table(
      "1 0 0:1 /a\\040b /with\\040blank\\011tab\\134back rw - 9p C:\\134My\\040Files rw\n"
      "2 0 0:1 /x\\9\\04 /y\\777\\ rw - drvfs C:\\ rw\n");
  CHECK(mounts[0].root == "/a b");
  CHECK(mounts[0].mount_point == "/with blank\ttab\\back");
  CHECK(mounts[0].source == "C:\\My Files");
  CHECK(mounts[1].root == "/x\\9\\04");
  CHECK(mounts[1].mount_point == "/y\\777\\");
  CHECK(mounts[1].source == "C:\\");
}

TEST_CASE("mountinfo: the super options are the rest of the line, blanks and all") {
  const auto mounts = table(
      "1146 77 0:149 / /Docker/host rw,noatime - 9p drvfs rw,dirsync,aname=drvfs;path=C:\\Program "
      "Files\\Docker\\Docker\\resources;symlinkroot=/mnt/,mmap,trans=virtio\n");
  CHECK(mounts[0].super_options ==
        "rw,dirsync,aname=drvfs;path=C:\\Program Files\\Docker\\Docker\\resources;"
        "symlinkroot=/mnt/,mmap,trans=virtio");
}

TEST_CASE("mountinfo: a source may be empty, line ends may be of either kind") {
  const auto mounts =
      table("1 0 0:1 / / rw - overlay  rw,lowerdir=/a\r\n\r\n2 1 0:2 / /p rw - proc p rw");
  REQUIRE(mounts.size() == 2);
  CHECK(mounts[0].source.empty());
  CHECK(mounts[0].super_options == "rw,lowerdir=/a");
  CHECK(mounts[1].type == "proc");
  CHECK(table("").empty());
  CHECK(table("\n").empty());
}

TEST_CASE("mountinfo: a broken line is named") {
  const auto broken = [](const std::string& line) {
    const auto mounts = parse_mountinfo(root_line + line);
    REQUIRE_FALSE(mounts.has_value());
    CHECK(mounts.error().line == 2);
    CHECK_FALSE(mounts.error().message.empty());
    return mounts.error();
  };
  CHECK(broken("x 30 0:50 / /mnt/c rw - 9p C: rw").column == 1);
  CHECK(broken("60 -1 0:50 / /mnt/c rw - 9p C: rw").column == 4);
  broken("99999999999 30 0:50 / /mnt/c rw - 9p C: rw");
  CHECK(broken("60 30 0:50 / mnt/c rw - 9p C: rw").column == 14);
  broken("60 30 0:50 / /mnt/c rw shared:1 9p C: rw");
  broken("60 30 0:50 / /mnt/c rw -");
  broken("60 30 0:50 / /mnt/c rw - 9p");
  broken("60 30 0:50 / /mnt/c rw - 9p C:\\134");
  broken("60 30 0:50");
  broken("garbage");
}

TEST_CASE("mountinfo: every cut of a line is an error or a shorter last field, never a crash") {
  for (std::size_t size = 0; size < c_line.size(); ++size) {
    const auto mounts = parse_mountinfo(c_line.substr(0, size));
    if (mounts && !mounts->empty()) CHECK(size > c_line.find("rw,aname"));
  }
}

TEST_CASE("mountinfo: the longest mount point counts, by whole folders") {
  const auto mounts = table(root_line + c_line +
                            "61 30 0:51 / /mnt/cache rw - tmpfs none rw\n"
                            "62 60 8:48 / /mnt/c/data rw - ext4 /dev/sdd rw\n");
  CHECK(id_of(mounts, "/") == 30);
  CHECK(id_of(mounts, "/home/me") == 30);
  CHECK(id_of(mounts, "/mnt") == 30);
  CHECK(id_of(mounts, "/mnt/c") == 60);
  CHECK(id_of(mounts, "/mnt/c/Users/me") == 60);
  CHECK(id_of(mounts, "/mnt/cache/x") == 61);
  CHECK(id_of(mounts, "/mnt/ca") == 30);
  CHECK(id_of(mounts, "/mnt/c/data/x") == 62);
}

TEST_CASE("mountinfo: a path that no line covers has no mount") {
  CHECK(mount_of({}, "/") == nullptr);
  // A chroot into a plain folder has no line for its "/".
  const auto mounts = table("61 30 0:51 / /proc rw - proc proc rw\n");
  CHECK(mount_of(mounts, "/home") == nullptr);
  CHECK(mount_of(mounts, "relative") == nullptr);
  CHECK(mount_of(mounts, "") == nullptr);
}

TEST_CASE("mountinfo: a later mount of the same folder hides the earlier") {
  SECTION("stacked on it, as the kernel tells") {
    CHECK(id_of(table(root_line + c_line + "70 60 8:64 / /mnt/c rw - ext4 /dev/sde rw\n"),
                "/mnt/c/x") == 70);
  }
  SECTION("with the same parent") {
    CHECK(id_of(table(root_line + c_line + "70 30 8:64 / /mnt/c rw - ext4 /dev/sde rw\n"),
                "/mnt/c/x") == 70);
  }
  SECTION("three deep") {
    CHECK(id_of(table(root_line + c_line + "70 60 8:64 / /mnt/c rw - ext4 /dev/sde rw\n" +
                      "71 70 0:70 / /mnt/c rw - tmpfs none rw\n"),
                "/mnt/c") == 71);
  }
}

TEST_CASE("mountinfo: a later mount of a folder above hides what was mounted below it") {
  const std::string below = "62 60 8:48 / /mnt/c/data rw - ext4 /dev/sdd rw\n";
  SECTION("by parent ids") {
    const auto mounts =
        table(root_line + c_line + below + "70 60 0:70 / /mnt/c rw - tmpfs none rw\n");
    CHECK(id_of(mounts, "/mnt/c/data/x") == 70);
  }
  SECTION("two folders above") {
    const auto mounts =
        table(root_line + c_line + below + "70 30 0:70 / /mnt rw - tmpfs none rw\n");
    CHECK(id_of(mounts, "/mnt/c/data/x") == 70);
    CHECK(id_of(mounts, "/mnt/c") == 70);
  }
  SECTION("but not what was mounted afterwards") {
    const auto mounts = table(root_line + c_line + below +
                              "70 60 0:70 / /mnt/c rw - tmpfs none rw\n"
                              "71 70 8:96 / /mnt/c/data rw - ext4 /dev/sdf rw\n");
    CHECK(id_of(mounts, "/mnt/c/data/x") == 71);
    CHECK(id_of(mounts, "/mnt/c") == 70);
  }
}

TEST_CASE("mountinfo: the order of lines matters only between children of one mount") {
  // Since Linux 6.8 lines are sorted by the time of creation, so "/" may come after what is on it.
  const auto mounts = table(
      "22 27 0:21 / /proc rw,relatime - proc proc rw\n"
      "24 27 0:6 / /dev rw,relatime - devtmpfs devtmpfs rw\n"
      "25 24 0:23 / /dev/shm rw,relatime - tmpfs tmpfs rw\n"
      "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"
      "30 25 0:27 / /dev/shm rw,relatime - tmpfs tmpfs rw\n");
  CHECK(id_of(mounts, "/proc/1") == 22);
  CHECK(id_of(mounts, "/dev/null") == 24);
  CHECK(id_of(mounts, "/dev/shm/x") == 30);
  CHECK(id_of(mounts, "/home") == 27);

  // A mount put beneath another (mount --beneath) is the later line, and yet hidden.
  CHECK(id_of(table(root_line + "81 82 0:71 / /mnt/c rw - tmpfs top rw\n" +
                    "82 30 0:72 / /mnt/c rw - tmpfs beneath rw\n"),
              "/mnt/c/x") == 81);
}

TEST_CASE("mountinfo: a mount over / is not seen by who started below it") {
  // Observed: unshare -m; mount -t tmpfs over /; mount -t tmpfs late /mnt
  const auto mounts = table(root_line + c_line + "99 30 0:80 / / rw - tmpfs over rw\n" +
                            "100 30 0:81 / /mnt rw - tmpfs late rw\n" +
                            "101 99 0:82 / /srv rw - tmpfs unreachable rw\n");
  CHECK(id_of(mounts, "/home") == 30);
  CHECK(id_of(mounts, "/mnt/x") == 100);
  CHECK(id_of(mounts, "/srv/x") == 30);
  // The kernel's own first root is left behind by everybody.
  CHECK(id_of(table("1 1 0:2 / / rw - rootfs rootfs rw\n30 1 8:32 / / rw - ext4 /dev/sdc rw\n"),
              "/home") == 30);
}

TEST_CASE("mountinfo: the table of a container, whose / hangs on a mount outside of it") {
  const auto mounts = table(
      "1810 1700 0:90 / / rw,relatime - overlay overlay rw,lowerdir=/l,upperdir=/u,workdir=/w\n"
      "1811 1810 0:91 / /proc rw - proc proc rw\n"
      "1819 1810 0:99 /Users/me/src /workspaces/src rw,noatime - 9p C:\\134 "
      "rw,aname=drvfs;path=C:\\;metadata;symlinkroot=/mnt/host/,cache=0x5\n"
      "1820 1810 8:48 /var/lib/docker/volumes/m/_data /workspaces/src/node_modules rw - ext4 "
      "/dev/sdd rw\n");
  CHECK(id_of(mounts, "/workspaces/src/main.go") == 1819);
  CHECK(id_of(mounts, "/workspaces") == 1810);
  // Runtimes print the truth; but a hand-written table may give every line the same parent.
  CHECK(id_of(mounts, "/workspaces/src/node_modules/x") == 1820);
}

TEST_CASE(
    "mountinfo: where parent ids tell nothing, the longest mount point wins, then the later line") {
  const auto mounts = table(
      "62 7 8:48 / /mnt/c/data rw - ext4 /dev/sdd rw\n"
      "60 6 0:50 / /mnt/c rw - tmpfs a rw\n"
      "61 5 0:50 / /mnt/c rw - tmpfs b rw\n"
      "30 4 8:32 / / rw - ext4 /dev/sdc rw\n");
  CHECK(id_of(mounts, "/mnt/c/data") == 62);
  CHECK(id_of(mounts, "/mnt/c") == 61);
  CHECK(id_of(mounts, "/") == 30);

  // The later line, whichever of the two hangs in the air.
  CHECK(id_of(table(root_line + "62 77 0:50 / /mnt/c rw - tmpfs a rw\n" + c_line), "/mnt/c") == 60);
  CHECK(id_of(table(root_line + c_line + "62 77 0:50 / /mnt/c rw - tmpfs a rw\n"), "/mnt/c") == 62);

  // A parent that is deeper than its child cannot be.
  const auto lying =
      table("1 2 8:32 / / rw - ext4 /dev/sdc rw\n2 9 0:50 / /mnt/c rw - tmpfs a rw\n");
  CHECK(id_of(lying, "/mnt/c/x") == 2);
  CHECK(id_of(lying, "/") == 1);
}

TEST_CASE("mountinfo: parents that go round in a circle do not hang the search") {
  CHECK(id_of(table("5 5 8:32 / / rw - ext4 /dev/sdc rw\n"), "/x") == 5);
  const auto pair =
      table(root_line + "7 8 0:50 / /mnt/c rw - tmpfs a rw\n8 7 0:51 / /mnt/c rw - tmpfs b rw\n");
  const int found = id_of(pair, "/mnt/c/x");
  CHECK((found == 7 || found == 8));
  CHECK(id_of(pair, "/home") == 30);
  const auto three = table(
      "1 3 0:1 / / rw - tmpfs a rw\n2 1 0:2 / / rw - tmpfs b rw\n3 2 0:3 / / rw - tmpfs c rw\n");
  CHECK(mount_of(three, "/x") != nullptr);
}

TEST_CASE("mountinfo: ten thousand mounts on one folder are still one walk") {
  std::string text = root_line;
  for (int i = 0; i < 10000; ++i) {
    text += std::to_string(1000 + i) + " " + std::to_string(i == 0 ? 30 : 999 + i) +
            " 0:50 / /mnt/c rw - tmpfs none rw\n";
  }
  CHECK(id_of(table(text), "/mnt/c/x") == 10999);
}

TEST_CASE("mountinfo: this machine: the same mounts as the kernel's") {
  const auto mounts = table(file_bytes("/proc/self/mountinfo"));
  std::size_t compared = 0;
  std::vector<std::string> paths{"/", "/dev/null", "/proc/self/status", "/usr/bin"};
  for (const Mount& mount : mounts) {
    const Mount* reached = mount_of(mounts, mount.mount_point);
    if (reached && !is_foreign(*reached)) paths.push_back(mount.mount_point);
  }
  for (const std::string& path : paths) {
    int truth = kernels_mount_of(path);
    if (truth < 0) continue;
    // A chroot into a plain folder lies on a mount that its own table does not show.
    if (std::ranges::find(mounts, truth, &Mount::id) == mounts.end()) truth = -1;
    INFO(path);
    CHECK(id_of(mounts, path) == truth);
    ++compared;
  }
  CHECK(compared >= 4);
}
