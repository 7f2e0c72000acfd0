#include "tests/host/hanging_mount.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

namespace lab {
namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// A mount that hangs is nobody else's business. Where this is not allowed, FUSE itself keeps
// everybody but this user out.
void leave_the_common_mounts() {
  if (::unshare(CLONE_NEWNS) == 0) {
    ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
  }
}

bool is_mounted(const std::string& path) {
  return text_of("/proc/self/mountinfo").find(" " + path + " ") != std::string::npos;
}

// hanging_fs in the foreground; what it complains of goes into `log`.
pid_t start(std::string mount_point, const std::string& log) {
  std::string program = TEST_BINARY_DIR "/hanging_fs";
  std::string in_front = "-f";
  char* const argv[] = {program.data(), in_front.data(), mount_point.data(), nullptr};
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 2, log.c_str(), O_WRONLY | O_CREAT, 0600);
  pid_t pid = -1;
  const int error = ::posix_spawn(&pid, program.c_str(), &actions, nullptr, argv, environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error("cannot start " + program);
  return pid;
}

}  // namespace

HangingMount::HangingMount() : path_(folder_.path() + "/mount") {
  [[maybe_unused]] static const bool is_private = (leave_the_common_mounts(), true);
  const std::string log = folder_.path() + "/log";
  std::filesystem::create_directory(path_);
  pid_ = start(path_, log);
  for (int attempt = 0; attempt < 1000; ++attempt) {
    if (is_mounted(path_)) return;
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  throw std::runtime_error("FUSE is needed here, and could not mount: " + text_of(log));
}

HangingMount::~HangingMount() {
  if (::umount2(path().c_str(), MNT_DETACH) != 0) {
    try {
      run({"fusermount3", "-u", "-z", path()});
    } catch (const std::runtime_error&) {
      // Ending the file system is what sets everybody free.
    }
  }
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void HangingMount::hang() const {
  ::kill(pid_, SIGUSR1);
  // The signal has arrived when the handler has: until then it is pending.
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
}

std::vector<pid_t> helpers() {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string status = text_of(entry.path().string() + "/status");
    if (status.starts_with("Name:\thost_helper\n") &&
        status.find("\nPPid:\t" + std::to_string(::getpid()) + "\n") != std::string::npos &&
        status.find("\nState:\tZ") == std::string::npos) {
      found.push_back(std::stoi(entry.path().filename().string()));
    }
  }
  return found;
}

}  // namespace lab
