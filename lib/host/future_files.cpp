// Files that are dated in the future, which is what a clock that was set back leaves behind.

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "lib/host/descriptor.h"
#include "lib/host/file_answers.h"
#include "lib/host/local_clock.h"
#include "lib/host/mount_table.h"
#include "lib/host/os_error.h"

namespace doctor {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t most_files = 5000;
constexpr std::size_t most_shown = 5;
constexpr std::chrono::milliseconds time_bound{100};
constexpr double tolerated_seconds = 2;  // FAT keeps even seconds only
constexpr std::array<std::string_view, 3> skipped_folders{".git", "node_modules", "vendor"};

class Search {
 public:
  Search(const Place& place, dev_t device) : place_(place), device_(device) {}

  // Breadth first, for the files that matter most lie at the top.
  FutureFiles run() {
    folders_.push_back(place_.path);
    while (!folders_.empty() && found_.complete) {
      const std::string folder = std::move(folders_.front());
      folders_.pop_front();
      look_into(folder);
    }
    std::sort(found_.files.begin(), found_.files.end(), [](const auto& a, const auto& b) {
      return a.seconds_ahead != b.seconds_ahead ? a.seconds_ahead > b.seconds_ahead
                                                : a.path < b.path;
    });
    if (found_.files.size() > most_shown) found_.files.resize(most_shown);
    return std::move(found_);
  }

 private:
  void look_into(const std::string& folder) {
    Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    if (!opened) return;
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(opened.get()), ::closedir);
    if (!stream) return;
    opened.release();
    while (const dirent* entry = ::readdir(stream.get())) {
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      if (found_.examined >= most_files || Clock::now() - start_ >= time_bound) {
        found_.complete = false;
        return;
      }
      look_at(::dirfd(stream.get()), entry->d_name,
              folder == "/" ? "/" + std::string(name) : folder + "/" + std::string(name));
    }
  }

  void look_at(int folder, const char* name, std::string path) {
    // Even to look at a mount point is to touch what is mounted there.
    if (place_.mounts.is_mount_point(path)) return;
    struct stat status {};
    if (::fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return;
    if (status.st_dev != device_) return;
    if (S_ISDIR(status.st_mode)) {
      const bool is_skipped =
          std::find(skipped_folders.begin(), skipped_folders.end(), name) != skipped_folders.end();
      if (!is_skipped) folders_.push_back(std::move(path));
    } else if (S_ISREG(status.st_mode)) {
      ++found_.examined;
      const double ahead = static_cast<double>(status.st_mtim.tv_sec) +
                           static_cast<double>(status.st_mtim.tv_nsec) / 1e9 - now_;
      if (ahead > tolerated_seconds) found_.files.push_back({std::move(path), ahead});
    }
  }

  const Place& place_;
  const dev_t device_;
  const Clock::time_point start_ = Clock::now();
  const double now_ = read_clock(CLOCK_REALTIME);
  std::deque<std::string> folders_;
  FutureFiles found_;
};

}  // namespace

namespace local {

Answer<FutureFiles> future_files(const Place& place) {
  struct stat status {};
  if (::lstat(place.path.c_str(), &status) != 0) return unexpected(os_error(errno));
  if (!S_ISDIR(status.st_mode)) {
    return unexpected(HostError{HostErrorKind::unsupported, "not a directory"});
  }
  return Search(place, status.st_dev).run();
}

}  // namespace local
}  // namespace doctor
