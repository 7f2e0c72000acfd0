#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/text.h"
#include "lib/fix/apply.h"
#include "lib/fix/attached_process.h"
#include "lib/fix/powershell.h"
#include "lib/fix/script.h"
#include "tests/fix/scratch.h"
#include "tests/support/catch.h"

using namespace doctor;
using namespace doctor::test;
using namespace std::chrono_literals;

namespace {

PlanStep step_of(const std::string& id, const std::string& apply) {
  PlanStep step;
  step.fix.id = id;
  step.fix.title = "Mend " + id;
  BashScript script;
  script.id = id;
  script.title = step.fix.title;
  script.apply = apply;
  step.fix.script = bash_script(script);
  return step;
}

ApplyOptions options_in(const Scratch& scratch) {
  ApplyOptions options;
  options.environment = {{"HOME", scratch / "home"}, {"USER", "ann"},     {"GOFLAGS", "-x"},
                         {"PATH", "/mnt/c/Windows"}, {"LD_PRELOAD", "x"}, {"BASH_ENV", "/evil"}};
  return options;
}

std::string state_folder(const Scratch& scratch) {
  return scratch / "home/.local/state/wsl-go-doctor";
}

void write_program(const std::string& path, const std::string& text) {
  write(path, text);
  chmod(path.c_str(), 0755);
}

// Runs `test` as somebody who is not root, and answers what it found wrong ("" for nothing).
std::string as_ordinary_user(const Scratch& scratch, const std::function<std::string()>& test) {
  if (geteuid() != 0) return test();
  std::filesystem::permissions(scratch.path(), std::filesystem::perms::all);
  const std::string report = scratch / "report";
  const pid_t child = fork();
  if (child == 0) {
    if (setgid(65534) != 0 || setuid(65534) != 0) _exit(2);
    write(report, test());
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status == 0 ? read(report) : "the child ended with " + std::to_string(status);
}

// A sudo that takes "-n" and "-v", notes how it was called, and changes nobody.
void write_fake_sudo(const Scratch& scratch, const std::string& password_state) {
  write_program(
      scratch / "bin/sudo",
      "#!/bin/bash\n"
      "echo \"$*\" >>'" +
          (scratch / "sudo-calls") +
          "'\n"
          "state='" +
          (scratch / "sudo-state") +
          "'\n"
          "if [[ $1 == -v ]]; then echo known >\"$state\"; exit; fi\n"
          "[[ $(<\"$state\") == known ]] || { echo 'a password is required' >&2; exit 1; }\n"
          "shift\n"
          "exec \"$@\"\n");
  write(scratch / "sudo-state", password_state);
  chmod((scratch / "sudo-state").c_str(), 0666);
  write(scratch / "sudo-calls", "");
  chmod((scratch / "sudo-calls").c_str(), 0666);
}

}  // namespace

TEST_CASE("a step runs the script's very bytes in a private folder") {
  Scratch scratch;
  auto run = start_apply(options_in(scratch));
  REQUIRE(run);
  const PlanStep step = step_of("touch", "run_step 'Mark' touch \"$HOME/marked\"");
  const StepOutcome outcome = apply_step(*run, step, 3);
  INFO(outcome.message << outcome.output);
  CHECK(outcome.status == StepStatus::applied);
  CHECK(outcome.exit_code == 0);
  CHECK_THAT(outcome.output, Contains("Mark: touch"));
  CHECK(is_there(scratch / "home/marked"));
  CHECK(read(outcome.script_path) == step.fix.script);
  CHECK(outcome.script_path == run->folder + "/03-touch.sh");
  CHECK(read(run->folder + "/03-touch.sh.log") == outcome.output);
  for (const auto& folder : {state_folder(scratch), run->folder}) {
    struct stat info {};
    REQUIRE(stat(folder.c_str(), &info) == 0);
    CHECK((info.st_mode & 07777) == 0700);
  }
}

TEST_CASE("a script gets a clean environment") {
  Scratch scratch;
  auto options = options_in(scratch);
  options.environment["XDG_CONFIG_HOME"] = "/config";
  auto run = start_apply(options);
  REQUIRE(run);
  const auto outcome = apply_step(*run, step_of("env", "run_step 'Show' env\nsay \"cwd $PWD\""), 1);
  CHECK_THAT(outcome.output, Contains("\nHOME=" + scratch / "home" + "\n"));
  CHECK_THAT(outcome.output, Contains("\nUSER=ann\n") && Contains("\nXDG_CONFIG_HOME=/config\n"));
  CHECK_THAT(outcome.output, Contains("\nLANG=C.UTF-8\n") && Contains("cwd /\n"));
  CHECK_THAT(outcome.output, Contains("\nPATH=/usr/local/sbin:"));
  CHECK_THAT(outcome.output, !Contains("GOFLAGS") && !Contains("LD_PRELOAD") &&
                                 !Contains("BASH_ENV") && !Contains("WSL_GO_DOCTOR_ROOT"));
}

TEST_CASE("what was so before is told apart") {
  Scratch scratch;
  auto run = start_apply(options_in(scratch));
  REQUIRE(run);
  const auto step =
      step_of("create", file_edit_statements({scratch / "made", std::nullopt, {0, 0, "x"}}));
  CHECK(apply_step(*run, step, 1).status == StepStatus::applied);
  CHECK(apply_step(*run, step, 2).status == StepStatus::already);
}

TEST_CASE("a failing script is told with its own output") {
  Scratch scratch;
  auto run = start_apply(options_in(scratch));
  REQUIRE(run);
  const auto outcome = apply_step(
      *run, step_of("fail", "say 'on the way'\nrun_step 'Break' bash -c 'echo oh no >&2; exit 3'"),
      1);
  CHECK(outcome.status == StepStatus::failed);
  CHECK(outcome.exit_code == 1);
  CHECK_THAT(outcome.output, Contains("on the way\n") && Contains("oh no\n"));
  CHECK_THAT(outcome.message, Contains("code 1"));
}

TEST_CASE("a script that hangs is ended with its children") {
  Scratch scratch;
  auto options = options_in(scratch);
  options.deadline = std::chrono::seconds(3);  // a busy machine needs a while to get that far
  auto run = start_apply(options);
  REQUIRE(run);
  const auto outcome = apply_step(
      *run, step_of("hang", "say 'waiting'\nsleep 1000 &\necho $! >\"$HOME/pid\"\nwait"), 1);
  CHECK(outcome.status == StepStatus::failed);
  CHECK_THAT(outcome.output, Contains("waiting"));
  CHECK_THAT(outcome.message, Contains("did not end within"));
  const auto sleeper = static_cast<pid_t>(std::stol(read(scratch / "home/pid")));
  // Ended, if not yet reaped by init. The kernel takes a moment to carry a signal out.
  const std::string stat_line = "/proc/" + std::to_string(sleeper) + "/stat";
  const auto has_ended = [&] {
    return !is_there(stat_line) || read(stat_line).find(") Z") != std::string::npos;
  };
  for (int i = 0; i < 500 && !has_ended(); ++i) std::this_thread::sleep_for(10ms);
  CHECK(has_ended());
}

TEST_CASE("output without end is cut") {
  Scratch scratch;
  auto run = start_apply(options_in(scratch));
  REQUIRE(run);
  const auto outcome = apply_step(*run, step_of("loud", "head -c 300000 /dev/zero"), 1);
  CHECK(outcome.output.size() == 64 * 1024);
}

TEST_CASE("the journal tells intent and outcome") {
  Scratch scratch;
  auto run = start_apply(options_in(scratch));
  REQUIRE(run);
  const auto step = step_of("fail", "exit 5");
  const auto outcome = apply_step(*run, step, 1);
  const auto entries = lines(read(run->folder + "/journal.jsonl"));
  REQUIRE(entries.size() == 2);
  const auto intent = nlohmann::json::parse(entries[0]);
  const auto end = nlohmann::json::parse(entries[1]);
  CHECK(intent["event"] == "intent");
  CHECK(intent["fix"] == "fail");
  CHECK(intent["script"] == outcome.script_path);
  CHECK(intent["sha256"] == sha256(step.fix.script));
  CHECK(end["event"] == "outcome");
  CHECK(end["status"] == "failed");
  CHECK(end["exit_code"] == 5);
}

TEST_CASE("nothing runs when the intent cannot be noted") {
  Scratch scratch;
  auto run = start_apply(options_in(scratch));
  REQUIRE(run);
  run->journal.close();
  const auto outcome = apply_step(*run, step_of("touch", "touch \"$HOME/marked\""), 1);
  CHECK(outcome.status == StepStatus::failed);
  CHECK_THAT(outcome.message, Contains("Nothing was run"));
  CHECK_FALSE(is_there(scratch / "home/marked"));
}

TEST_CASE("one run at a time") {
  Scratch scratch;
  {
    const auto first = start_apply(options_in(scratch));
    REQUIRE(first);
    const auto second = start_apply(options_in(scratch));
    REQUIRE_FALSE(second);
    CHECK_THAT(second.error(), Contains("another"));
  }
  CHECK(start_apply(options_in(scratch)));
}

TEST_CASE("a state folder that is not ours alone is refused") {
  Scratch scratch;
  const std::string state = state_folder(scratch);
  const auto refusal = [&] {
    const auto run = start_apply(options_in(scratch));
    return run ? std::string("accepted") : run.error();
  };
  SECTION("a link") {
    std::filesystem::create_directories(scratch / "elsewhere");
    std::filesystem::create_directories(scratch / "home/.local/state");
    std::filesystem::create_symlink(scratch / "elsewhere", state);
    CHECK_THAT(refusal(), Contains("is a link"));
    CHECK(std::filesystem::is_empty(scratch / "elsewhere"));
  }
  SECTION("a link in the place of the runs") {
    std::filesystem::create_directories(scratch / "elsewhere");
    std::filesystem::create_directories(state);
    std::filesystem::permissions(state, std::filesystem::perms::owner_all);
    std::filesystem::create_symlink(scratch / "elsewhere", state + "/runs");
    CHECK_THAT(refusal(), Contains("is a link"));
  }
  SECTION("writable for the group") {
    std::filesystem::create_directories(state);
    chmod(state.c_str(), 0770);
    CHECK_THAT(refusal(), Contains("other users may write"));
  }
  SECTION("a file") {
    write(state, "x");
    CHECK_THAT(refusal(), Contains("not a folder"));
  }
  SECTION("no HOME at all") {
    ApplyOptions options;
    const auto run = start_apply(options);
    REQUIRE_FALSE(run);
    CHECK_THAT(run.error(), Contains("HOME"));
  }
}

TEST_CASE("a state folder of another user is refused", "[needs-root]") {
  Scratch scratch;
  const std::string state = state_folder(scratch);
  std::filesystem::create_directories(state);
  REQUIRE(chown(state.c_str(), 12345, 12345) == 0);
  const auto run = start_apply(options_in(scratch));
  REQUIRE_FALSE(run);
  CHECK_THAT(run.error(), Contains("another user"));
}

TEST_CASE("XDG_STATE_HOME is used when it is absolute") {
  Scratch scratch;
  auto options = options_in(scratch);
  options.environment["XDG_STATE_HOME"] = scratch / "state";
  CHECK_THAT(start_apply(options).value().folder, Contains(scratch / "state/wsl-go-doctor/runs/"));
  options.environment["XDG_STATE_HOME"] = "relative";
  CHECK_THAT(start_apply(options).value().folder, Contains(state_folder(scratch)));
}

TEST_CASE("a step that is not selected is left to the user") {
  Scratch scratch;
  auto run = start_apply(options_in(scratch));
  REQUIRE(run);
  PlanStep step = step_of("touch", "touch \"$HOME/marked\"");
  step.selected = false;
  const auto outcome = apply_step(*run, step, 1);
  CHECK(outcome.status == StepStatus::left_to_user);
  CHECK_THAT(outcome.message, Contains("--only"));
  CHECK(read(outcome.script_path) == step.fix.script);
  CHECK_FALSE(is_there(scratch / "home/marked"));

  step.after = "another-fix";
  CHECK_THAT(apply_step(*run, step, 2).message, Contains("`another-fix`"));
}

TEST_CASE("a step for root goes through sudo") {
  Scratch scratch;
  PlanStep step = step_of("system", "touch \"$HOME/marked\"");
  step.fix.needs = Privilege::root;
  auto options = options_in(scratch);
  options.path = scratch / "bin:/usr/bin:/bin";
  const auto apply = [&](const std::string& expected_calls, StepStatus expected) {
    return as_ordinary_user(scratch, [&]() -> std::string {
      auto run = start_apply(options);
      if (!run) return run.error();
      const auto outcome = apply_step(*run, step, 1);
      const std::string calls = replace_all(read(scratch / "sudo-calls"), outcome.script_path, "S");
      if (calls != expected_calls) return "calls: " + calls;
      if (outcome.status != expected) return outcome.message + outcome.output;
      if (is_there(scratch / "home/marked") != (expected == StepStatus::applied)) return "marked?";
      if (expected == StepStatus::left_to_user &&
          outcome.message.find("sudo bash") == std::string::npos) {
        return outcome.message;
      }
      return "";
    });
  };

  SECTION("that asks for nothing") {
    write_fake_sudo(scratch, "known\n");
    CHECK(apply("-n true\n-n timeout -k 5 300 bash S\n", StepStatus::applied) == "");
  }
  SECTION("that asks once, where somebody sits") {
    write_fake_sudo(scratch, "unknown\n");
    options.may_ask = true;
    CHECK(apply("-n true\n-v\n-n timeout -k 5 300 bash S\n", StepStatus::applied) == "");
  }
  SECTION("that would ask where nobody sits") {
    write_fake_sudo(scratch, "unknown\n");
    CHECK(apply("-n true\n", StepStatus::left_to_user) == "");
  }
  SECTION("that is not there") {
    write(scratch / "sudo-calls", "");
    options.path = scratch / "bin";
    CHECK(apply("", StepStatus::left_to_user) == "");
  }
}

TEST_CASE("a scratch root needs no root, and is handed on") {
  Scratch scratch;
  auto options = options_in(scratch);
  options.root = scratch / "root";
  std::filesystem::create_directory(options.root);
  std::filesystem::permissions(options.root, std::filesystem::perms::all);
  PlanStep step = step_of("create", file_edit_statements({"/etc/new", std::nullopt, {0, 0, "x"}}));
  step.fix.needs = Privilege::root;
  const std::string wrong = as_ordinary_user(scratch, [&]() -> std::string {
    auto run = start_apply(options);
    if (!run) return run.error();
    const auto outcome = apply_step(*run, step, 1);
    return outcome.status == StepStatus::applied ? "" : outcome.message + outcome.output;
  });
  CHECK(wrong == "");
  CHECK(read(scratch / "root/etc/new") == "x");
}

TEST_CASE("scripts for Windows") {
  Scratch scratch;
  PowershellScript text;
  text.id = "defender";
  text.title = "Exclude a folder";
  text.apply = "Write-Output 'x'\n";
  PlanStep step;
  step.fix.id = "defender";
  step.fix.shell = Shell::powershell;
  step.fix.needs = Privilege::windows_administrator;
  step.fix.script = powershell_script(text);

  auto options = options_in(scratch);
  options.path = scratch / "bin:/usr/bin:/bin";
  write_program(scratch / "bin/wslpath",
                "#!/bin/bash\nprintf '%s\\n' '\\\\wsl.localhost\\U'\"$2\"\n");
  write_program(scratch / "c/powershell.exe",
                "#!/bin/bash\npwd\nprintf '<%s>\\n' \"$@\"\n[[ $4 != fail ]]\n");
  const PowerShell powershell{scratch / "c/powershell.exe", scratch / "c"};
  const auto apply = [&] {
    auto run = start_apply(options);
    REQUIRE(run);
    return apply_step(*run, step, 1);
  };

  SECTION("are left to the user where Windows cannot be reached") {
    options.may_ask = true;
    const auto outcome = apply();
    CHECK(outcome.status == StepStatus::left_to_user);
    CHECK_THAT(outcome.message, Contains("administrator's PowerShell") &&
                                    Contains("'\\\\wsl.localhost\\U") && Contains(".ps1'"));
  }
  SECTION("are left to the user where nobody can consent") {
    options.powershell = powershell;
    const auto outcome = apply();
    CHECK(outcome.status == StepStatus::left_to_user);
    CHECK_THAT(outcome.message, Contains("consent"));
  }
  SECTION("are not run for a scratch root") {
    options.powershell = powershell;
    options.may_ask = true;
    options.root = scratch / "root";
    CHECK(apply().status == StepStatus::left_to_user);
  }
  SECTION("run through the consent prompt") {
    options.powershell = powershell;
    options.may_ask = true;
    const auto outcome = apply();
    INFO(outcome.output);
    REQUIRE(outcome.status == StepStatus::applied);
    CHECK_THAT(outcome.output, Contains(scratch / "c\n<-NoProfile>\n<-NonInteractive>\n"));
    const auto encoded = split(lines(outcome.output).back(), '<').back();
    const std::string command =
        utf16_to_utf8(from_base64(encoded.substr(0, encoded.size() - 1)).value());
    CHECK_THAT(command, Contains("-Verb RunAs -Wait") && Contains("exit $process.ExitCode"));
    const auto inner = split(command, '\'');
    const std::string inside = utf16_to_utf8(from_base64(inner[inner.size() - 2]).value());
    CHECK_THAT(inside, Contains("& '\\\\wsl.localhost\\U" + outcome.script_path + "' *>&1"));
  }
  SECTION("run as the user when no administrator is needed") {
    options.powershell = powershell;
    step.fix.needs = Privilege::windows_user;
    const auto outcome = apply();
    INFO(outcome.output);
    REQUIRE(outcome.status == StepStatus::applied);
    CHECK_THAT(outcome.output,
               Contains("<-File>\n<\\\\wsl.localhost\\U" + outcome.script_path + ">\n"));
  }
}

TEST_CASE("restarts are told for what is in effect") {
  std::vector<PlanStep> plan(2);
  plan[0].fix.restart = Restart::distribution;
  plan[0].fix.restart_command = "wsl --terminate Ubuntu";
  plan[1].fix.restart = Restart::wsl;
  plan[1].fix.restart_command = "wsl --shutdown";
  std::vector<StepOutcome> outcomes(2);
  CHECK(restarts_needed(plan, outcomes).restart == Restart::nothing);
  outcomes[0].status = StepStatus::already;
  CHECK(restarts_needed(plan, outcomes).restart == Restart::distribution);
  outcomes[1].status = StepStatus::applied;
  CHECK(restarts_needed(plan, outcomes).commands == std::vector<std::string>{"wsl --shutdown"});
}

TEST_CASE("a program that cannot be started is told, not run") {
  const auto end = run_attached({"/no/such/program"}, AttachedOptions());
  REQUIRE_FALSE(end);
  CHECK_THAT(end.error(), Contains("/no/such/program"));
  CHECK(find_program("bash", "/usr/bin:/bin") == "/usr/bin/bash");
  CHECK(find_program("bash", "relative::/nowhere") == "");
}
