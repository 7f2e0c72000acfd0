#include "lib/fix/attached_process.h"

#include <cerrno>
#include <optional>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/format.h"
#include "lib/base/text.h"

namespace doctor {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds look_every{5};
constexpr milliseconds grace{2000};  // between SIGTERM and SIGKILL, and once more after that

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const auto& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

struct SpawnSettings {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;

  explicit SpawnSettings(const AttachedOptions& options) {
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    if (!options.own_input) {
      posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    }
    if (options.output >= 0) {
      posix_spawn_file_actions_adddup2(&files, options.output, STDOUT_FILENO);
      posix_spawn_file_actions_adddup2(&files, options.output, STDERR_FILENO);
    }
    posix_spawn_file_actions_addchdir_np(&files, options.directory.c_str());

    // What we ignore or block is our business.
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    for (const int number : {SIGHUP, SIGINT, SIGPIPE, SIGQUIT, SIGTERM}) {
      sigaddset(&signals, number);
    }
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setpgroup(&attributes, 0);
    const int group = options.own_group ? POSIX_SPAWN_SETPGROUP : 0;
    posix_spawnattr_setflags(
        &attributes, static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | group));
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
};

// Waits at most that long; no value when the child still runs.
std::optional<int> wait_for(pid_t child, milliseconds most) {
  const auto start = Clock::now();
  for (;;) {
    int status = 0;
    const pid_t ended = waitpid(child, &status, WNOHANG);
    if (ended == child) {
      return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    if (ended < 0 && errno != EINTR) return 127;  // somebody else has reaped it
    if (Clock::now() - start >= most) return std::nullopt;
    std::this_thread::sleep_for(look_every);
  }
}

void end_child(pid_t child, bool whole_group) {
  for (const int signal : {SIGTERM, SIGKILL}) {
    kill(whole_group ? -child : child, signal);
    if (wait_for(child, grace)) break;
  }
  if (whole_group) kill(-child, SIGKILL);  // what the child had started itself
}

}  // namespace

expected<AttachedEnd, std::string> run_attached(const std::vector<std::string>& argv,
                                                const AttachedOptions& options) {
  const SpawnSettings settings(options);
  pid_t child = -1;
  const int error = posix_spawn(&child, argv.front().c_str(), &settings.files, &settings.attributes,
                                pointers(argv).data(), pointers(options.environment).data());
  if (error != 0) {
    return unexpected(fmt::format("cannot start `{}`: {}", printable(argv.front()),
                                  std::generic_category().message(error)));
  }
  if (const auto code = wait_for(child, options.deadline)) return AttachedEnd{*code, false};
  end_child(child, options.own_group);
  return AttachedEnd{124, true};
}

std::string find_program(const std::string& name, const std::string& path) {
  for (const auto& folder : split(path, ':')) {
    if (!folder.starts_with('/')) continue;
    std::string program = fmt::format("{}/{}", folder, name);
    struct stat info {};
    if (stat(program.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
        access(program.c_str(), X_OK) == 0) {
      return program;
    }
  }
  return "";
}

}  // namespace doctor
