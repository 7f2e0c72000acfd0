#include <algorithm>
#include <cstdio>
#include <iostream>

#include <unistd.h>

#include "cmd/fix_outcome.h"
#include "cmd/options.h"
#include "cmd/session.h"
#include "cmd/terminal.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/core/registry.h"
#include "lib/fix/apply.h"
#include "lib/fix/plan.h"
#include "lib/fix/plan_text.h"
#include "lib/fix/script_files.h"
#include "lib/host/interop.h"

namespace doctor {

namespace {

bool is_wrong(const Finding& finding) {
  return !finding.waived && finding.severity != Status::unknown;
}

bool has_trouble(const std::vector<Diagnosis>& diagnoses) {
  return std::ranges::any_of(diagnoses, [](const Diagnosis& diagnosis) {
    return std::ranges::any_of(diagnosis.findings, is_wrong);
  });
}

std::string how_to_go_on(const std::vector<PlanStep>& plan, const FixFlags& flags) {
  if (!flags.run.from.empty())
    return "`--output DIR` writes the scripts, to be run on that machine.";
  if (std::ranges::any_of(plan, &PlanStep::selected))
    return "`wsl-go-doctor fix --apply` carries this out.";
  return fmt::format("`wsl-go-doctor fix --apply --only {}` carries it out.",
                     plan.front().reasons.front().check);
}

// Findings that no script mends: they are not part of the plan, but must not be forgotten either.
void print_unmendable(const std::vector<Diagnosis>& diagnoses, unsigned width) {
  for (const Diagnosis& diagnosis : diagnoses) {
    for (const Finding& finding : diagnosis.findings) {
      if (!is_wrong(finding) || finding.fix) continue;
      fmt::print("{}\n", by_hand_text(diagnosis.check, finding, width));
    }
  }
}

// A fix that needs a look first is applied only for a check that the user has named.
void select_named(std::vector<PlanStep>& plan, const RunFlags& flags) {
  if (flags.only.empty()) return;
  for (PlanStep& step : plan) {
    if (step.after.empty()) step.selected = true;
  }
}

int print_plan(const std::vector<PlanStep>& plan, const std::vector<Diagnosis>& diagnoses,
               const FixFlags& flags) {
  const unsigned width = look_at(stdout, "never").width;
  if (plan.empty()) {
    fmt::print("{}\n", has_trouble(diagnoses) ? "There is nothing that a script could mend."
                                              : "Nothing to mend.");
  } else {
    fmt::print("{}", plan_text(plan, {width, flags.verbose}));
  }
  print_unmendable(diagnoses, width);
  if (!flags.output.empty() && !plan.empty()) {
    const auto written = write_scripts(plan, flags.output);
    if (!written) {
      complain(written.error());
      return exit_internal;
    }
    fmt::print("\n");
    for (const std::string& path : *written) fmt::print("Wrote {}\n", printable(path));
  } else if (!plan.empty()) {
    fmt::print("\nNothing has been changed. {}\n", how_to_go_on(plan, flags));
  }
  return exit_ok;
}

bool agreed(std::size_t count) {
  fmt::print("Apply {}? [y/N] ", count_of(count, "fix", "fixes"));
  std::fflush(stdout);
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

std::optional<PowerShell> powershell_of(const Session& session) {
  if (!session.context().environment.is_wsl()) return std::nullopt;
  const auto windows = session.context().host.windows();
  if (!windows || !windows->interactive) return std::nullopt;
  const auto found = find_powershell(session.context().host);
  return found ? std::optional(*found) : std::nullopt;
}

// The checks of the plan, run again by a fresh look at the machine.
expected<std::vector<Diagnosis>, std::string> check_again(const std::vector<PlanStep>& plan,
                                                          RunFlags flags) {
  flags.only.clear();
  for (const PlanStep& step : plan) {
    for (const Reason& reason : step.reasons) {
      if (std::ranges::find(flags.only, reason.check) == flags.only.end())
        flags.only.push_back(reason.check);
    }
  }
  const auto session = Session::open(flags);
  if (!session) return unexpected(session.error());
  return (*session)->run((*session)->checks());
}

int apply(const Session& session, const std::vector<PlanStep>& plan, const FixFlags& flags) {
  ApplyOptions options;
  options.environment = current_environment();
  options.may_ask = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;
  options.powershell = powershell_of(session);
  auto run = start_apply(std::move(options));
  if (!run) {
    complain(run.error());
    return exit_internal;
  }

  std::vector<StepOutcome> outcomes;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    if (plan[i].selected) fmt::print("{} ...\n", printable(plan[i].fix.title));
    std::fflush(stdout);
    outcomes.push_back(apply_step(*run, plan[i], i + 1));
  }

  fmt::print("\nChecking again ...\n\n");
  std::fflush(stdout);
  const auto after = check_again(plan, flags.run);
  if (!after) {
    complain(after.error());
    return exit_internal;
  }
  const auto results = judge_outcomes(plan, outcomes, *after);
  fmt::print("{}", outcome_text(results, restarts_needed(plan, outcomes), run->folder,
                                look_at(stdout, "never").width));
  const bool mended = std::ranges::all_of(results, [](const Result& result) {
    return result.ending == Ending::fixed || result.ending == Ending::waits_for_restart ||
           result.ending == Ending::not_selected;
  });
  return mended ? exit_ok : exit_findings;
}

}  // namespace

int run_fix(const FixFlags& flags) {
  if (flags.apply && !flags.run.from.empty()) {
    complain(
        "--apply changes this machine, so it cannot go with --from; --output writes scripts for "
        "another.");
    return exit_usage;
  }
  const bool can_ask = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;
  if (flags.apply && !flags.yes && !can_ask) {
    complain("--apply without a terminal to ask on needs --yes.");
    return exit_usage;
  }
  const auto session = Session::open(flags.run);
  if (!session) {
    complain(session.error());
    return exit_usage;
  }
  const auto diagnoses = (*session)->run((*session)->checks());
  std::vector<PlanStep> plan = make_plan(diagnoses);
  select_named(plan, flags.run);
  const auto selected =
      static_cast<std::size_t>(std::ranges::count(plan, true, &PlanStep::selected));

  int code = exit_ok;
  if (!flags.apply || selected == 0) {
    code = print_plan(plan, diagnoses, flags);
  } else {
    fmt::print("{}\n", plan_text(plan, {look_at(stdout, "never").width, flags.verbose}));
    if (flags.yes || agreed(selected)) {
      code = apply(**session, plan, flags);
    } else {
      fmt::print("Nothing has been changed.\n");
    }
  }
  if (abandoned_checks() > 0) leave(code);
  return code;
}

}  // namespace doctor
