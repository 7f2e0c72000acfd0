#pragma once

// The questions about paths that can be asked in this process and of a helper alike.

#include <string_view>
#include <tuple>

#include "lib/host/file_answers.h"
#include "lib/host/link_walk.h"

namespace doctor {

template <class Value>
struct FileQuestion {
  std::string_view name;  // between the program and its helper
  LastLink last_link;
  Answer<Value> (*answer)(const Place& place);
};

namespace question {

inline constexpr FileQuestion<FileInfo> lstat{"lstat", LastLink::keep, local::lstat};
inline constexpr FileQuestion<std::string> read_file{"read_file", LastLink::follow,
                                                     local::read_file};
inline constexpr FileQuestion<std::vector<std::string>> list{"list", LastLink::follow, local::list};
inline constexpr FileQuestion<FileSystemInfo> file_system{"file_system", LastLink::follow,
                                                          local::file_system};
inline constexpr FileQuestion<LibrarySymbols> library{"library", LastLink::follow, local::library};
inline constexpr FileQuestion<FileCost> file_cost{"file_cost", LastLink::follow, local::file_cost};
inline constexpr FileQuestion<FutureFiles> future_files{"future_files", LastLink::follow,
                                                        local::future_files};

inline constexpr FileQuestion<LookupCost> lookup_cost{"lookup_cost", LastLink::follow,
                                                      local::lookup_cost};

inline constexpr auto all = std::make_tuple(lstat, read_file, list, file_system, library, file_cost,
                                            future_files, lookup_cost);

}  // namespace question
}  // namespace doctor
