#pragma once

// Which folders of Go work lie where Windows itself opens the files, so that an antivirus sees
// them: folders on a Windows drive, and on WSL 1 the distribution's own.

#include <string>
#include <vector>

#include "checks/go_places.h"
#include "lib/facts/windows_facts.h"

namespace doctor {

struct ScannedFolder {
  std::string id;                  // "project", "gomodcache", "gopath-2", "distribution"
  std::vector<std::string> names;  // what lies in it: "the project", "GOMODCACHE"
  std::string path;                // as Linux sees it
  std::string windows;             // C:\dev\shop
};

struct ScannedFolders {
  std::vector<ScannedFolder> folders;
  std::vector<Finding> unknown;  // places that could not be told
};
ScannedFolders scanned_folders(const Context& context, const WindowsFacts& windows,
                               const GoPlaces& go);

// The folders without those that lie inside another; the outer one takes over their names.
std::vector<ScannedFolder> outermost(std::vector<ScannedFolder> folders);

// The entry of Windows' registry that is this distribution; null when it cannot be told.
const WslDistribution* this_distribution(const Environment& environment,
                                         const WindowsFacts& windows);

}  // namespace doctor
