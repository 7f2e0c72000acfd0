#pragma once

// The plan: which fixes to apply for a set of diagnoses, in which order.

#include <string>
#include <string_view>
#include <vector>

#include "lib/core/diagnosis.h"
#include "lib/core/fix.h"

namespace doctor {

// A finding that a step mends.
struct Reason {
  std::string check;
  std::string finding;
  std::string summary;
};

struct PlanStep {
  Fix fix;
  std::vector<Reason> reasons;  // at least one, in the order of the diagnoses
  // The fix that has to go first, "" for none: it changes a file that this one has been written
  // for, so `fix` must be run again after it.
  std::string after;
  // Will --apply carry it out? False when a person must look first (Fix::automatic) or when
  // another has to go first.
  bool selected = true;
};

// One step for every distinct fix, however many findings share it; waived findings ask for none.
// Steps that need no restart come before those that do, and steps for root lie together.
std::vector<PlanStep> make_plan(const std::vector<Diagnosis>& diagnoses);

// What is to be restarted for the fixes in effect, once for all of them: the commands as the user
// types them. A restart of all of WSL covers that of a distribution, and that a new shell.
struct RestartAdvice {
  Restart restart = Restart::nothing;
  std::vector<std::string> commands;
};
RestartAdvice restarts_needed(const std::vector<Fix>& fixes);

// "03-systemd-enable.sh": where a step's script is written; `number` counts from 1.
std::string script_name(const PlanStep& step, std::size_t number);

}  // namespace doctor
