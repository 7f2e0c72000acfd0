#pragma once

// `fix --apply`: carrying the plan out, by running the very scripts that were shown.
//
// Every run has a folder of its own, <state>/wsl-go-doctor/runs/YYYYMMDD-HHMMSS-PID, mode 0700,
// with the scripts, what they printed (NN-id.log) and journal.jsonl. <state> is $XDG_STATE_HOME or
// ~/.local/state. One run at a time.

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/expected.h"
#include "lib/fix/plan.h"
#include "lib/host/descriptor.h"
#include "lib/host/interop.h"

namespace doctor {

struct ApplyOptions {
  // The caller's environment. HOME, USER, LOGNAME, XDG_* and WSL's own variables are handed on to
  // the scripts; nothing else is.
  std::map<std::string, std::string> environment;
  // Where programs are looked for, and PATH of the scripts: never the caller's PATH, which holds
  // Windows folders and whatever else.
  std::string path =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:"
      "/usr/local/go/bin:/snap/bin:/run/wrappers/bin:/run/current-system/sw/bin";
  std::chrono::milliseconds deadline = std::chrono::minutes(5);  // for one script
  bool may_ask = false;  // somebody sits there: sudo may ask for a password, Windows for consent
  std::optional<PowerShell> powershell;  // none: the scripts for Windows are left to the user
  std::string
      root;  // a scratch root for the scripts (WSL_GO_DOCTOR_ROOT), where nothing needs root
};

// This process's own environment.
std::map<std::string, std::string> current_environment();

enum class StepStatus {
  applied,
  already,       // it was so before
  failed,        // `message` says how, `output` is the script's own
  left_to_user,  // nothing was run; `message` says why and how to run it
};
std::string_view to_string(StepStatus status);  // "applied", ..., "left-to-user"

struct StepOutcome {
  StepStatus status = StepStatus::failed;
  int exit_code = 0;
  std::string output;  // of the script, both streams; at most 64 KiB
  std::string script_path;
  std::string message;  // one sentence
};

// A run that holds the lock until it is destroyed.
struct ApplyRun {
  ApplyOptions options;
  std::string folder;
  Descriptor folder_descriptor;
  Descriptor lock;
  Descriptor journal;
};

// Fails with a sentence for a person: the state folder is not ours alone, or another run goes on.
expected<ApplyRun, std::string> start_apply(ApplyOptions options);

// Runs one step; `number` is its place in the plan, from 1. A step that is not selected is left to
// the user.
StepOutcome apply_step(ApplyRun& run, const PlanStep& step, std::size_t number);

// What must restart for the steps that are in effect, applied now or already before.
RestartAdvice restarts_needed(const std::vector<PlanStep>& plan,
                              const std::vector<StepOutcome>& outcomes);

}  // namespace doctor
