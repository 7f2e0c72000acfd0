#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/text.h"
#include "lib/fix/fold.h"
#include "lib/fix/plan.h"
#include "lib/fix/plan_text.h"
#include "lib/fix/script.h"
#include "lib/fix/script_files.h"
#include "tests/fix/scratch.h"
#include "tests/support/catch.h"

using namespace doctor;
using namespace doctor::test;

namespace {

Fix fix_named(const std::string& id, Privilege needs = Privilege::user,
              Restart restart = Restart::nothing) {
  Fix fix;
  fix.id = id;
  fix.title = "Mend " + id;
  fix.needs = needs;
  fix.restart = restart;
  BashScript script;
  script.id = id;
  script.title = fix.title;
  script.apply = "say 'mended'";
  fix.script = bash_script(script);
  return fix;
}

Fix editing(const std::string& id, const std::string& path, const std::string& before) {
  Fix fix = fix_named(id);
  fix.touches = {path};
  BashScript script;
  script.id = id;
  script.title = fix.title;
  script.apply = file_edit_statements({path, before, {0, 0, id}});
  fix.script = bash_script(script);
  return fix;
}

Finding finding_of(const std::string& id, const Fix& fix) {
  Finding finding;
  finding.id = id;
  finding.summary = "Something about " + id + " is wrong.";
  finding.fix = fix;
  return finding;
}

Diagnosis diagnosis_of(const std::string& check, const std::vector<Finding>& findings) {
  Diagnosis diagnosis = conclude("All is well.", findings);
  diagnosis.check = check;
  return diagnosis;
}

std::vector<PlanStep> plan_of(const std::vector<Fix>& fixes) {
  std::vector<Finding> findings;
  for (const auto& fix : fixes) findings.push_back(finding_of("finding-" + fix.id, fix));
  return make_plan({diagnosis_of("some-check", findings)});
}

std::vector<std::string> ids(const std::vector<PlanStep>& plan) {
  std::vector<std::string> ids;
  for (const auto& step : plan) ids.push_back(step.fix.id);
  return ids;
}

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  for (const auto& line : lines(text)) {
    widest = std::max(widest,
                      static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
                        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
                      })));
  }
  return widest;
}

}  // namespace

TEST_CASE("findings that share a fix make one step") {
  const Fix shared = fix_named("wsl-update");
  const auto plan = make_plan({diagnosis_of("systemd", {finding_of("too-old", shared)}),
                               diagnosis_of("cgroup-version", {finding_of("hybrid", shared)})});
  REQUIRE(plan.size() == 1);
  REQUIRE(plan[0].reasons.size() == 2);
  CHECK(plan[0].reasons[0].check == "systemd");
  CHECK(plan[0].reasons[1].finding == "hybrid");
  CHECK(plan[0].selected);
}

TEST_CASE("waived findings and those without a fix ask for nothing") {
  Finding waived = finding_of("a", fix_named("a"));
  waived.waived = Waived{"on purpose", "2099-01-01"};
  Finding without = finding_of("b", fix_named("b"));
  without.fix.reset();
  CHECK(make_plan({diagnosis_of("c", {waived, without})}).empty());
  CHECK(make_plan({}).empty());
}

TEST_CASE("restarts come last, and steps for root lie together") {
  const auto plan = plan_of({
      fix_named("wsl-user", Privilege::user, Restart::wsl),
      fix_named("root-restarting", Privilege::root, Restart::distribution),
      fix_named("root", Privilege::root),
      fix_named("user", Privilege::user),
      fix_named("shell", Privilege::user, Restart::new_shell),
  });
  CHECK(ids(plan) ==
        std::vector<std::string>{"user", "shell", "root", "root-restarting", "wsl-user"});
}

TEST_CASE("a fix that a person must look at is in the plan but not selected") {
  Fix fix = fix_named("move-project");
  fix.automatic = false;
  const auto plan = plan_of({fix});
  REQUIRE(plan.size() == 1);
  CHECK_FALSE(plan[0].selected);
  CHECK(plan[0].after.empty());
}

