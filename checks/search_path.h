#pragma once

// $PATH as a shell walks it: its folders, the mounts they lie on, which file a command's name
// starts, and what a look-up costs.

#include <optional>
#include <string>
#include <vector>

#include "lib/core/check.h"
#include "lib/facts/mounts.h"

namespace doctor {

struct PathFolder {
  std::string text;              // as it stands in PATH
  Answer<std::string> resolved;  // every link followed; as written where it is no absolute path
  std::optional<Mount> mount;    // the one it lies on; none for a folder that is not absolute
  bool exists = false;

  bool on_windows() const { return mount && storage_of(*mount) == Storage::windows_drive; }
  bool is_dead() const {
    return !resolved && (resolved.error().kind == HostErrorKind::hung ||
                         resolved.error().kind == HostErrorKind::timed_out);
  }
};

struct SearchPath {
  std::vector<PathFolder> folders;
  std::vector<Mount> mounts;

  bool on_windows(std::string_view path) const;  // by the text of the path alone
  std::vector<const PathFolder*> on_windows() const;
};

Answer<SearchPath> search_path(const Host& host);

// A file that a command's name starts: where in PATH, and what it is in the end.
struct CommandFile {
  std::size_t place = 0;  // index into the folders
  std::string path;       // as the shell finds it
  std::string resolved;
  bool on_windows = false;
  std::uint64_t size = 0;
};

// Looks for commands, and spares Windows drives: each name there is a round trip.
class CommandSearch {
 public:
  CommandSearch(const Host& host, const SearchPath& path) : host_(host), path_(path) {}

  std::optional<CommandFile> first_on_linux(const std::string& name);
  // Among the Windows folders in front of `end`.
  std::optional<CommandFile> first_on_windows(const std::string& name, std::size_t end);
  bool gave_up() const { return left_ == 0; }

 private:
  std::optional<CommandFile> file_in(std::size_t place, const std::string& name) const;

  const Host& host_;
  const SearchPath& path_;
  unsigned left_ = 240;  // look-ups on Windows drives: a quarter of a second where one takes 1 ms
};

// What a name costs that is in no folder, over all Windows folders that answer.
struct MissCost {
  double windows_seconds = 0;  // all Windows entries together
  double slowest_seconds = 0;  // of the folders measured
  std::string slowest;
  std::optional<double> linux_seconds;  // one Linux folder
};
// No value where no folder is there to be measured; an error where none of them answered.
Answer<std::optional<MissCost>> measure_misses(const Host& host, const SearchPath& path);

}  // namespace doctor
