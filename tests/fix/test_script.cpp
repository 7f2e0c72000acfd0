#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/text.h"
#include "lib/fix/powershell.h"
#include "lib/fix/script.h"
#include "tests/fix/scratch.h"
#include "tests/support/catch.h"

using namespace doctor;
using namespace doctor::test;

namespace {

const std::string wsl_conf = "/etc/wsl.conf";

FileEdit edit_of(const std::string& path, const std::string& before, TextEdit edit) {
  return {path, before, std::move(edit)};
}

FileEdit new_file(const std::string& path, const std::string& text) {
  return {path, std::nullopt, {0, 0, text}};
}

mode_t mode_of(const std::string& path) {
  struct stat info {};
  REQUIRE(stat(path.c_str(), &info) == 0);
  return info.st_mode & 07777;
}

bool has_temporary_files(const std::string& folder) {
  return picture_of(folder).find(".wsl-go-doctor.") != std::string::npos;
}

// Applies twice, undoes twice, and expects the machine as it was.
void check_round_trip(const FileEdit& edit, mode_t mode) {
  const ScriptRun script(edit_script(edit));
  const std::string file = script.root(edit.path);
  if (edit.before) {
    write(file, *edit.before);
    chmod(file.c_str(), mode);
  }
  const std::string before = picture_of(script.root());

  for (int round = 0; round < 2; ++round) {
    const Run applied = script();
    INFO(applied.output);
    REQUIRE(applied.code == 0);
    CHECK(read(file) == apply_edit(edit.before.value_or(""), edit.edit));
    CHECK(mode_of(file) == mode);
    CHECK((applied.output.find(nothing_changed_line) != std::string::npos) == (round == 1));
  }
  CHECK_FALSE(has_temporary_files(script.root()));
  for (int round = 0; round < 2; ++round) {
    const Run undone = script({"--undo"});
    INFO(undone.output);
    REQUIRE(undone.code == 0);
    CHECK(picture_of(script.root()) == before);
  }
}

}  // namespace

