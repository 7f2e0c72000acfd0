#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cmd/options.h"
#include "cmd/terminal.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/host/live_host.h"

namespace doctor {

namespace {

constexpr const char* about =
    "Finds out why Go is slow or broken in WSL, proves it, and mends it.\n"
    "Without a subcommand: check.";

constexpr const char* examples =
    "Examples:\n"
    "  wsl-go-doctor                                diagnose this machine\n"
    "  wsl-go-doctor check --only clock-skew -v     one check, with all its evidence\n"
    "  wsl-go-doctor check --format json            for programs; see schema/\n"
    "  wsl-go-doctor fix                            show what would be mended, and how\n"
    "  wsl-go-doctor fix --apply                    mend it, and check again\n"
    "  wsl-go-doctor explain windows-drive          why a check matters, and its sources\n"
    "  wsl-go-doctor snapshot -o machine.toml       record this machine for a bug report\n"
    "  wsl-go-doctor check --from machine.toml      diagnose a recorded machine anywhere\n"
    "\n"
    "Exit codes: 0 nothing at or above --fail-on, 1 something is, 2 wrong usage or an\n"
    "unusable settings file or snapshot, 3 the doctor itself failed.";

const std::vector<std::string> commands = {"check", "fix", "list", "explain", "snapshot"};

const std::vector<std::string> environments = {"wsl1",      "wsl2", "container-on-wsl",
                                               "container", "ci",   "linux"};

void add_run_flags(CLI::App& command, RunFlags& flags) {
  command.add_option("--only", flags.only, "Only these checks")
      ->delimiter(',')
      ->type_name("ID,...");
  command.add_option("--skip", flags.skip, "Not these checks")->delimiter(',')->type_name("ID,...");
  command
      .add_option("--project", flags.project, "The project folder (default: around this folder)")
      ->type_name("DIR");
  command
      .add_option("--environment", flags.environment,
                  "What kind of machine this is, if detection is wrong")
      ->check(CLI::IsMember(environments));
  command.add_flag("--offline", flags.offline, "Use no network");
  command
      .add_option("--timeout", flags.timeout_seconds, "Longest time for the whole run (default 30)")
      ->check(CLI::Range(0.1, 3600.0))
      ->type_name("SECONDS");
  command.add_option("--jobs", flags.jobs, "Checks at once (default 8)")
      ->check(CLI::Range(1, 64))
      ->type_name("N");
}

void add_from(CLI::App& command, RunFlags& flags) {
  command.add_option("--from", flags.from, "Diagnose a recorded machine (- reads standard input)")
      ->type_name("SNAPSHOT");
  command.add_option("--color", flags.color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("WHEN");
}

void add_check_flags(CLI::App& command, CheckFlags& flags) {
  add_run_flags(command, flags.run);
  add_from(command, flags.run);
  command.add_option("--format", flags.format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT");
  command
      .add_option("--fail-on", flags.fail_on,
                  "Exit 1 from this severity on: warning, error (default), never")
      ->check(CLI::IsMember({"warning", "error", "never"}))
      ->type_name("SEVERITY");
  command.add_flag("--strict", flags.strict, "Exit 1 for `unknown` too");
  command.add_flag("-v,--verbose", flags.verbose, "All evidence, notes and durations");
  command.add_flag("-q,--quiet", flags.quiet, "Only what is wrong");
}

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

// "there is no X; did you mean Y?", for a word that begins neither an option's value nor anything
// known.
int complain_about(const std::string& kind, const std::string& word,
                   const std::vector<std::string>& known) {
  const auto nearest = did_you_mean(word, known);
  complain(fmt::format(
      "there is no {} `{}`; {}", kind, word,
      nearest ? fmt::format("did you mean `{}`?", *nearest) : "see `wsl-go-doctor --help`"));
  return exit_usage;
}

int usage_error(const CLI::App& app, const CLI::ParseError& error,
                const std::vector<std::string>& words) {
  const auto used = app.get_subcommands();
  const CLI::App& command = used.empty() ? app : *used.front();
  const std::vector<std::string> known = option_names(command);
  for (const std::string& word : words) {
    const std::string name = word.substr(0, word.find('='));
    if (name.starts_with("--") && name != "--" && std::ranges::find(known, name) == known.end()) {
      return complain_about("option", name, known);
    }
  }
  complain(fmt::format("{}\nSee `wsl-go-doctor {}--help`.", error.what(),
                       used.empty() ? "" : command.get_name() + " "));
  return exit_usage;
}

int parse_and_run(const std::vector<std::string>& words) {
  CLI::App app(about, "wsl-go-doctor");
  app.footer(examples);
  app.set_version_flag("--version", "wsl-go-doctor " DOCTOR_VERSION);
  app.require_subcommand(0, 1);

  CheckFlags check;
  FixFlags fix;
  SnapshotFlags snapshot;
  std::string list_format = "text", explain_id;

  CLI::App* check_command = app.add_subcommand("check", "Diagnose this machine, or a recorded one");
  add_check_flags(*check_command, check);

  CLI::App* fix_command =
      app.add_subcommand("fix", "Show the plan that mends what was found, or carry it out");
  add_run_flags(*fix_command, fix.run);
  add_from(*fix_command, fix.run);
  fix_command->add_option("--output", fix.output, "Write the scripts into this folder")
      ->type_name("DIR");
  fix_command->add_flag("--apply", fix.apply, "Carry it out, and check again");
  fix_command->add_flag("-v,--verbose", fix.verbose, "Show whole scripts");
  fix_command->add_flag("-y,--yes", fix.yes, "Do not ask (needed without a terminal)");

  CLI::App* list_command = app.add_subcommand("list", "All checks");
  list_command->add_option("--format", list_format, "text or markdown")
      ->check(CLI::IsMember({"text", "markdown"}))
      ->type_name("FORMAT");

  CLI::App* explain_command =
      app.add_subcommand("explain", "Why a check matters, what it reads, its sources");
  explain_command->add_option("ID", explain_id, "The check")->required();

  CLI::App* snapshot_command =
      app.add_subcommand("snapshot", "Record what this machine answers, as a file");
  add_run_flags(*snapshot_command, snapshot.run);
  snapshot_command
      ->add_option("-o,--output", snapshot.output, "The file (default: standard output)")
      ->type_name("FILE");
  snapshot_command->add_flag("--no-redact", snapshot.no_redact,
                             "Leave user name, host name and tokens in");

  if (!words.empty() && !words.front().starts_with('-') &&
      std::ranges::find(commands, words.front()) == commands.end()) {
    return complain_about("command", words.front(), commands);
  }
  try {
    std::vector<std::string> reversed(words.rbegin(), words.rend());
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    return usage_error(app, error, words);
  }
  if (fix_command->parsed()) return run_fix(fix);
  if (list_command->parsed()) return run_list(list_format);
  if (explain_command->parsed()) return run_explain(explain_id);
  if (snapshot_command->parsed()) return run_snapshot(snapshot);
  return run_check(check);
}

}  // namespace

}  // namespace doctor

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], doctor::helper_argument) == 0)
    return doctor::serve_host_helper();
  std::signal(SIGCHLD, SIG_DFL);  // a parent that ignores it would hide how our children ended
  try {
    const int code = doctor::parse_and_run({argv + 1, argv + argc});
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
      doctor::complain("standard output could not be written");
      return doctor::exit_internal;
    }
    return code;
  } catch (const std::exception& error) {
    doctor::complain(fmt::format("internal error: {}. Please report it.", error.what()));
    return doctor::exit_internal;
  }
}
