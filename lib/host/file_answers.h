#pragma once

// What a file system answers, asked in this very process: in the program's own for native disks,
// in the helper's for a foreign mount.

#include <string>
#include <vector>

#include "lib/host/host.h"

namespace doctor {

class MountTable;

// A path without links, "." and ".." that this process may touch, and where other mounts begin.
struct Place {
  std::string path;
  const MountTable& mounts;
};

namespace local {

Answer<FileInfo> lstat(const Place& place);
Answer<std::string> read_file(const Place& place);
Answer<std::vector<std::string>> list(const Place& place);
Answer<FileSystemInfo> file_system(const Place& place);
Answer<LibrarySymbols> library(const Place& place);
Answer<FileCost> file_cost(const Place& place);
Answer<LookupCost> lookup_cost(const Place& place);
Answer<FutureFiles> future_files(const Place& place);

}  // namespace local

// The whole of a regular file, also of one that does not know its size (/proc). Never opens a FIFO,
// socket or device, never follows a link, and never waits for data.
Answer<std::string> read_at_most(const std::string& path, std::size_t limit);

}  // namespace doctor