TEST_CASE("an edit is made once, and undone to the same bytes, mode and owner") {
  SECTION("in the middle") {
    check_round_trip(edit_of(wsl_conf, "[boot]\ncommand=x\n[user]\n", {7, 0, "systemd=true\n"}),
                     0644);
  }
  SECTION("replacing") {
    check_round_trip(edit_of(wsl_conf, "[boot]\nsystemd=false\n", {15, 5, "true"}), 0600);
  }
  SECTION("an empty file") {
    check_round_trip(edit_of(wsl_conf, "", {0, 0, "[boot]\n"}), 0640);
  }
  SECTION("removing everything") {
    check_round_trip(edit_of(wsl_conf, "a\n", {0, 2, ""}), 0644);
  }
  SECTION("CRLF, no final line end") {
    check_round_trip(edit_of(wsl_conf, "[boot]\r\nx=1", {11, 0, "\r\nsystemd=true"}), 0444);
  }
  SECTION("NUL, controls and bytes that are no UTF-8") {
    const std::string odd("\xef\xbb\xbf[a]\0\x01\xff\xfe\n\x1b[31m\xc3", 16);
    check_round_trip(edit_of(wsl_conf, odd, {6, 0, "\xff'\"$(id)`id`\\\n"}), 0755);
  }
  SECTION("a path with blanks, quotes, line ends and a leading dash") {
    check_round_trip(edit_of("/-a b/it's \"$(id)\"/\nx\n/\xff.conf", "one\n", {0, 3, "two"}), 0644);
  }
  SECTION("a large file") {
    const std::string large(200'000, 'x');
    check_round_trip(edit_of(wsl_conf, large, {150'000, 10, "here"}), 0644);
  }
}

TEST_CASE("a new file is made with its folders, and undone with them") {
  SECTION("folders missing") {
    check_round_trip(new_file("/home/ann/.config/go/env", "GOCACHE=/x\n"), 0644);
  }
  SECTION("without text") {
    check_round_trip(new_file("/empty", ""), 0644);
  }
  SECTION("hostile text") {
    check_round_trip(new_file("/a b/c\nd", "\xff$(id)\n`id`'\"\\"), 0644);
  }
}

TEST_CASE("undo keeps a folder that has been used since") {
  const ScriptRun script(edit_script(new_file("/a/b/c", "text")));
  REQUIRE(script().code == 0);
  write(script.root("/a/theirs"), "x");
  REQUIRE(script({"--undo"}).code == 0);
  CHECK_FALSE(is_there(script.root("/a/b")));
  CHECK(read(script.root("/a/theirs")) == "x");
}

TEST_CASE("a file that changed since the diagnosis is left alone") {
  const ScriptRun script(edit_script(edit_of(wsl_conf, "old\n", {0, 3, "new"})));
  SECTION("edited") {
    write(script.root(wsl_conf), "edited\n");
  }
  SECTION("gone") {
    std::filesystem::create_directories(script.root("/etc"));
  }
  SECTION("a folder now") {
    std::filesystem::create_directories(script.root(wsl_conf));
  }
  SECTION("a pipe now") {
    std::filesystem::create_directories(script.root("/etc"));
    REQUIRE(mkfifo(script.root(wsl_conf).c_str(), 0600) == 0);
  }
  const std::string before = picture_of(script.root());
  const Run result = script();
  CHECK(result.code == 1);
  CHECK_THAT(result.output, Contains("/etc/wsl.conf"));
  CHECK(picture_of(script.root()) == before);
}

TEST_CASE("the refusal says what happened and what to do") {
  const ScriptRun script(edit_script(edit_of(wsl_conf, "old\n", {0, 3, "new"})));
  write(script.root(wsl_conf), "edited\n");
  const Run result = script();
  CHECK_THAT(result.output, Contains("has changed since the diagnosis"));
  CHECK_THAT(result.output, Contains("wsl-go-doctor fix"));
}

TEST_CASE("a new file never overwrites another one") {
  const ScriptRun script(edit_script(new_file(wsl_conf, "ours\n")));
  write(script.root(wsl_conf), "theirs\n");
  const Run result = script();
  CHECK(result.code == 1);
  CHECK_THAT(result.output, Contains("is there already"));
  CHECK(read(script.root(wsl_conf)) == "theirs\n");
}

TEST_CASE("undo is refused when the file was edited since") {
  const ScriptRun script(edit_script(edit_of(wsl_conf, "old\n", {0, 3, "new"})));
  write(script.root(wsl_conf), "old\n");
  REQUIRE(script().code == 0);
  write(script.root(wsl_conf), "new\nand theirs\n");

  const Run refused = script({"--undo"});
  CHECK(refused.code == 1);
  CHECK_THAT(refused.output, Contains("was edited since"));
  CHECK(read(script.root(wsl_conf)) == "new\nand theirs\n");

  const Run forced = script({"--undo", "--force"});
  INFO(forced.output);
  CHECK(forced.code == 0);
  CHECK(read(script.root(wsl_conf)) == "old\n");
  CHECK_THAT(picture_of(script.backup()), Contains("and theirs"));
}

TEST_CASE("undo of several files is refused as a whole") {
  BashScript text;
  text.id = "two-files";
  text.title = "Edit two files";
  text.apply = file_edit_statements(edit_of("/a", "a", {0, 1, "A"})) +
               file_edit_statements(edit_of("/b", "b", {0, 1, "B"}));
  const ScriptRun script(bash_script(text));
  write(script.root("/a"), "a");
  write(script.root("/b"), "b");
  REQUIRE(script().code == 0);
  for (const char* edited : {"/a", "/b"}) {
    const std::string ours = read(script.root(edited));
    write(script.root(edited), "theirs");
    const std::string before = picture_of(script.root());
    CHECK(script({"--undo"}).code == 1);
    CHECK(picture_of(script.root()) == before);
    write(script.root(edited), ours);
  }
  CHECK(script({"--undo"}).code == 0);
  CHECK(read(script.root("/a")) + read(script.root("/b")) == "ab");
}

TEST_CASE("two edits of one file are undone to its oldest content") {
  BashScript text;
  text.id = "two-edits";
  text.title = "Edit a file twice";
  text.apply = file_edit_statements(edit_of("/a", "1", {0, 1, "2"})) +
               file_edit_statements(edit_of("/a", "2", {0, 1, "3"}));
  const ScriptRun script(bash_script(text));
  write(script.root("/a"), "1");
  REQUIRE(script().code == 0);
  REQUIRE(read(script.root("/a")) == "3");
  REQUIRE(script({"--undo"}).code == 0);
  CHECK(read(script.root("/a")) == "1");
}

TEST_CASE("applied, undone, changed by its owner, applied anew: undo gives the owner's content") {
  const ScriptRun script(edit_script(edit_of("/a", "old", {0, 3, "new"})));
  write(script.root("/a"), "old");
  REQUIRE(script().code == 0);
  // The owner takes it back by hand.
  write(script.root("/a"), "old");
  REQUIRE(script().code == 0);
  REQUIRE(script({"--undo"}).code == 0);
  CHECK(read(script.root("/a")) == "old");
}

TEST_CASE("a link is followed inside the root, not replaced") {
  const ScriptRun script(edit_script(edit_of(wsl_conf, "old\n", {0, 3, "new"})));
  const std::string outside = script.backup() + "-outside";
  write(outside + "/wsl.conf", "old\n");
  std::filesystem::create_directories(script.root("/etc"));
  const auto link_to = [&](const std::string& target) {
    std::filesystem::create_symlink(target, script.root(wsl_conf));
  };
  SECTION("absolute") {
    write(script.root("/srv/wsl.conf"), "old\n");
    link_to("/srv/wsl.conf");
  }
  SECTION("relative") {
    write(script.root("/srv/wsl.conf"), "old\n");
    link_to("../srv/wsl.conf");
  }
  SECTION("above the root") {
    write(script.root("/srv/wsl.conf"), "old\n");
    link_to("../../../../../srv/wsl.conf");
  }
  SECTION("through a linked folder and a second link") {
    write(script.root("/srv/wsl.conf"), "old\n");
    std::filesystem::create_symlink("/srv", script.root("/data"));
    std::filesystem::create_symlink("/data/./wsl.conf", script.root("/first"));
    link_to("//first");
  }
  const std::string before = picture_of(script.root());
  const Run applied = script();
  INFO(applied.output);
  REQUIRE(applied.code == 0);
  CHECK(std::filesystem::is_symlink(script.root(wsl_conf)));
  CHECK(read(script.root("/srv/wsl.conf")) == "new\n");
  REQUIRE(script({"--undo"}).code == 0);
  CHECK(picture_of(script.root()) == before);
  CHECK(read(outside + "/wsl.conf") == "old\n");
}

TEST_CASE("a link out of the root does not lead there") {
  const ScriptRun script(edit_script(edit_of(wsl_conf, "old\n", {0, 3, "new"})));
  const std::string outside = script.backup() + "-outside";
  write(outside, "old\n");
  std::filesystem::create_directories(script.root("/etc"));
  std::filesystem::create_symlink(outside, script.root(wsl_conf));
  CHECK(script().code == 1);
  CHECK(read(outside) == "old\n");
}

TEST_CASE("links in a circle end") {
  const ScriptRun script(edit_script(edit_of("/a", "old\n", {0, 3, "new"})));
  std::filesystem::create_symlink("/b", script.root("/a"));
  std::filesystem::create_symlink("/a", script.root("/b"));
  const Run result = script();
  CHECK(result.code == 1);
  CHECK_THAT(result.output, Contains("too many links"));
}

TEST_CASE("a link that belongs to another user is not followed", "[needs-root]") {
  const ScriptRun script(edit_script(edit_of("/tmp/a", "old\n", {0, 3, "new"})));
  write(script.root("/etc/passwd"), "old\n");
  std::filesystem::create_directories(script.root("/tmp"));
  chmod(script.root("/tmp").c_str(), 01777);
  std::filesystem::create_symlink("/etc/passwd", script.root("/tmp/a"));
  REQUIRE(lchown(script.root("/tmp/a").c_str(), 12345, 12345) == 0);
  const Run result = script();
  CHECK(result.code == 1);
  CHECK_THAT(result.output, Contains("belongs to another user"));
  CHECK(read(script.root("/etc/passwd")) == "old\n");
}

TEST_CASE("the owner of a file is kept and given back", "[needs-root]") {
  const ScriptRun script(edit_script(edit_of("/a", "old\n", {0, 3, "new"})));
  write(script.root("/a"), "old\n");
  REQUIRE(chown(script.root("/a").c_str(), 1234, 4321) == 0);
  const std::string before = picture_of(script.root());
  REQUIRE(script().code == 0);
  CHECK_THAT(picture_of(script.root()), Contains("1234:4321 new"));
  REQUIRE(script({"--undo"}).code == 0);
  CHECK(picture_of(script.root()) == before);
}

TEST_CASE("the backup folder is private, and another's is refused") {
  const ScriptRun script(edit_script(edit_of("/a", "old\n", {0, 3, "new"})));
  write(script.root("/a"), "old\n");
  SECTION("private") {
    std::filesystem::create_directories(script.backup() + "/test-edit");
    chmod((script.backup() + "/test-edit").c_str(), 0755);
    REQUIRE(script().code == 0);
    CHECK(mode_of(script.backup() + "/test-edit") == 0700);
  }
  SECTION("a link") {
    std::filesystem::create_directories(script.backup());
    std::filesystem::create_directories(script.backup() + "-elsewhere");
    std::filesystem::create_symlink(script.backup() + "-elsewhere", script.backup() + "/test-edit");
    CHECK(script().code == 1);
    CHECK(read(script.root("/a")) == "old\n");
  }
}

TEST_CASE("backups lie below the scratch root unless told otherwise") {
  Scratch scratch;
  write(scratch / "root/a", "old\n");
  write(scratch / "fix.sh", edit_script(edit_of("/a", "old\n", {0, 3, "new"})));
  REQUIRE(run({"/bin/bash", scratch / "fix.sh"},
              {"PATH=/usr/bin:/bin", "HOME=/home/ann", "WSL_GO_DOCTOR_ROOT=" + scratch / "root"})
              .code == 0);
  const std::string folder =
      geteuid() == 0 ? "var/backups/wsl-go-doctor" : "home/ann/.local/state/wsl-go-doctor/backups";
  CHECK(is_there(scratch / ("root/" + folder + "/test-edit")));
}

TEST_CASE("commands of the machine are shown, not run, in a scratch root") {
  BashScript text;
  text.id = "commands";
  text.title = "Run commands";
  text.apply =
      "run_step 'Set the clock' touch \"$PWD/machine\"\n"
      "run_in_root 'Mark the root' touch \"$root/marked\"\n";
  text.undo = "run_in_root 'Remove the mark' rm -f \"$root/marked\"";
  const ScriptRun script(bash_script(text));
  const Run applied = script();
  INFO(applied.output);
  REQUIRE(applied.code == 0);
  CHECK_THAT(applied.output, Contains("Set the clock: touch") && Contains("not run"));
  CHECK_FALSE(is_there(std::filesystem::current_path().string() + "/machine"));
  CHECK(is_there(script.root("/marked")));
  REQUIRE(script({"--undo"}).code == 0);
  CHECK_FALSE(is_there(script.root("/marked")));
}

TEST_CASE("the first command that fails ends the script with its code named") {
  BashScript text;
  text.id = "failing";
  text.title = "Fail";
  text.apply = "run_in_root 'Try it' bash -c 'exit 7'\nsay 'not reached'";
  const ScriptRun script(bash_script(text));
  const Run result = script();
  CHECK(result.code == 1);
  CHECK_THAT(result.output, Contains("failing: Try it: ended with code 7"));
  CHECK_THAT(result.output, !Contains("not reached"));
}

TEST_CASE("how a script is used") {
  const ScriptRun script(edit_script(edit_of("/a", "old\n", {0, 3, "new"})));
  CHECK_THAT(script({"--help"}).output, Contains("--undo") && Contains("Edit a file"));
  CHECK(script({"--help"}).code == 0);
  CHECK(script({"--frobnicate"}).code == 2);
  CHECK(script({"--force"}).code == 1);
}

TEST_CASE("a script for root runs as nobody else, except in a scratch root", "[needs-root]") {
  BashScript text;
  text.id = "for-root";
  text.title = "Change the system";
  text.apply = "say 'applied'";
  text.needs = Privilege::root;
  Scratch scratch;
  write(scratch / "fix.sh", bash_script(text));
  chmod(scratch.path().c_str(), 0755);
  const std::vector<std::string> as_nobody = {
      "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "bash", scratch / "fix.sh"};
  const Run refused = run(as_nobody, {"PATH=/usr/bin:/bin"});
  CHECK(refused.code == 1);
  CHECK_THAT(refused.output, Contains("sudo bash"));
  CHECK(run(as_nobody, {"PATH=/usr/bin:/bin", "WSL_GO_DOCTOR_ROOT=/tmp"}).code == 0);
}

TEST_CASE("a script for the user does not run through sudo", "[needs-root]") {
  Scratch scratch;
  write(scratch / "fix.sh", edit_script(edit_of("/nowhere/a", "old\n", {0, 3, "new"})));
  const Run result =
      run({"/bin/bash", scratch / "fix.sh"}, {"PATH=/usr/bin:/bin", "SUDO_UID=1000"});
  CHECK(result.code == 1);
  CHECK_THAT(result.output, Contains("without sudo"));
}

TEST_CASE("a scratch root that is no folder is refused") {
  Scratch scratch;
  write(scratch / "fix.sh", edit_script(edit_of("/a", "old\n", {0, 3, "new"})));
  for (const char* root : {"relative", "/no/such/folder"}) {
    const Run result = run({"/bin/bash", scratch / "fix.sh"},
                           {"PATH=/usr/bin:/bin", std::string("WSL_GO_DOCTOR_ROOT=") + root});
    CHECK(result.code == 1);
    CHECK_THAT(result.output, Contains("WSL_GO_DOCTOR_ROOT"));
  }
}

TEST_CASE("every kind of emitted script passes shellcheck") {
  const std::vector<std::string> applies = {
      file_edit_statements(edit_of(wsl_conf, "[boot]\n", {7, 0, "systemd=true\n"})),
      file_edit_statements(new_file("/home/$(id)/a'b", "`x`\n")),
      file_edit_statements(edit_of("/a", "1", {0, 1, "2"})) +
          file_edit_statements(new_file("/b", "x")),
      "run_step 'Set the clock' hwclock -s\n",
      "run_in_root 'Rebuild the cache' ldconfig -r \"${root:-/}\"\n",
      "",
  };
  Scratch scratch;
  std::vector<std::string> command{"shellcheck"};
  for (std::size_t i = 0; i < applies.size(); ++i) {
    BashScript text;
    text.id = "id $(x)";
    text.title = "ls";
    text.about = {"shellcheck disable=all", "Two\nlines \x1b[31m", std::string(300, 'w')};
    text.apply = applies[i];
    command.push_back(scratch / (std::to_string(i) + ".sh"));
    write(command.back(), bash_script(text));
  }
  const Run result = run(command, {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"});
  INFO(result.output);
  CHECK(result.code == 0);
}

TEST_CASE("hostile titles and remarks do not leave their comment") {
  BashScript text;
  text.id = "../../etc";
  text.title = "Title\ntouch \"$WSL_GO_DOCTOR_ROOT/title\"";
  text.about = {"a\ntouch \"$WSL_GO_DOCTOR_ROOT/about\"", "b\rtouch \"$WSL_GO_DOCTOR_ROOT/cr\""};
  text.apply = "say 'done'";
  const ScriptRun script(bash_script(text));
  CHECK(script().output == "done\n");
  CHECK(picture_of(script.root()).empty());
  CHECK_THAT(bash_script(text), Contains("fix='------etc'"));
}

TEST_CASE("a script works with the tools of busybox") {
  Scratch tools;
  const std::filesystem::path busybox =
      is_there("/bin/busybox") ? "/bin/busybox" : "/usr/bin/busybox";
  REQUIRE(is_there(busybox));
  for (const char* name :
       {"cat", "chmod", "chown", "cp", "cut", "grep", "head", "mkdir", "mktemp", "mv", "readlink",
        "rm", "rmdir", "sha256sum", "sort", "stat", "sync", "tail", "touch"}) {
    std::filesystem::create_symlink(busybox, tools / name);
  }
  BashScript text;
  text.id = "busybox";
  text.title = "Edit and create";
  text.apply = file_edit_statements(edit_of("/etc/a b", std::string("1\0\xff", 3), {1, 0, "2"})) +
               file_edit_statements(new_file("/x/y/z", "new\n"));
  ScriptRun script(bash_script(text));
  script.use_path(tools.path());
  write(script.root("/etc/a b"), std::string("1\0\xff", 3));
  chmod(script.root("/etc/a b").c_str(), 0640);
  const std::string before = picture_of(script.root());
  for (int round = 0; round < 2; ++round) {
    const Run applied = script();
    INFO(applied.output);
    REQUIRE(applied.code == 0);
  }
  CHECK(read(script.root("/etc/a b")) == std::string("12\0\xff", 4));
  CHECK(mode_of(script.root("/etc/a b")) == 0640);
  for (int round = 0; round < 2; ++round) {
    const Run undone = script({"--undo"});
    INFO(undone.output);
    REQUIRE(undone.code == 0);
    CHECK(picture_of(script.root()) == before);
  }
}

TEST_CASE("a PowerShell script is ASCII, and asks for what it needs") {
  PowershellScript text;
  text.id = "defender";
  text.title = "Exclude the folder of J\xc3\xb6rg";
  text.about = {"A \xe2\x80\x9cquoted\xe2\x80\x9d remark\nRemove-Item C:\\"};
  text.apply = "Add-MpPreference -ExclusionPath " + powershell_quote("C:\\J\xc3\xb6rg") + "\n";
  text.undo = "Remove-MpPreference -ExclusionPath " + powershell_quote("C:\\J\xc3\xb6rg") + "\n";
  const std::string script = powershell_script(text);
  CHECK(std::all_of(script.begin(), script.end(),
                    [](char c) { return c == '\n' || (c >= 0x20 && c < 0x7f); }));
  CHECK_THAT(script, Contains("#Requires -RunAsAdministrator\n"));
  CHECK_THAT(script, Contains("param([switch]$Undo)\n"));
  CHECK_THAT(script, Contains("Set-StrictMode -Version 3\n$ErrorActionPreference = 'Stop'\n"));
  CHECK_THAT(script, Contains("\n# A \\u201cquoted\\u201d remark\n# Remove-Item C:\\\n"));
  CHECK_THAT(script, Contains("  Add-MpPreference -ExclusionPath ('C:\\J' + [char]0xF6 + 'rg')\n"));
  CHECK_THAT(script, Contains("} else {\n  Remove-MpPreference"));

  text.needs = Privilege::windows_user;
  CHECK_THAT(powershell_script(text), !Contains("RunAsAdministrator"));
}
