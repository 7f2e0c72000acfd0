#include "lib/fix/plan.h"

#include <algorithm>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/fix/script.h"

namespace doctor {
namespace {

bool same_fix(const Fix& a, const Fix& b) {
  return a.id == b.id && a.script == b.script;
}

// Steps for root lie together: last of those that restart nothing, first of those that do.
int place(const PlanStep& step) {
  const bool root = step.fix.needs == Privilege::root;
  switch (step.fix.restart) {
    case Restart::nothing:
    case Restart::new_shell:
      return root ? 1 : 0;
    case Restart::distribution:
    case Restart::wsl:
      return root ? 2 : 3;
  }
  return 3;
}

// Is the script written for the content that `path` has now?
bool rests_on(const Fix& fix, const std::string& path) {
  const std::string word = bash_quote(path);
  return fix.shell == Shell::bash &&
         (fix.script.find("edit_file " + word + " ") != std::string::npos ||
          fix.script.find("create_file " + word + " ") != std::string::npos);
}

bool must_wait_for(const Fix& second, const Fix& first) {
  if (second.id == first.id) return true;  // same name, other script: never both unseen
  return first.shell == Shell::bash &&
         std::any_of(first.touches.begin(), first.touches.end(), [&](const std::string& touched) {
           return touched.starts_with('/') && rests_on(second, touched);
         });
}

// A fix that a person must look at first holds none back that goes by itself.
void hold_back_conflicts(std::vector<PlanStep>& plan) {
  std::vector<const PlanStep*> going;
  const auto check = [&](PlanStep& step) {
    const auto first = std::find_if(going.begin(), going.end(), [&](const PlanStep* other) {
      return must_wait_for(step.fix, other->fix);
    });
    if (first == going.end()) {
      going.push_back(&step);
    } else {
      step.after = (*first)->fix.id;
      step.selected = false;
    }
  };
  for (auto& step : plan) {
    if (step.fix.automatic) check(step);
  }
  for (auto& step : plan) {
    if (!step.fix.automatic) check(step);
  }
}

std::string file_name_part(std::string_view id) {
  std::string name;
  for (const char c : to_lower(id)) {
    const bool fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    name += fine ? c : '-';
  }
  return name.substr(0, 100);
}

}  // namespace

std::vector<PlanStep> make_plan(const std::vector<Diagnosis>& diagnoses) {
  std::vector<PlanStep> plan;
  for (const auto& diagnosis : diagnoses) {
    for (const auto& finding : diagnosis.findings) {
      if (!finding.fix || finding.waived) continue;
      const auto known = std::find_if(plan.begin(), plan.end(), [&](const PlanStep& step) {
        return same_fix(step.fix, *finding.fix);
      });
      const Reason reason{diagnosis.check, finding.id, finding.summary};
      if (known != plan.end()) {
        known->reasons.push_back(reason);
      } else {
        plan.push_back({*finding.fix, {reason}, "", finding.fix->automatic});
      }
    }
  }
  std::stable_sort(plan.begin(), plan.end(),
                   [](const PlanStep& a, const PlanStep& b) { return place(a) < place(b); });
  hold_back_conflicts(plan);
  return plan;
}

RestartAdvice restarts_needed(const std::vector<Fix>& fixes) {
  RestartAdvice advice;
  for (const auto& fix : fixes) advice.restart = std::max(advice.restart, fix.restart);
  if (advice.restart == Restart::nothing) return advice;
  for (const auto& fix : fixes) {
    const auto& command = fix.restart_command;
    if (fix.restart == advice.restart && !command.empty() &&
        std::find(advice.commands.begin(), advice.commands.end(), command) ==
            advice.commands.end()) {
      advice.commands.push_back(command);
    }
  }
  return advice;
}

std::string script_name(const PlanStep& step, std::size_t number) {
  return fmt::format("{:02}-{}.{}", number, file_name_part(step.fix.id),
                     step.fix.shell == Shell::bash ? "sh" : "ps1");
}

}  // namespace doctor
