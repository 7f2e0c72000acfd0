#include "lib/host/mount_table.h"

#include <algorithm>

#include "lib/host/file_answers.h"
#include "lib/host/paths.h"

namespace doctor {
namespace {

Mount everything_foreign() {
  Mount mount;
  mount.mount_point = "/";
  mount.type = "fuse";
  return mount;
}

}  // namespace

MountTable::MountTable(std::string mountinfo) : text_(std::move(mountinfo)) {
  auto parsed = parse_mountinfo(text_);
  if (parsed && !parsed->empty()) {
    mounts_ = std::move(*parsed);
  } else {
    mounts_.push_back(everything_foreign());
  }
  for (const Mount& mount : mounts_) {
    mount_points_.insert(mount.mount_point);
    if (is_foreign(mount)) foreign_mount_points_.push_back(mount.mount_point);
  }
}

std::optional<std::size_t> MountTable::index_of(std::string_view path) const {
  const Mount* mount = mount_of(mounts_, path);
  if (!mount) return std::nullopt;
  return static_cast<std::size_t>(mount - mounts_.data());
}

std::optional<std::size_t> MountTable::foreign_index_of(std::string_view path) const {
  // Nearly every path is below none of them, and that is far cheaper to see.
  const bool is_suspect =
      std::any_of(foreign_mount_points_.begin(), foreign_mount_points_.end(),
                  [&](const std::string& mount_point) { return is_below(path, mount_point); });
  if (!is_suspect) return std::nullopt;
  const auto index = index_of(path);
  return index && is_foreign(mounts_[*index]) ? index : std::nullopt;
}

MountTable read_mount_table() {
  return MountTable(read_at_most("/proc/self/mountinfo", std::size_t{16} << 20).value_or(""));
}

}  // namespace doctor
