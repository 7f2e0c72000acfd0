#pragma once

// Starting a child process: fork, a clean slate, exec. Nothing of this process leaks into it but
// what is named here, and nothing in here waits for it.

#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

#include "lib/host/descriptor.h"
#include "lib/host/host.h"

namespace doctor {

// "NAME=value" lines: this process's environment (unless `clean`) with `changes` on top.
std::vector<std::string> child_environment(const std::map<std::string, std::string>& changes,
                                           bool clean = false);

struct ChildPlan {
  std::vector<std::string> argv;         // argv[0] is looked up in PATH unless it holds a slash
  std::vector<std::string> environment;  // whose PATH it is
  std::string directory = "/";
  // What its first four descriptors are; the rest is closed. -1: /dev/null, or nothing as channel.
  int in = -1;
  int out = -1;
  int error = -1;
  int channel = -1;
};

struct Child {
  pid_t pid = -1;
  Descriptor
      status;  // readable once the program has been started, or could not be: see exec_result
};

// By fork and never vfork, which would keep this process waiting for an exec from a dead mount. The
// child leads a session and process group of its own, with default signals.
Answer<Child> start_child(const ChildPlan& plan);

// To be asked when `status` is readable: no error means that the program runs.
expected<void, HostError> exec_result(const Child& child, const ChildPlan& plan);

// To the child's whole process group.
void signal_group(pid_t pid, int signal);

}  // namespace doctor
