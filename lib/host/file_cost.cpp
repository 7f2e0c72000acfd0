// What creating, looking at, renaming and removing a small file costs.

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/format.h"
#include "lib/host/descriptor.h"
#include "lib/host/file_answers.h"
#include "lib/host/os_error.h"

namespace doctor {
namespace {

using Clock = std::chrono::steady_clock;

constexpr unsigned most_rounds = 15;
constexpr std::chrono::milliseconds time_bound{150};

// A name that nobody else has or can foresee.
Answer<std::string> unique_name() {
  std::uint64_t number = 0;
  if (::getrandom(&number, sizeof number, 0) != sizeof number) return unexpected(os_error(errno));
  return fmt::format(".wsl-go-doctor-{}-{:016x}", ::getpid(), number);
}

// One small file, gone at the end under both its names, however far its round went.
class SmallFile {
 public:
  SmallFile(int folder, std::string name)
      : folder_(folder), name_(std::move(name)), renamed_(name_ + "-renamed") {}
  SmallFile(const SmallFile&) = delete;
  SmallFile& operator=(const SmallFile&) = delete;
  ~SmallFile() {
    if (is_created_) ::unlinkat(folder_, name_.c_str(), 0);
    if (is_renamed_) ::unlinkat(folder_, renamed_.c_str(), 0);
  }

  // 0, or the errno of the step that failed.
  int round() {
    for (const auto step :
         {&SmallFile::create, &SmallFile::look, &SmallFile::rename, &SmallFile::remove}) {
      if (const int error = (this->*step)(); error != 0) return error;
    }
    return 0;
  }

 private:
  static int error_of(int result) { return result == 0 ? 0 : errno; }

  int create() {
    Descriptor file(::openat(folder_, name_.c_str(),
                             O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file) return errno;
    is_created_ = true;
    static constexpr std::array<char, 4096> content{};
    const ssize_t written = ::write(file.get(), content.data(), content.size());
    if (written < 0) return errno;
    if (written != static_cast<ssize_t>(content.size())) return ENOSPC;
    return error_of(::close(file.release()));
  }

  int look() {
    struct stat status {};
    return error_of(::fstatat(folder_, name_.c_str(), &status, AT_SYMLINK_NOFOLLOW));
  }

  int rename() {
    // A network file system may have renamed it and still report a failure.
    is_renamed_ = true;
    const int error = error_of(::renameat(folder_, name_.c_str(), folder_, renamed_.c_str()));
    if (error == 0) is_created_ = false;
    return error;
  }

  int remove() {
    const int error = error_of(::unlinkat(folder_, renamed_.c_str(), 0));
    if (error == 0) is_renamed_ = false;
    return error;
  }

  int folder_;
  std::string name_;
  std::string renamed_;
  bool is_created_ = false;
  bool is_renamed_ = false;
};

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

namespace local {

Answer<FileCost> file_cost(const Place& place) {
  const Descriptor folder(
      ::open(place.path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!folder && errno == ENOTDIR) {
    return unexpected(HostError{HostErrorKind::unsupported, "not a directory"});
  }
  if (!folder || ::faccessat(folder.get(), ".", W_OK | X_OK, AT_EACCESS) != 0) {
    return unexpected(os_error(errno));
  }
  const auto name = unique_name();
  if (!name) return unexpected(name.error());
  SmallFile file(folder.get(), *name);

  std::vector<double> seconds;
  const auto start = Clock::now();
  while (seconds.size() < most_rounds && Clock::now() - start < time_bound) {
    const auto round_start = Clock::now();
    if (const int error = file.round(); error != 0) return unexpected(os_error(error));
    seconds.push_back(std::chrono::duration<double>(Clock::now() - round_start).count());
  }
  return FileCost{static_cast<unsigned>(seconds.size()), median(seconds)};
}

}  // namespace local
}  // namespace doctor
