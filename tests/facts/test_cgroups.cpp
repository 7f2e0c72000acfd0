#include "lib/facts/cgroups.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

const std::string root_lines =
    "30 0 8:32 / / rw,relatime - ext4 /dev/sdc rw,discard,errors=remount-ro\n"
    "40 30 0:20 / /sys rw,nosuid,nodev,noexec,noatime - sysfs sysfs rw\n";
const std::string v2_line =
    "41 40 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime - cgroup2 cgroup2 rw,nsdelegate\n";
const std::string tmpfs_line =
    "42 40 0:27 / /sys/fs/cgroup ro,nosuid,nodev,noexec - tmpfs tmpfs ro,mode=755\n";
const std::string unified_line =
    "43 42 0:28 / /sys/fs/cgroup/unified rw,nosuid,nodev,noexec,relatime - cgroup2 cgroup2 "
    "rw,nsdelegate\n";
const std::string v1_lines =
    "44 42 0:29 / /sys/fs/cgroup/cpuset rw,nosuid,nodev,noexec,relatime - cgroup cgroup rw,cpuset\n"
    "45 42 0:30 / /sys/fs/cgroup/cpu rw,nosuid,nodev,noexec,relatime - cgroup cgroup rw,cpu\n"
    "46 42 0:31 / /sys/fs/cgroup/memory rw,nosuid,nodev,noexec,relatime - cgroup cgroup "
    "rw,memory\n";

Cgroups cgroups_in(const std::string& text) {
  return cgroups_of(parse_mountinfo(text).value());
}

}  // namespace

TEST_CASE("cgroups: cgroup2 at /sys/fs/cgroup is v2") {
  const Cgroups found = cgroups_in(root_lines + v2_line);
  CHECK(found.layout == CgroupLayout::v2);
  REQUIRE(found.told_by.size() == 1);
  CHECK(found.told_by[0].type == "cgroup2");
}

TEST_CASE("cgroups: a v1 hierarchy below a v2 root leaves it v2") {
  // What people mount for old container runtimes.
  CHECK(cgroups_in(root_lines + v2_line +
                   "47 41 0:32 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n")
            .layout == CgroupLayout::v2);
}

TEST_CASE("cgroups: cgroup2 beside v1 controllers is hybrid") {
  const Cgroups found = cgroups_in(root_lines + tmpfs_line + unified_line + v1_lines);
  CHECK(found.layout == CgroupLayout::hybrid);
  CHECK(found.told_by.size() == 4);

  std::string elsewhere = unified_line;
  elsewhere.replace(elsewhere.find("unified"), 7, "v2below");
  CHECK(cgroups_in(root_lines + tmpfs_line + v1_lines + elsewhere).layout == CgroupLayout::hybrid);
}

TEST_CASE("cgroups: cgroup2 mounted out of the way does not make v1 hybrid") {
  CHECK(cgroups_in(root_lines + tmpfs_line + v1_lines +
                   "48 30 0:33 / /cgroup2 rw - cgroup2 none rw\n")
            .layout == CgroupLayout::v1);
  CHECK(cgroups_in(root_lines + tmpfs_line + v1_lines +
                   "48 40 0:33 / /sys/fs/cgroup2 rw - cgroup2 none rw\n")
            .layout == CgroupLayout::v1);
}

TEST_CASE("cgroups: v1 controllers alone are v1, with a tmpfs or without") {
  const Cgroups found = cgroups_in(root_lines + tmpfs_line + v1_lines);
  CHECK(found.layout == CgroupLayout::v1);
  CHECK(found.told_by.size() == 3);
  CHECK(cgroups_in(root_lines + "42 40 0:27 / /sys/fs/cgroup rw - cgroup cgroup rw,cpu,memory\n")
            .layout == CgroupLayout::v1);
}

TEST_CASE("cgroups: a tmpfs without controllers is told from nothing at all") {
  const Cgroups found = cgroups_in(root_lines + tmpfs_line);
  CHECK(found.layout == CgroupLayout::empty_tmpfs);
  REQUIRE(found.told_by.size() == 1);
  CHECK(found.told_by[0].type == "tmpfs");

  CHECK(cgroups_in(root_lines).layout == CgroupLayout::none);
  CHECK(cgroups_in("").layout == CgroupLayout::none);
  CHECK(cgroups_in("30 0 8:32 / / rw - tmpfs none rw\n").layout == CgroupLayout::none);
}

TEST_CASE("cgroups: what a later mount hides does not count") {
  SECTION("a tmpfs over cgroup2") {
    CHECK(cgroups_in(root_lines + v2_line + "49 41 0:34 / /sys/fs/cgroup rw - tmpfs none rw\n")
              .layout == CgroupLayout::empty_tmpfs);
  }
  SECTION("cgroup2 over a v1 tree") {
    CHECK(cgroups_in(root_lines + tmpfs_line + v1_lines +
                     "49 42 0:34 / /sys/fs/cgroup rw - cgroup2 none rw\n")
              .layout == CgroupLayout::v2);
  }
  SECTION("a tmpfs over a v1 tree") {
    CHECK(cgroups_in(root_lines + tmpfs_line + v1_lines +
                     "49 42 0:34 / /sys/fs/cgroup rw - tmpfs none rw\n")
              .layout == CgroupLayout::empty_tmpfs);
  }
}

TEST_CASE("cgroups: the layout has a name") {
  CHECK(to_string(CgroupLayout::v2) == "v2");
  CHECK(to_string(CgroupLayout::hybrid) == "hybrid");
  CHECK(to_string(CgroupLayout::v1) == "v1");
  CHECK(to_string(CgroupLayout::empty_tmpfs) == "empty tmpfs");
  CHECK(to_string(CgroupLayout::none) == "none");
}

TEST_CASE("cgroups: controllers are words") {
  CHECK(parse_controllers("cpuset cpu io memory pids\n") ==
        std::vector<std::string>{"cpuset", "cpu", "io", "memory", "pids"});
  CHECK(parse_controllers("").empty());
  CHECK(parse_controllers("\n").empty());
}

TEST_CASE("cgroups: the place of a process in each hierarchy") {
  CHECK(parse_cgroup_membership("0::/wsl-user/distro-312/systemd/init.scope\n").value() ==
        std::vector<CgroupMembership>{{0, {}, "/wsl-user/distro-312/systemd/init.scope"}});
  CHECK(parse_cgroup_membership("12:cpu,cpuacct:/\n1:name=systemd:/a:b\n0::/\n").value() ==
        std::vector<CgroupMembership>{
            {12, {"cpu", "cpuacct"}, "/"}, {1, {"name=systemd"}, "/a:b"}, {0, {}, "/"}});
  CHECK(parse_cgroup_membership("").value().empty());
}

TEST_CASE("cgroups: a broken line of /proc/self/cgroup is named") {
  CHECK(parse_cgroup_membership("0::/\nnonsense\n").error().line == 2);
  CHECK(parse_cgroup_membership("x:cpu:/").error().message.find("number") != std::string::npos);
  CHECK(parse_cgroup_membership("99999999999::/").error().line == 1);
  CHECK_FALSE(parse_cgroup_membership("3:cpu").has_value());
}
