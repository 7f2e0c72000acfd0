// What looking for a name that is not there costs.

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/format.h"
#include "lib/host/descriptor.h"
#include "lib/host/file_answers.h"
#include "lib/host/os_error.h"

namespace doctor::local {

Answer<LookupCost> lookup_cost(const Place& place) {
  using Clock = std::chrono::steady_clock;
  constexpr unsigned most_rounds = 9;
  constexpr std::chrono::milliseconds time_bound{60};
  const Descriptor folder(::open(place.path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return unexpected(os_error(errno));
  std::uint64_t number = 0;
  if (::getrandom(&number, sizeof number, 0) != sizeof number) return unexpected(os_error(errno));

  std::vector<double> seconds;
  const auto start = Clock::now();
  while (seconds.size() < most_rounds && Clock::now() - start < time_bound) {
    // Another name every time: the kernel remembers that a name is not there.
    const std::string name = fmt::format("wsl-go-doctor-{:016x}", number++);
    struct stat status {};
    const auto round_start = Clock::now();
    const int result = ::fstatat(folder.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW);
    if (result != 0 && errno != ENOENT) return unexpected(os_error(errno));
    seconds.push_back(std::chrono::duration<double>(Clock::now() - round_start).count());
  }
  const auto middle = seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2);
  std::nth_element(seconds.begin(), middle, seconds.end());
  return LookupCost{static_cast<unsigned>(seconds.size()), *middle};
}

}  // namespace doctor::local
