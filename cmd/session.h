#pragma once

// One run of the checks against one machine, live or recorded: what `check`, `fix` and `snapshot`
// share.

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cmd/options.h"
#include "lib/base/expected.h"
#include "lib/core/check.h"
#include "lib/core/report.h"
#include "lib/core/runner.h"
#include "lib/host/snapshot.h"

namespace doctor {

class RecordingHost;

class Session {
 public:
  // Reads settings and the snapshot, opens the host, finds out the environment.
  // Fails in words for a person; every failure is one of usage (exit 2).
  static expected<std::unique_ptr<Session>, std::string> open(const RunFlags& flags,
                                                              bool record = false);
  ~Session();

  Report report() const;  // without diagnoses
  const Settings& settings() const { return settings_; }
  const Context& context() const { return *context_; }
  bool is_live() const { return snapshot_name_.empty(); }
  std::span<const Check* const> checks() const { return checks_; }

  std::vector<Diagnosis> run(std::span<const Check* const> checks,
                             std::function<void(const Diagnosis&)> on_final = {}) const;

  // The answers so far; only for a session opened to record.
  Snapshot recorded() const;

 private:
  Session() = default;
  expected<void, std::string> open_host(const RunFlags& flags, bool record);

  std::unique_ptr<Host> source_;  // LiveHost or SnapshotHost
  std::unique_ptr<RecordingHost> recorder_;
  std::unique_ptr<Host> memo_;  // what the checks ask
  std::string snapshot_name_;
  std::string working_directory_;
  std::string project_;
  std::string snapshot_environment_;
  Settings settings_;
  Environment environment_;
  std::vector<const Check*> checks_;
  std::unique_ptr<Context> context_;
  RunFlags flags_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Ends the process at once, as it must when a check's thread was left behind.
[[noreturn]] void leave(int exit_code);

}  // namespace doctor
