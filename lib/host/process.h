#pragma once

// Child processes that cannot hold us up.

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "lib/host/host.h"

namespace doctor {

struct ProcessOptions {
  std::chrono::milliseconds deadline{2000};
  std::size_t output_cap = 1 << 20;                // bytes a stream; the rest is read and dropped
  std::string directory = "/";                     // working folder of the child
  bool clean_environment = false;                  // true: only `environment`
  std::map<std::string, std::string> environment;  // set on top (or alone)
  std::string input;                               // standard input; empty is /dev/null
};

// fork and exec without a shell, in a new session and process group. Past the deadline the group
// gets SIGTERM and SIGKILL, and a child that does not end even then (state D) is left behind:
// `timed_out` is answered. A program that does not exist is `missing`, one that may not be run
// `denied`, "exec format error" is `unsupported`.
Answer<CommandResult> run_process(const std::vector<std::string>& argv,
                                  const ProcessOptions& options);

}  // namespace doctor
