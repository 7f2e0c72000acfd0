#pragma once

// How cgroups are laid out on a machine, told by its mount table.
// Source: cgroups(7); systemd's CGROUP_DELEGATION; WSL: microsoft/WSL src/linux/init/config.cpp
// (ConfigInitializeCgroups) and test/windows/UnitTests.cpp (CGroupv1).

#include <string>
#include <string_view>
#include <vector>

#include "lib/base/expected.h"
#include "lib/base/parse_error.h"
#include "lib/facts/mounts.h"

namespace doctor {

enum class CgroupLayout {
  v2,           // cgroup2 at /sys/fs/cgroup itself
  hybrid,       // cgroup2 below it, usually at /sys/fs/cgroup/unified, beside cgroup v1 controllers
  v1,           // cgroup v1 only
  empty_tmpfs,  // a tmpfs prepared for controllers of which none was mounted
  none,         // nothing of the kind: WSL 1, or an init system that mounts no cgroups
};
std::string_view to_string(CgroupLayout layout);  // "v2", "hybrid", "v1", "empty tmpfs", "none"

struct Cgroups {
  CgroupLayout layout = CgroupLayout::none;
  std::vector<Mount> told_by;  // the lines that decided; empty for `none`
};

// Hidden mounts do not count: a cgroup2 at `root` below a later tmpfs is no v2.
Cgroups cgroups_of(const std::vector<Mount>& mounts, std::string_view root = "/sys/fs/cgroup");

// The text of cgroup.controllers or cgroup.subtree_control: "cpuset cpu io memory pids\n".
std::vector<std::string> parse_controllers(std::string_view text);

// One line of /proc/PID/cgroup. `0::/user.slice` is the place in cgroup v2; `4:cpu,cpuacct:/` and
// `1:name=systemd:/` are places in v1 hierarchies.
struct CgroupMembership {
  unsigned hierarchy = 0;
  std::vector<std::string> controllers;  // empty for v2
  std::string path;

  bool operator==(const CgroupMembership&) const = default;
};
expected<std::vector<CgroupMembership>, ParseError> parse_cgroup_membership(std::string_view text);

}  // namespace doctor
