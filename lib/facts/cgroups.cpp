#include "lib/facts/cgroups.h"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

#include "lib/base/text.h"

namespace doctor {
namespace {

// A machine mounts some fifteen cgroup file systems. The bound keeps a made-up table of thousands
// from costing a search of the whole table for each.
constexpr std::size_t most_examined = 64;

bool is_cgroup(const Mount& mount) {
  return mount.type == "cgroup" || mount.type == "cgroup2";
}

bool is_below(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

// The cgroup mounts below `root` that a process can reach.
std::vector<Mount> reachable_below(const std::vector<Mount>& mounts, std::string_view root) {
  std::vector<Mount> reachable;
  std::size_t examined = 0;
  for (const Mount& mount : mounts) {
    if (!is_cgroup(mount) || !is_below(mount.mount_point, root)) continue;
    if (++examined > most_examined) break;
    if (mount_of(mounts, mount.mount_point) == &mount) reachable.push_back(mount);
  }
  return reachable;
}

expected<CgroupMembership, std::string> parse_membership(std::string_view line) {
  const std::size_t first = line.find(':');
  const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
  if (second == std::string_view::npos) {
    return unexpected(std::string("expected NUMBER:CONTROLLERS:PATH"));
  }
  CgroupMembership membership;
  const auto [end, error] = std::from_chars(line.data(), line.data() + first, membership.hierarchy);
  if (error != std::errc{} || end != line.data() + first) {
    return unexpected(std::string("expected the number of a hierarchy"));
  }
  const std::string_view controllers = line.substr(first + 1, second - first - 1);
  if (!controllers.empty()) membership.controllers = split(controllers, ',');
  membership.path = line.substr(second + 1);
  return membership;
}

}  // namespace

std::string_view to_string(CgroupLayout layout) {
  switch (layout) {
    case CgroupLayout::v2:
      return "v2";
    case CgroupLayout::hybrid:
      return "hybrid";
    case CgroupLayout::v1:
      return "v1";
    case CgroupLayout::empty_tmpfs:
      return "empty tmpfs";
    case CgroupLayout::none:
      return "none";
  }
  return "unknown";
}

Cgroups cgroups_of(const std::vector<Mount>& mounts, std::string_view root) {
  const Mount* top = mount_of(mounts, root);
  if (top && top->mount_point != root) top = nullptr;
  if (top && top->type == "cgroup2") return {CgroupLayout::v2, {*top}};

  std::vector<Mount> told_by = reachable_below(mounts, root);
  if (top && top->type == "cgroup") told_by.insert(told_by.begin(), *top);
  if (std::ranges::find(told_by, "cgroup2", &Mount::type) != told_by.end()) {
    return {CgroupLayout::hybrid, std::move(told_by)};
  }
  if (!told_by.empty()) return {CgroupLayout::v1, std::move(told_by)};
  if (top && top->type == "tmpfs") return {CgroupLayout::empty_tmpfs, {*top}};
  return {};
}

std::vector<std::string> parse_controllers(std::string_view text) {
  std::vector<std::string> controllers;
  constexpr std::string_view blanks = " \t\r\n";
  while (true) {
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return controllers;
    text.remove_prefix(begin);
    const std::string_view name = text.substr(0, text.find_first_of(blanks));
    controllers.emplace_back(name);
    text.remove_prefix(name.size());
  }
}

expected<std::vector<CgroupMembership>, ParseError> parse_cgroup_membership(std::string_view text) {
  std::vector<CgroupMembership> memberships;
  std::size_t number = 0;
  for (const std::string& line : lines(text)) {
    ++number;
    if (line.empty()) continue;
    auto membership = parse_membership(line);
    if (!membership) return unexpected(ParseError{number, 1, std::move(membership.error())});
    memberships.push_back(std::move(*membership));
  }
  return memberships;
}

}  // namespace doctor
