#pragma once

// What can be wrong with Windows folders in PATH, one function per kind of finding. Parts of the
// check windows-path.

#include <optional>
#include <string>
#include <vector>

#include "checks/path_lines.h"
#include "checks/search_path.h"

namespace doctor {

struct PathFinding {
  Finding finding;
  bool appended = false;  // by WSL itself: its setting helps
};

// Drives that no longer answer, one finding each.
std::vector<PathFinding> dead_drives(const SearchPath& path, const std::vector<PathLine>& lines);

// Commands that start a file on a Windows drive although a Linux one comes later.
std::vector<PathFinding> shadowed_commands(const Host& host, const SearchPath& path,
                                           const std::vector<PathLine>& lines,
                                           CommandSearch& search);

// Windows folders in front of folders with the tools of Linux.
std::optional<PathFinding> before_linux(const Host& host, const SearchPath& path,
                                        const std::vector<PathLine>& lines, CommandSearch& search);

// Names that only a Windows drive has a file for, in words.
std::vector<std::string> only_on_windows(const Host& host, CommandSearch& search);

// What is odd about the entries, in words: empty, relative, repeated, not there.
std::vector<std::string> odd_entries(const SearchPath& path);

}  // namespace doctor
