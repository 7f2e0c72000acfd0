#pragma once

// What the user typed, as plain data.

#include <optional>
#include <string>
#include <vector>

#include "lib/core/environment.h"
#include "lib/core/settings.h"

namespace doctor {

// Exit codes, the same for every subcommand; README.md explains them.
enum ExitCode { exit_ok = 0, exit_findings = 1, exit_usage = 2, exit_internal = 3 };

// What every run of checks takes, for `check`, `fix` and `snapshot` alike.
struct RunFlags {
  std::vector<std::string> only;
  std::vector<std::string> skip;
  std::string project;
  std::string from;
  std::string environment;
  bool offline = false;
  double timeout_seconds = 30;
  unsigned jobs = 8;
  std::string color = "auto";
};

struct CheckFlags {
  RunFlags run;
  std::string format = "text";
  std::string fail_on;
  bool strict = false;
  bool verbose = false;
  bool quiet = false;
};

struct FixFlags {
  RunFlags run;
  std::string output;
  bool apply = false;
  bool yes = false;
  bool verbose = false;
};

struct SnapshotFlags {
  RunFlags run;
  std::string output;
  bool no_redact = false;
};

int run_check(const CheckFlags& flags);
int run_fix(const FixFlags& flags);
int run_list(const std::string& format);
int run_explain(const std::string& id);
int run_snapshot(const SnapshotFlags& flags);

}  // namespace doctor
