#pragma once

// Running a script in our own session, with its output in a file, where it survives us.
//
// Not run_process (lib/host/process.h): that gives every child a session of its own, and sudo
// remembers a password by terminal, so `sudo -n` would never find it there.

#include <chrono>
#include <string>
#include <vector>

#include "lib/base/expected.h"

namespace doctor {

struct AttachedOptions {
  std::vector<std::string> environment;  // "NAME=value", all of it
  std::string directory = "/";           // working folder
  int output = -1;                       // descriptor for both streams; -1: ours are kept
  bool own_input = false;                // true: our standard input, else /dev/null
  // A group of its own can be ended as a whole; without one the child shares our terminal.
  bool own_group = true;
  std::chrono::milliseconds deadline = std::chrono::hours(24);
};

struct AttachedEnd {
  int exit_code = 0;  // 128 + N when ended by signal N
  bool timed_out = false;
};

// `argv[0]` is a path. Past the deadline the child gets SIGTERM, then SIGKILL, and one that does
// not end even then is left behind. Fails, in words, when the program cannot be started.
expected<AttachedEnd, std::string> run_attached(const std::vector<std::string>& argv,
                                                const AttachedOptions& options);

// The first executable file of that name in the folders of `path`, "" when there is none.
std::string find_program(const std::string& name, const std::string& path);

}  // namespace doctor