TEST_CASE("of two fixes written for the same file the second waits") {
  const std::string conf = "/etc/wsl.conf";
  SECTION("both edit it") {
    const auto plan = plan_of({editing("one", conf, "x"), editing("two", conf, "x"),
                               editing("three", "/etc/other", "x")});
    REQUIRE(plan.size() == 3);
    CHECK(plan[0].selected);
    CHECK(plan[1].after == "one");
    CHECK_FALSE(plan[1].selected);
    CHECK(plan[2].selected);
    CHECK_THAT(plan_text(plan), Contains("Waits for `one`"));
  }
  SECTION("the third waits for the first, not for the one that is held back") {
    const auto plan = plan_of(
        {editing("one", conf, "x"), editing("two", conf, "x"), editing("three", conf, "x")});
    CHECK(plan[2].after == "one");
  }
  SECTION("the first only touches it") {
    Fix first = fix_named("one");
    first.touches = {conf};
    CHECK(plan_of({first, editing("two", conf, "x")})[1].after == "one");
  }
  SECTION("the second does not care for its content") {
    Fix second = fix_named("two");
    second.touches = {conf};
    CHECK(plan_of({editing("one", conf, "x"), second})[1].after.empty());
  }
  SECTION("one that a person must look at holds no other back, but waits") {
    Fix first = editing("one", conf, "x");
    first.automatic = false;
    const auto plan = plan_of({first, editing("two", conf, "x")});
    CHECK(plan[0].after == "two");
    CHECK(plan[1].after.empty());
    CHECK(plan[1].selected);
  }
  SECTION("same id, other script") {
    const auto plan = plan_of({editing("one", conf, "x"), editing("one", "/etc/other", "x")});
    REQUIRE(plan.size() == 2);
    CHECK(plan[1].after == "one");
  }
}

TEST_CASE("one restart covers the smaller ones") {
  const auto restarting = [](Restart restart, const std::string& command) {
    Fix fix = fix_named("x", Privilege::user, restart);
    fix.restart_command = command;
    return fix;
  };
  const Fix shell = restarting(Restart::new_shell, "open a new terminal");
  const Fix distribution = restarting(Restart::distribution, "wsl --terminate Ubuntu");
  const Fix wsl = restarting(Restart::wsl, "wsl --shutdown");
  CHECK(restarts_needed(std::vector<Fix>{}).restart == Restart::nothing);
  CHECK(restarts_needed({fix_named("x")}).commands.empty());
  CHECK(restarts_needed({shell, distribution, shell}).commands ==
        std::vector<std::string>{"wsl --terminate Ubuntu"});
  const auto advice = restarts_needed({wsl, distribution, wsl});
  CHECK(advice.restart == Restart::wsl);
  CHECK(advice.commands == std::vector<std::string>{"wsl --shutdown"});
}

TEST_CASE("script names are safe file names") {
  PlanStep step;
  step.fix.id = "../Systemd enable\n";
  CHECK(script_name(step, 3) == "03----systemd-enable-.sh");
  step.fix.shell = Shell::powershell;
  step.fix.id = "defender";
  CHECK(script_name(step, 12) == "12-defender.ps1");
}

TEST_CASE("the plan as text") {
  Fix fix = editing("systemd-enable", "/etc/wsl.conf", "[boot]\n");
  fix.needs = Privilege::root;
  fix.restart = Restart::wsl;
  fix.restart_command = "wsl --shutdown  (in PowerShell)";
  fix.undo = "The script's --undo gives back the file.";
  const std::string text = plan_text(plan_of({fix}));
  for (const auto& part : std::vector<std::string>{
           "The plan: 1 fix.", " 1. Mend systemd-enable", "finding-systemd-enable is wrong.",
           "(some-check)", "/etc/wsl.conf", "root (sudo)", "wsl --shutdown", "--undo gives back",
           "01-systemd-enable.sh", "edit_file /etc/wsl.conf", sha256("[boot]\n")}) {
    CHECK_THAT(text, Contains(part));
  }
  CHECK_THAT(text, !Contains("resolve()"));
  CHECK_THAT(plan_text(plan_of({fix}), {80, true}), Contains("resolve()"));
  CHECK(plan_text({}) == "There is nothing to fix.\n");
}

TEST_CASE("no line of the plan is wider than asked for, whatever it holds") {
  Fix fix = editing("x", "/home/" + std::string(300, 'p') + "/j\xc3\xb6rg", "before");
  fix.title = std::string(200, 't') + " and words and words and words and words and words";
  fix.touches = {std::string(100, 'a') + " " + std::string(100, 'b')};
  fix.undo = std::string(500, 'u');
  for (const std::size_t width : {40U, 80U, 100U}) {
    for (const bool whole : {false, true}) {
      CHECK(widest_line(plan_text(plan_of({fix}), {width, whole})) <= width);
    }
  }
}

