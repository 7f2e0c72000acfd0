#pragma once

// The file tree that a snapshot describes, walked as the kernel walks one.

#include <string>
#include <string_view>

#include "lib/host/link_walk.h"
#include "lib/host/snapshot.h"

namespace doctor {

// `not_recorded`, with what was asked for.
HostError not_in_snapshot(std::string_view what, std::string_view name = "");

// What lstat(2) says of a path that has no link before its last component.
Answer<FileInfo> entry_at(const Snapshot& snapshot, const std::string& path);

// The path without any link on the way: where entries are looked for. Parts that a recording does
// not hold are taken as written, for what lies below them may well be recorded.
Answer<std::string> locate(const Snapshot& snapshot, std::string_view path, LastLink last_link);

// Names of the entries right below a folder of a complete snapshot, sorted.
std::vector<std::string> implied_names(const Snapshot& snapshot, const std::string& folder);

}  // namespace doctor
