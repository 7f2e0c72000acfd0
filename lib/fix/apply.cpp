#include "lib/fix/apply.h"

#include <cerrno>
#include <ctime>
#include <system_error>

#include <fcntl.h>
#include <fmt/chrono.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/fix/apply_command.h"
#include "lib/fix/attached_process.h"
#include "lib/fix/journal.h"
#include "lib/fix/private_folder.h"
#include "lib/fix/script.h"

namespace doctor {
namespace {

constexpr std::size_t output_cap = 65536;

expected<std::string, std::string> state_home(const std::map<std::string, std::string>& variables) {
  const auto absolute = [&](const char* name) -> std::string {
    const auto found = variables.find(name);
    return found != variables.end() && found->second.starts_with('/') ? found->second : "";
  };
  if (const auto given = absolute("XDG_STATE_HOME"); !given.empty()) return given;
  if (const auto home = absolute("HOME"); !home.empty()) return home + "/.local/state";
  return unexpected(std::string("neither HOME nor XDG_STATE_HOME names a folder"));
}

expected<Descriptor, std::string> take_lock(const Descriptor& folder, const std::string& path) {
  Descriptor lock(openat(folder.get(), "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!lock) {
    return unexpected(fmt::format("cannot open `{}/lock`: {}", printable(path),
                                  std::generic_category().message(errno)));
  }
  if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return unexpected(std::string("another `wsl-go-doctor fix --apply` is at work; wait for it"));
  }
  return lock;
}

// "20260131-235959-4711": by the lock, nobody else makes one meanwhile.
std::string unused_name(const Descriptor& runs) {
  const std::time_t now = std::time(nullptr);
  const std::string name = fmt::format("{:%Y%m%d-%H%M%S}-{}", fmt::gmtime(now), getpid());
  std::string unused = name;
  for (int n = 2; faccessat(runs.get(), unused.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0; ++n) {
    unused = fmt::format("{}-{}", name, n);
  }
  return unused;
}

// The bytes of a script's output as text: Windows writes a byte order mark and CRLF.
std::string as_text(std::string bytes) {
  if (bytes.starts_with("\xef\xbb\xbf")) bytes.erase(0, 3);
  return replace_all(bytes, "\r\n", "\n");
}

std::string output_of(const Descriptor& log, const ScriptCommand& command) {
  std::string output = as_text(read_start(log, output_cap));
  if (command.output_file.empty()) return output;
  const Descriptor file(open(command.output_file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  return file ? output + as_text(read_start(file, output_cap)) : output;
}

// timeout(1) ended the script with SIGTERM, or had to use SIGKILL.
bool is_end_by_timeout(int exit_code) {
  return exit_code == 124 || exit_code == 137;
}

bool nothing_changed(const std::string& output) {
  return output.ends_with(std::string(nothing_changed_line) + "\n");
}

void judge(StepOutcome& outcome, const AttachedEnd& end, std::chrono::milliseconds deadline) {
  outcome.exit_code = end.exit_code;
  if (end.timed_out) {
    outcome.message = fmt::format("The script did not end within {} and was stopped.",
                                  human_seconds(static_cast<double>(deadline.count()) / 1000));
  } else if (end.exit_code != 0) {
    outcome.message = fmt::format("The script ended with code {}.", end.exit_code);
  } else if (nothing_changed(outcome.output)) {
    outcome.status = StepStatus::already;
    outcome.message = "It was so already.";
  } else {
    outcome.status = StepStatus::applied;
    outcome.message = "Applied.";
  }
}

// Runs the command with its output in NN-id.log.
void run_logged(const ApplyRun& run, const ScriptCommand& command, const std::string& log_name,
                StepOutcome& outcome) {
  const auto log = create_file(run.folder_descriptor, log_name, 0600);
  if (!log) {
    outcome.message = "Nothing was run: " + log.error() + ".";
    return;
  }
  AttachedOptions options;
  options.environment = script_environment(run.options);
  options.directory = command.directory;
  options.output = log->get();
  options.own_group = command.own_group;
  options.deadline = run.options.deadline;
  // Behind sudo, timeout(1) keeps the deadline; ours is for sudo itself.
  if (!command.own_group) options.deadline += std::chrono::seconds(10);
  auto end = run_attached(command.argv, options);
  if (end && !command.own_group) end->timed_out |= is_end_by_timeout(end->exit_code);
  outcome.output = output_of(*log, command);
  if (end) {
    judge(outcome, *end, run.options.deadline);
  } else {
    outcome.message = "Nothing was run: " + end.error() + ".";
  }
}

std::string left_alone(const PlanStep& step, const std::string& script) {
  if (!step.after.empty()) {
    return fmt::format("It has to wait for `{}`: run `wsl-go-doctor fix` again.", step.after);
  }
  return fmt::format("Somebody has to look at it first; then name it with --only, or run {}",
                     script);
}

void carry_out(ApplyRun& run, const PlanStep& step, const std::string& log_name,
               StepOutcome& outcome) {
  if (!step.selected) {
    outcome.status = StepStatus::left_to_user;
    outcome.message = left_alone(step, outcome.script_path);
    return;
  }
  const auto command = script_command(run, step.fix, outcome.script_path);
  if (command) {
    run_logged(run, *command, log_name, outcome);
  } else {
    outcome.status = StepStatus::left_to_user;
    outcome.message = command.error();
  }
}

}  // namespace

std::string_view to_string(StepStatus status) {
  switch (status) {
    case StepStatus::applied:
      return "applied";
    case StepStatus::already:
      return "already";
    case StepStatus::failed:
      return "failed";
    case StepStatus::left_to_user:
      return "left-to-user";
  }
  return "failed";
}

std::map<std::string, std::string> current_environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

expected<ApplyRun, std::string> start_apply(ApplyOptions options) {
  const auto home = state_home(options.environment);
  if (!home) return unexpected(home.error());
  const auto base = open_folder(*home);
  if (!base) return unexpected(base.error());
  const std::string state_path = *home + "/wsl-go-doctor";
  const auto state = open_private_folder(*base, "wsl-go-doctor", state_path);
  if (!state) return unexpected(state.error());

  ApplyRun run;
  auto lock = take_lock(*state, state_path);
  if (!lock) return unexpected(lock.error());
  const auto runs = open_private_folder(*state, "runs", state_path + "/runs");
  if (!runs) return unexpected(runs.error());

  const std::string name = unused_name(*runs);
  run.folder = state_path + "/runs/" + name;
  auto folder = open_private_folder(*runs, name, run.folder);
  if (!folder) return unexpected(folder.error());
  auto journal = create_file(*folder, "journal.jsonl", 0600);
  if (!journal) return unexpected(journal.error());
  sync_folder(*runs);

  run.options = std::move(options);
  run.lock = std::move(*lock);
  run.folder_descriptor = std::move(*folder);
  run.journal = std::move(*journal);
  return run;
}

StepOutcome apply_step(ApplyRun& run, const PlanStep& step, std::size_t number) {
  const std::string name = script_name(step, number);
  StepOutcome outcome;
  outcome.script_path = run.folder + "/" + name;

  JournalEntry entry{"intent", step.fix.id, outcome.script_path, sha256(step.fix.script), "",
                     0,        ""};
  const auto prepared =
      create_file(run.folder_descriptor, name, 0700)
          .and_then([&](const Descriptor& file) { return write_durably(file, step.fix.script); })
          .and_then([&] { return append(run.journal, entry); });
  if (!prepared) {
    outcome.message = "Nothing was run: " + prepared.error() + ".";
    return outcome;
  }
  sync_folder(run.folder_descriptor);

  carry_out(run, step, name + ".log", outcome);

  entry.event = "outcome";
  entry.status = to_string(outcome.status);
  entry.exit_code = outcome.exit_code;
  entry.message = outcome.message;
  if (const auto noted = append(run.journal, entry); !noted) {
    outcome.message += " (The journal could not be written: " + noted.error() + ".)";
  }
  return outcome;
}

RestartAdvice restarts_needed(const std::vector<PlanStep>& plan,
                              const std::vector<StepOutcome>& outcomes) {
  std::vector<Fix> in_effect;
  for (std::size_t i = 0; i < plan.size() && i < outcomes.size(); ++i) {
    const auto status = outcomes[i].status;
    if (status == StepStatus::applied || status == StepStatus::already) {
      in_effect.push_back(plan[i].fix);
    }
  }
  return restarts_needed(in_effect);
}

}  // namespace doctor
