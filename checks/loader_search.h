#pragma once

// Where the dynamic loader finds a library, in the loader's own order: LD_LIBRARY_PATH, the cache
// (ld.so.cache), then the default folders. Source: ld.so(8).

#include <optional>
#include <string>
#include <vector>

#include "lib/host/host.h"

namespace doctor {

struct FoundLibrary {
  std::string path;  // as the loader asks for it
  std::string link;  // the folder's own links followed, the last one not
  std::string file;  // every link followed
  Answer<LibrarySymbols> symbols;
};

// A link that leads back to itself.
struct LoopingLink {
  std::string link;                // the folder's own links followed, the last one not
  std::vector<std::string> chain;  // every step from there, until one comes again
};

struct LibrarySearch {
  std::optional<FoundLibrary> preferred;  // through LD_LIBRARY_PATH
  std::optional<FoundLibrary> system;     // through the cache or a default folder
  std::vector<LoopingLink> loops;         // of the system, met before `system` was found
  std::optional<HostError> obstacle;      // why the search may have missed one; none: it is certain
};
LibrarySearch search_library(const Host& host, const std::string& soname);

}  // namespace doctor
