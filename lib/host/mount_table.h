#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lib/facts/mounts.h"

namespace doctor {

// The mounts of this process, asked by path. Mounts are named by their place in the table, so that
// two processes that hold the same text mean the same mount.
class MountTable {
 public:
  // A text that cannot be parsed makes one foreign mount of everything: slower, but no path is
  // touched without knowing where it lies.
  explicit MountTable(std::string mountinfo);

  const std::string& text() const { return text_; }
  const Mount& at(std::size_t index) const { return mounts_[index]; }
  std::size_t size() const { return mounts_.size(); }

  // All paths absolute, without links, "." and "..".
  std::optional<std::size_t> index_of(std::string_view path) const;
  std::optional<std::size_t> foreign_index_of(std::string_view path) const;
  bool is_mount_point(const std::string& path) const { return mount_points_.contains(path); }

 private:
  std::string text_;
  std::vector<Mount> mounts_;
  std::set<std::string> mount_points_;
  std::vector<std::string> foreign_mount_points_;
};

// /proc/self/mountinfo as it is now.
MountTable read_mount_table();

}  // namespace doctor
