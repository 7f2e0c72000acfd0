#include "cmd/fix_outcome.h"

#include <algorithm>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/base/wrap.h"
#include "lib/fix/script.h"

namespace doctor {

namespace {

bool is_there(const std::vector<Diagnosis>& diagnoses, const Reason& reason) {
  return std::ranges::any_of(diagnoses, [&](const Diagnosis& diagnosis) {
    return diagnosis.check == reason.check &&
           std::ranges::any_of(diagnosis.findings, [&](const Finding& finding) {
             return finding.id == reason.finding && !finding.waived;
           });
  });
}

// Before the restart, a check may see the same trouble under another name ("not restarted since").
bool is_well(const std::vector<Diagnosis>& diagnoses, const std::string& check) {
  const auto found = std::ranges::find(diagnoses, check, &Diagnosis::check);
  return found != diagnoses.end() && found->status == Status::ok;
}

std::string undo_command(const StepOutcome& outcome, const Fix& fix) {
  if (fix.shell == Shell::powershell)
    return "powershell.exe -File " + bash_quote(outcome.script_path) + " -Undo";
  return (fix.needs == Privilege::root ? "sudo bash " : "bash ") + bash_quote(outcome.script_path) +
         " --undo";
}

Result judge(const PlanStep& step, const Reason& reason, const StepOutcome& outcome,
             const std::vector<Diagnosis>& after) {
  Result result{reason, Ending::still_there, "", "", ""};
  switch (outcome.status) {
    case StepStatus::left_to_user:
      result.ending = step.selected ? Ending::left_to_user : Ending::not_selected;
      result.message = outcome.message;
      return result;
    case StepStatus::failed:
      result.ending = Ending::failed;
      result.message = outcome.message;
      result.output = outcome.output;
      return result;
    case StepStatus::applied:
      result.undo = undo_command(outcome, step.fix);
      break;
    case StepStatus::already:
      break;
  }
  if (step.fix.restart != Restart::nothing && !is_well(after, reason.check)) {
    result.ending = Ending::waits_for_restart;
    result.message = step.fix.restart_command;
  } else if (!is_there(after, reason)) {
    result.ending = Ending::fixed;
  } else {
    result.message = "The script ran, but the check still finds it.";
  }
  return result;
}

std::string_view words(Ending ending) {
  switch (ending) {
    case Ending::fixed:
      return "fixed";
    case Ending::waits_for_restart:
      return "waits for a restart";
    case Ending::still_there:
      return "still there";
    case Ending::failed:
      return "failed";
    case Ending::left_to_user:
      return "left to you";
    case Ending::not_selected:
      break;
  }
  return "not applied";
}

// A paragraph of safe text, wrapped, every line behind `indent`.
std::string block(std::string_view text, std::string_view indent, unsigned width) {
  std::string result;
  for (const std::string& line : wrap(printable(text, true), width - indent.size())) {
    result += line.empty() ? "\n" : fmt::format("{}{}\n", indent, line);
  }
  return result;
}

}  // namespace

std::vector<Result> judge_outcomes(const std::vector<PlanStep>& plan,
                                   const std::vector<StepOutcome>& outcomes,
                                   const std::vector<Diagnosis>& after) {
  std::vector<Result> results;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    for (const Reason& reason : plan[i].reasons)
      results.push_back(judge(plan[i], reason, outcomes[i], after));
  }
  return results;
}

std::string outcome_text(const std::vector<Result>& results, const RestartAdvice& restarts,
                         const std::string& run_folder, unsigned width) {
  std::string text;
  std::vector<std::string> undo;
  for (const Result& result : results) {
    text += block(
        fmt::format("{}: {}: {}", words(result.ending), result.reason.check, result.reason.summary),
        "", width);
    if (!result.message.empty()) text += block(result.message, "    ", width);
    if (!result.output.empty()) text += block(result.output, "    | ", width);
    const bool known = std::ranges::find(undo, result.undo) != undo.end();
    if (!result.undo.empty() && !known) undo.push_back(result.undo);
  }
  if (!restarts.commands.empty()) {
    text += "\nNow restart:\n";
    for (const std::string& command : restarts.commands)
      text += fmt::format("    {}\n", printable(command));
  }
  if (!undo.empty()) {
    text += "\nTo undo:\n";
    for (const std::string& command : undo) text += fmt::format("    {}\n", printable(command));
  }
  return text + fmt::format("\nScripts, logs and journal: {}\n", printable(run_folder));
}

std::string by_hand_text(const std::string& check, const Finding& finding, unsigned width) {
  std::string text = block(fmt::format("By hand: {}: {}", check, finding.summary), "", width);
  if (!finding.detail.empty()) text += block(finding.detail, "    ", width);
  return "\n" + text.substr(0, text.size() - 1);
}

}  // namespace doctor
