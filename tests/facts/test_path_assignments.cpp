#include "lib/facts/path_assignments.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

using Folders = std::vector<std::string>;

PathAssignment only(std::string_view line) {
  const auto all = path_assignments(line);
  REQUIRE(all.size() == 1);
  return all[0];
}

}  // namespace

TEST_CASE("the usual ways of putting a folder into PATH") {
  const auto [line, folders] = GENERATE(table<std::string, Folders>({
      {"export PATH=$PATH:/usr/local/go/bin", {"/usr/local/go/bin"}},
      {"PATH=\"/mnt/c/Program Files (x86)/Go/bin:${PATH}\"", {"/mnt/c/Program Files (x86)/Go/bin"}},
      {"  export PATH='/mnt/c/Tools':/opt/bin:\"$HOME/bin\"", {"/mnt/c/Tools", "/opt/bin"}},
      {"PATH=/mnt/c/Program\\ Files/Git/cmd:$PATH; export PATH", {"/mnt/c/Program Files/Git/cmd"}},
      {"[ -d /mnt/c/bin ] && PATH=$PATH:/mnt/c/bin", {"/mnt/c/bin"}},
      {"if true; then PATH+=:/mnt/c/bin; fi", {"/mnt/c/bin"}},
      {"PATH=\"/usr/bin:/bin:/mnt/c/Windows\"", {"/usr/bin", "/bin", "/mnt/c/Windows"}},
      {"path+=(/mnt/c/tools \"/mnt/c/Program Files/Go/bin\")",
       {"/mnt/c/tools", "/mnt/c/Program Files/Go/bin"}},
      {"path=(/mnt/c/tools $path)", {"/mnt/c/tools"}},
      {"set -gx PATH $PATH /mnt/c/tools", {"/mnt/c/tools"}},
      {"fish_add_path --append /mnt/c/tools", {"/mnt/c/tools"}},
      {"export PATH=\"$(go env GOPATH)/bin:/mnt/c/tools\"", {"/mnt/c/tools"}},
      {"export PATH=`pwd`:/mnt/c/tools\r", {"/mnt/c/tools"}},
  }));
  INFO(line);
  CHECK(only(line).folders == folders);
  CHECK_FALSE(only(line).cut);
}

TEST_CASE("lines that put nothing into PATH") {
  const std::string line = GENERATE(
      as<std::string>(), "# export PATH=/mnt/c/tools:$PATH", "export GOPATH=/mnt/c/go",
      "MANPATH=/mnt/c/man", "echo \"PATH=/mnt/c\"", "alias p='PATH=/mnt/c/tools ls'",
      "PATH=$PATH:$HOME/bin", "PATH=$PATH:bin:~/bin:", "PATH=", "true # PATH=/mnt/c/tools",
      "set -gx GOPATH /mnt/c/go", "PATH='$HOME/bin'", "case \"$PATH\" in *:/mnt/c/x:*) ;; esac");
  INFO(line);
  CHECK(path_assignments(line).empty());
}

TEST_CASE("a folder that comes after the PATH of before is told from one in front") {
  CHECK(only("PATH=/mnt/c/a:$PATH:/mnt/c/b").after == Folders{"/mnt/c/b"});
  CHECK(only("PATH+=:/mnt/c/b").after == Folders{"/mnt/c/b"});
  CHECK(only("fish_add_path -a /mnt/c/b").after == Folders{"/mnt/c/b"});
  CHECK(only("fish_add_path /mnt/c/b").after.empty());
  CHECK(only("PATH=/mnt/c/a:/mnt/c/b").after.empty());
}

TEST_CASE("a blank that is not quoted cuts a folder in two") {
  // microsoft/WSL#6311: `not a valid identifier`.
  const auto cut = only("export PATH=/home/me/bin:/mnt/c/Program Files/Go/bin");
  CHECK(cut.cut);
  CHECK(cut.folders == Folders{"/home/me/bin", "/mnt/c/Program"});
  CHECK_FALSE(only("PATH=/opt/bin make /all").folders.empty());
  CHECK_FALSE(only("PATH=/opt/bin command").cut);
  CHECK_FALSE(only("PATH=/opt/bin GOROOT=/x/y go").cut);
}