TEST_CASE("nothing from outside reaches the terminal unescaped") {
  Fix fix = fix_named("x");
  fix.title = "\x1b]0;title\x07 \xe2\x80\xaegnp.sh\r";
  fix.touches = {"/a\x1b[2J"};
  fix.undo = "\x9b 31m";
  fix.script = "\x1b[31m\n\xff";
  fix.restart = Restart::wsl;
  fix.restart_command = "\x1b[8m";
  auto plan = plan_of({fix});
  plan[0].reasons[0].summary = "\x1b[5m\n\x08";
  const std::string text = plan_text(plan);
  CHECK(is_valid_utf8(text));
  CHECK(text.find_first_of("\x1b\x07\x08\r") == std::string::npos);
  CHECK(text.find("\xe2\x80\xae") == std::string::npos);
}

TEST_CASE("lines of scripts are folded without a byte added or lost") {
  CHECK(fold_exactly("", 10) == std::vector<std::string>{""});
  CHECK(fold_exactly("a  b ", 3) == std::vector<std::string>{"a  ", "b "});
  // Wide characters take two columns.
  CHECK(fold_exactly("\xe6\x97\xa5\xe6\x9c\xac", 3) ==
        std::vector<std::string>{"\xe6\x97\xa5", "\xe6\x9c\xac"});
}

TEST_CASE("scripts are written into a private folder, as they are") {
  Scratch scratch;
  const auto plan = plan_of({editing("one", "/a", "x"), fix_named("two")});
  const std::string folder = scratch / "deep/er/scripts";
  const auto paths = write_scripts(plan, folder);
  REQUIRE(paths);
  CHECK(*paths == std::vector<std::string>{folder + "/01-one.sh", folder + "/02-two.sh"});
  struct stat info {};
  REQUIRE(stat(folder.c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0700);
  for (std::size_t i = 0; i < plan.size(); ++i) {
    CHECK(read((*paths)[i]) == plan[i].fix.script);
    REQUIRE(stat((*paths)[i].c_str(), &info) == 0);
    CHECK((info.st_mode & 07777) == 0700);
  }
}

TEST_CASE("scripts of the doctor are replaced, other files are not") {
  Scratch scratch;
  const std::string folder = scratch / "scripts";
  const auto plan = plan_of({fix_named("one")});
  const std::string path = folder + "/01-one.sh";
  const auto refused = [&] {
    const auto paths = write_scripts(plan, folder);
    return !paths && paths.error().find("01-one.sh") != std::string::npos;
  };

  SECTION("an older script") {
    REQUIRE(write_scripts(plan_of({editing("one", "/a", "x")}), folder));
    REQUIRE(write_scripts(plan, folder));
    CHECK(read(path) == plan[0].fix.script);
    CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 1);
  }
  SECTION("a file of the user") {
    write(path, "echo mine\n");
    CHECK(refused());
    CHECK(read(path) == "echo mine\n");
  }
  SECTION("a link, even to a script") {
    write(scratch / "target", plan[0].fix.script + "# theirs\n");
    std::filesystem::create_directory(folder);
    std::filesystem::create_symlink(scratch / "target", path);
    CHECK(refused());
    CHECK_THAT(read(scratch / "target"), Contains("# theirs"));
  }
  SECTION("a dangling link") {
    std::filesystem::create_directory(folder);
    std::filesystem::create_symlink(scratch / "nothing", path);
    CHECK(refused());
    CHECK_FALSE(is_there(scratch / "nothing"));
  }
  SECTION("a folder") {
    std::filesystem::create_directories(path);
    CHECK(refused());
  }
  SECTION("a pipe does not hold us up") {
    std::filesystem::create_directory(folder);
    REQUIRE(mkfifo(path.c_str(), 0600) == 0);
    CHECK(refused());
  }
}

TEST_CASE("a folder for scripts that is a link or a file is refused in words") {
  Scratch scratch;
  const auto plan = plan_of({fix_named("one")});
  std::filesystem::create_directory(scratch / "real");
  std::filesystem::create_symlink(scratch / "real", scratch / "link");
  write(scratch / "file", "x");
  for (const char* name : {"link", "link/", "file", "file/below"}) {
    const auto paths = write_scripts(plan, scratch / name);
    REQUIRE_FALSE(paths);
    CHECK_THAT(paths.error(), Contains("folder"));
  }
  CHECK(std::filesystem::is_empty(scratch / "real"));
}
