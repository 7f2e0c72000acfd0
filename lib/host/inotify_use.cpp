#include "lib/host/inotify_use.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <optional>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/text.h"
#include "lib/host/descriptor.h"
#include "lib/host/file_answers.h"
#include "lib/host/os_error.h"

namespace doctor {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t greatest_fdinfo = std::size_t{64} << 20;  // a line a watch
constexpr std::size_t most_programs = 5;

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

// Calls `visit` with every name in a folder that is a number.
template <class Visit>
void each_number(DIR& folder, Visit visit) {
  while (const dirent* entry = ::readdir(&folder)) {
    const std::string_view name = entry->d_name;
    if (name.find_first_not_of("0123456789") == std::string_view::npos) visit(std::string(name));
  }
}

bool is_inotify(const DIR* folder, const std::string& descriptor) {
  static constexpr std::string_view wanted = "anon_inode:inotify";
  char target[64];
  const ssize_t length =
      ::readlinkat(::dirfd(const_cast<DIR*>(folder)), descriptor.c_str(), target, sizeof target);
  return length > 0 && std::string_view(target, static_cast<std::size_t>(length)) == wanted;
}

// One line "inotify wd:1 ino:..." for each watch (proc(5)).
std::uint64_t count_watches(const std::string& fdinfo) {
  const auto text = read_at_most(fdinfo, greatest_fdinfo);
  if (!text) return 0;
  std::uint64_t count = text->starts_with("inotify ") ? 1 : 0;
  for (std::size_t at = text->find("\ninotify "); at != std::string::npos;
       at = text->find("\ninotify ", at + 1)) {
    ++count;
  }
  return count;
}

// No value where the process has none; an error where it may not be looked into.
Answer<std::optional<InotifyProgram>> look_into(const std::string& process) {
  const Folder descriptors(::opendir((process + "/fd").c_str()));
  if (!descriptors) return unexpected(os_error(errno));
  InotifyProgram program;
  each_number(*descriptors, [&](const std::string& descriptor) {
    if (!is_inotify(descriptors.get(), descriptor)) return;
    ++program.instances;
    program.watches += count_watches(process + "/fdinfo/" + descriptor);
  });
  if (program.instances == 0) return std::nullopt;
  struct stat status {};
  if (::stat(process.c_str(), &status) != 0) return unexpected(os_error(errno));
  program.uid = status.st_uid;
  program.name = std::string(trim(read_at_most(process + "/comm", 4096).value_or("?")));
  return program;
}

std::vector<InotifyUser> by_user(const std::vector<InotifyProgram>& programs) {
  std::map<std::uint32_t, InotifyUser> users;
  for (const InotifyProgram& program : programs) {
    InotifyUser& user = users[program.uid];
    user.uid = program.uid;
    user.instances += program.instances;
    user.watches += program.watches;
  }
  std::vector<InotifyUser> result;
  for (const auto& [uid, user] : users) result.push_back(user);
  return result;
}

}  // namespace

Answer<InotifyUse> count_inotify(const std::string& proc, std::chrono::milliseconds deadline) {
  const auto until = Clock::now() + deadline;
  const Folder processes(::opendir(proc.c_str()));
  if (!processes) return unexpected(os_error(errno));
  InotifyUse use;
  each_number(*processes, [&](const std::string& pid) {
    if (Clock::now() >= until) {
      use.complete = false;
      return;
    }
    auto program = look_into(proc + "/" + pid);
    if (!program) {
      // One that has ended meanwhile hides nothing.
      if (program.error().kind == HostErrorKind::denied) ++use.hidden;
    } else if (*program) {
      use.programs.push_back(**std::move(program));
    }
  });
  use.users = by_user(use.programs);
  std::ranges::stable_sort(use.programs, [](const auto& a, const auto& b) {
    return std::pair(a.watches, a.instances) > std::pair(b.watches, b.instances);
  });
  if (use.programs.size() > most_programs) use.programs.resize(most_programs);
  return use;
}

}  // namespace doctor
