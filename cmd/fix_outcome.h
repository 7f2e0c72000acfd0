#pragma once

// What became of every finding after `fix --apply`.

#include <string>
#include <vector>

#include "lib/core/diagnosis.h"
#include "lib/fix/apply.h"
#include "lib/fix/plan.h"

namespace doctor {

enum class Ending {
  fixed,
  waits_for_restart,
  still_there,
  failed,        // the script did
  left_to_user,  // for Windows' administrator, say
  not_selected,
};

struct Result {
  Reason reason;
  Ending ending = Ending::still_there;
  std::string message;  // what to do next, or what went wrong
  std::string output;   // of a script that failed
  std::string undo;     // the command that takes an applied fix back
};

// One for every finding of the plan. `after` are the diagnoses made once everything was applied.
std::vector<Result> judge_outcomes(const std::vector<PlanStep>& plan,
                                   const std::vector<StepOutcome>& outcomes,
                                   const std::vector<Diagnosis>& after);

std::string outcome_text(const std::vector<Result>& results, const RestartAdvice& restarts,
                         const std::string& run_folder, unsigned width);

// A finding that only a person can mend, for below the plan.
std::string by_hand_text(const std::string& check, const Finding& finding, unsigned width);

}  // namespace doctor