TEST_CASE("lines are counted, and come in order") {
  const auto all = path_assignments("# me\r\nPATH=/a:$PATH\r\n\r\nPATH=/b:$PATH");
  REQUIRE(all.size() == 2);
  CHECK(all[0].line == 2);
  CHECK(all[0].text == "PATH=/a:$PATH");
  CHECK(all[1].line == 4);
}

TEST_CASE("what is broken is read as far as it goes") {
  const std::string text =
      GENERATE(as<std::string>(), "PATH=\"/mnt/c/a", "PATH='/mnt/c/a", "PATH=/mnt/c/a:${PATH",
               "PATH=/mnt/c/a:$(x", "PATH=/mnt/c/a:`x", "PATH=/mnt/c/a:$", "PATH=/mnt/c/a\\",
               "path=(/mnt/c/a", "PATH=/mnt/c/a:$PATH\\", "PATH=/mnt/c/a:\x01");
  INFO(text);
  REQUIRE(path_assignments(text).size() == 1);
  CHECK(path_assignments(text)[0].folders[0].starts_with("/mnt/c/a"));
  CHECK(path_assignments("PATH=/mnt/\x1b[2J").empty());
}

TEST_CASE("the home folder is known, and nothing else is") {
  const auto [line, folder] = GENERATE(table<std::string, std::string>({
      {"export PATH=$PATH:$HOME/go/bin", "/home/me/go/bin"},
      {"PATH=\"${HOME}/go/bin:$PATH\"", "/home/me/go/bin"},
      {"PATH=~/bin:$PATH", "/home/me/bin"},
      {"PATH=$PATH:~/bin", "/home/me/bin"},
  }));
  INFO(line);
  const auto all = path_assignments(line, "/home/me");
  REQUIRE(all.size() == 1);
  CHECK(all[0].folders == Folders{folder});
  CHECK(path_assignments("PATH=\"~/bin:$PATH\"", "/home/me").empty());  // quoted: a ~ for ever
  CHECK(path_assignments("PATH=$GOPATH/bin:$HOMEPAGE/x", "/home/me").empty());
}

TEST_CASE("a folder behind PATH can be put in front") {
  CHECK(put_in_front("export PATH=$PATH:/usr/local/go/bin") ==
        "export PATH=/usr/local/go/bin:$PATH");
  CHECK(put_in_front("  PATH=\"${PATH}:/opt/a:$HOME/go/bin\"\r") ==
        "  PATH=\"/opt/a:$HOME/go/bin:${PATH}\"\r");
  const std::string other = GENERATE(
      as<std::string>(), "", "export PATH=/opt/bin:$PATH", "PATH=$PATH",
      "PATH=$PATH:", "export PATH=$PATH:/opt/bin; make", "PATH=$PATH:/opt/bin make",
      "PATH=\"$PATH:/opt/bin", "PATH=$PATH:/a:$PATH", "PATH=$PATH:$(pwd)", "PATH='$PATH:/opt/bin'",
      "# PATH=$PATH:/opt/bin", "if x; then PATH=$PATH:/opt/bin; fi", "PATH=$PATHS:/opt/bin",
      "PATH=$PATH:/opt/bin # Go");
  INFO(other);
  CHECK_FALSE(put_in_front(other));
}

TEST_CASE("an absurd line takes no absurd time") {
  const std::string part = GENERATE(as<std::string>(), "PATH=/a ${ ", "PATH=/a '", "PATH=/a:$(",
                                    "path=(/a ", "PATH=\"/a ", "PATH=`/a ", "set PATH ${/a ");
  std::string line;
  while (line.size() < 2'000'000) line += part;
  CHECK(path_assignments(line).size() <= 1);
  CHECK_FALSE(put_in_front("PATH=$PATH:/a" + line));
}
