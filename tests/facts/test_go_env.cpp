#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "lib/base/text.h"
#include "lib/facts/go_env.h"
#include "tests/facts/this_machine.h"
#include "tests/support/catch.h"

using namespace doctor;
namespace fs = std::filesystem;

namespace {

using Variables = std::map<std::string, std::string>;

GoEnvInputs inputs(Variables variables, std::string user_file = "", std::string goroot_file = "") {
  GoEnvInputs given;
  given.variables = std::move(variables);
  given.user_file_path = user_go_env_path(given.variables).value_or("");
  given.user_file = std::move(user_file);
  given.goroot = "/usr/local/go";
  given.goroot_file = std::move(goroot_file);
  return given;
}

GoValue value(const GoEnvInputs& given, std::string_view name) {
  return go_value(go_environment(given), name);
}

const Variables at_home{{"HOME", "/home/me"}};

}  // namespace

TEST_CASE("go env: lines of a go/env file are taken as they stand") {
  const auto lines = parse_go_env_file(
      "# a comment\n"
      "GOPROXY=https://goproxy.example,direct\n"
      " GOBIN=/leading/blank\n"
      "gobin=/lower/case\n"
      "GOFLAGS\n"
      "=x\n"
      "\n"
      "GOFLAGS=\"-tags=a b\" # c\n"
      "GOCACHE =/key/with/blank\n"
      "GOTMPDIR=/tmp/x\r\n"
      "GOPRIVATE=a=b\n"
      "GOBIN=");
  REQUIRE(lines.size() == 6);
  CHECK(lines[0] == GoEnvLine{"GOPROXY", "https://goproxy.example,direct", 2});
  CHECK(lines[1] == GoEnvLine{"GOFLAGS", "\"-tags=a b\" # c", 8});
  CHECK(lines[2] == GoEnvLine{"GOCACHE ", "/key/with/blank", 9});
  CHECK(lines[3] == GoEnvLine{"GOTMPDIR", "/tmp/x\r", 10});
  CHECK(lines[4] == GoEnvLine{"GOPRIVATE", "a=b", 11});
  CHECK(lines[5] == GoEnvLine{"GOBIN", "", 12});
  CHECK(parse_go_env_file("").empty());
  // A byte order mark hides the first line.
  CHECK(parse_go_env_file("\xef\xbb\xbfGOBIN=/x\n").empty());
}

TEST_CASE("go env: where the user's file is") {
  CHECK(user_go_env_path(at_home) == "/home/me/.config/go/env");
  CHECK(user_go_env_path({{"HOME", "/home/me"}, {"XDG_CONFIG_HOME", "/cfg/"}}) == "/cfg/go/env");
  CHECK(user_go_env_path({{"HOME", "/home/me"}, {"XDG_CONFIG_HOME", ""}}) ==
        "/home/me/.config/go/env");
  CHECK(user_go_env_path({{"HOME", "/home/me"}, {"XDG_CONFIG_HOME", "cfg"}}) == std::nullopt);
  CHECK(user_go_env_path({{"HOME", "/home/me"}, {"GOENV", "/x/env"}}) == "/x/env");
  CHECK(user_go_env_path({{"HOME", "/home/me"}, {"GOENV", "off"}}) == std::nullopt);
  CHECK(user_go_env_path({}) == std::nullopt);
}

TEST_CASE("go env: defaults follow from HOME") {
  const auto given = inputs(at_home);
  CHECK(value(given, "GOPATH") == GoValue{"GOPATH", "/home/me/go", "default"});
  CHECK(value(given, "GOMODCACHE") == GoValue{"GOMODCACHE", "/home/me/go/pkg/mod", "default"});
  CHECK(value(given, "GOCACHE") == GoValue{"GOCACHE", "/home/me/.cache/go-build", "default"});
  CHECK(value(given, "GOROOT") == GoValue{"GOROOT", "/usr/local/go", "default"});
  CHECK(value(given, "GOENV") == GoValue{"GOENV", "/home/me/.config/go/env", "default"});
  CHECK(value(given, "GOBIN") == GoValue{"GOBIN", "", "default"});
  CHECK(value(given, "GOTMPDIR") == GoValue{"GOTMPDIR", "", "default"});
  CHECK(value(given, "GONOSUCH") == GoValue{});

  std::vector<std::string> names;
  for (const GoValue& each : go_environment(given)) names.push_back(each.name);
  CHECK(names == std::vector<std::string>{"GOPATH", "GOMODCACHE", "GOCACHE", "GOTMPDIR", "GOBIN",
                                          "GOROOT", "GOENV", "GOFLAGS", "GOPROXY", "GOTOOLCHAIN"});
}

TEST_CASE("go env: every value says where it comes from") {
  Variables variables = at_home;
  variables["GOCACHE"] = "/mnt/d/cache";
  variables["GOFLAGS"] = "";  // an empty variable is none
  const auto given =
      inputs(variables, "GOPATH=/mnt/c/Users/me/go\nGOCACHE=/ignored\nGOFLAGS=-x\nGOFLAGS=-v\n",
             "# defaults\nGOPROXY=first\nGOPROXY=second\nGOTOOLCHAIN=local\n");
  CHECK(value(given, "GOCACHE") == GoValue{"GOCACHE", "/mnt/d/cache", "environment"});
  CHECK(value(given, "GOPATH") ==
        GoValue{"GOPATH", "/mnt/c/Users/me/go", "/home/me/.config/go/env", 1});
  CHECK(value(given, "GOMODCACHE") ==
        GoValue{"GOMODCACHE", "/mnt/c/Users/me/go/pkg/mod", "default"});
  CHECK(value(given, "GOFLAGS") == GoValue{"GOFLAGS", "-v", "/home/me/.config/go/env", 4});
  CHECK(value(given, "GOPROXY") == GoValue{"GOPROXY", "first", "/usr/local/go/go.env", 2});
  CHECK(value(given, "GOTOOLCHAIN") == GoValue{"GOTOOLCHAIN", "local", "/usr/local/go/go.env", 4});
}

TEST_CASE("go env: an empty value in the user's file hides $GOROOT/go.env") {
  const auto given = inputs(at_home, "GOPROXY=\n", "GOPROXY=https://goproxy.example\n");
  CHECK(value(given, "GOPROXY") == GoValue{"GOPROXY", "", "/home/me/.config/go/env", 1});
}

TEST_CASE("go env: GOENV=off ignores the user's file") {
  Variables variables = at_home;
  variables["GOENV"] = "off";
  const auto given = inputs(variables, "GOBIN=/x\n");
  CHECK(value(given, "GOBIN").value.empty());
  CHECK(value(given, "GOENV") == GoValue{"GOENV", "", "environment"});
}

TEST_CASE("go env: whose go.env counts") {
  CHECK(go_env_root(inputs(at_home)) == "/usr/local/go");
  CHECK(go_env_root(inputs({{"HOME", "/home/me"}, {"GOROOT", "/opt/go/"}})) == "/opt/go");
  // The user's file wins here, although GOROOT itself is the environment's.
  const auto both = inputs({{"HOME", "/home/me"}, {"GOROOT", "/opt/go"}},
                           "GOROOT=/home/me/go1.25/\n", "GOPROXY=off\n");
  CHECK(go_env_root(both) == "/home/me/go1.25");
  CHECK(value(both, "GOROOT") == GoValue{"GOROOT", "/opt/go", "environment"});
  CHECK(value(both, "GOPROXY").source == "/home/me/go1.25/go.env");
}

TEST_CASE("go env: what the go command refuses is said in its own words") {
  const auto problem = [](Variables variables, const char* name) {
    variables.insert({"HOME", "/home/me"});
    return value(inputs(variables), name).problem;
  };
  CHECK(problem({{"GOPATH", "~/go"}}, "GOPATH") ==
        "GOPATH entry cannot start with shell metacharacter '~': \"~/go\"");
  CHECK(problem({{"GOPATH", "/a:C:\\Users\\me\\go"}}, "GOPATH") ==
        "GOPATH entry is relative; must be absolute path: \"C\"");
  CHECK(problem({{"GOPATH", "/a::/b"}}, "GOPATH").empty());
  CHECK(problem({{"GOCACHE", "cache"}}, "GOCACHE") == "GOCACHE is not an absolute path");
  CHECK(problem({{"GOCACHE", "off"}}, "GOCACHE") ==
        "build cache is disabled by GOCACHE=off, but required as of Go 1.12");
  CHECK(problem({{"XDG_CACHE_HOME", "cache"}}, "GOCACHE") ==
        "GOCACHE is not defined and path in $XDG_CACHE_HOME is relative");
  CHECK(value(inputs({}), "GOCACHE").problem ==
        "GOCACHE is not defined and neither $XDG_CACHE_HOME nor $HOME are defined");
  CHECK(problem({{"GOMODCACHE", "mod"}}, "GOMODCACHE") ==
        "GOMODCACHE entry is relative; must be absolute path: \"mod\"");
  CHECK(value(inputs({}), "GOMODCACHE").problem ==
        "module cache not found: neither GOMODCACHE nor GOPATH is set");
}

TEST_CASE("go env: a path list loses its empty entries") {
  CHECK(split_path_list("/a::/b:") == std::vector<std::string>{"/a", "/b"});
  CHECK(split_path_list("").empty());
}

// What follows runs the real go command.
namespace {

struct TemporaryFolder {
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "doctor-go-env-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    path = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  std::string path;
};

std::string shell_quoted(std::string_view text) {
  return "'" + replace_all(text, "'", "'\\''") + "'";
}

void write(const fs::path& path, std::string_view text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::string text_or_nothing(const fs::path& path) {
  return fs::is_regular_file(path) ? file_bytes(path.string()) : "";
}

const std::vector<std::string> names{"GOPATH", "GOMODCACHE", "GOCACHE", "GOTMPDIR", "GOBIN",
                                     "GOROOT", "GOENV",      "GOFLAGS", "GOPROXY",  "GOTOOLCHAIN"};

// `go env NAME...` prints one value a line; none of the values here holds a line end.
struct RealGo {
  std::string program;
  std::string folder;  // where it is run: no go.mod above it, so no toolchain is ever wanted

  std::string run(const Variables& variables, const std::string& arguments) const {
    std::string command = "cd " + shell_quoted(folder) + " && env -i";
    for (const auto& [name, text] : variables) command += " " + shell_quoted(name + "=" + text);
    return output_of(command + " " + shell_quoted(program) + " env " + arguments +
                     " 2>stderr && echo done || echo refused");
  }
};

// Go 1.24 was the first to refuse a relative XDG_CONFIG_HOME or XDG_CACHE_HOME: golang/go#68470.
bool refuses_relative_xdg(const RealGo& go) {
  const std::string version = go.run({{"HOME", go.folder}, {"GOTOOLCHAIN", "local"}}, "GOVERSION");
  const std::string first = "go1.";
  if (!version.starts_with(first)) return true;  // a development version
  return std::stoi(version.substr(first.size())) >= 24;
}

bool has_relative_xdg(const Variables& variables) {
  return std::ranges::any_of(variables, [](const auto& variable) {
    return variable.first.starts_with("XDG_") && !variable.second.starts_with('/');
  });
}

// Runs both and compares every value; where go refuses to run, we must have said why.
void compare_with_go(const RealGo& go, const std::string& goroot, const Variables& variables) {
  GoEnvInputs given;
  given.variables = variables;
  given.goroot = goroot;
  if (const auto path = user_go_env_path(variables)) {
    given.user_file_path = *path;
    given.user_file = text_or_nothing(fs::path(go.folder) / *path);
  }
  given.goroot_file = text_or_nothing(go_env_root(given) + "/go.env");
  const std::vector<GoValue> ours = go_environment(given);

  std::vector<std::string> theirs = split(go.run(variables, join(names, " ")), '\n');
  REQUIRE(theirs.size() >= 2);
  theirs.pop_back();  // behind the last line end
  for (const auto& [name, text] : variables) UNSCOPED_INFO(name << "=" << text);
  UNSCOPED_INFO("go/env: " << given.user_file);
  if (theirs.back() == "refused") {
    const std::string problem = go_value(ours, "GOPATH").problem;
    const std::string complaint = file_bytes(go.folder + "/stderr");
    INFO(complaint);
    REQUIRE_FALSE(problem.empty());
    // Older releases say the same in other words.
    if (fs::exists(goroot + "/go.env")) CHECK(complaint.find(problem) != std::string::npos);
    return;
  }
  theirs.pop_back();
  // Before 1.21, Go had no go.env: GOPROXY's default was built in, and GOTOOLCHAIN unknown.
  const bool has_go_env = fs::exists(goroot + "/go.env");
  REQUIRE(theirs.size() == ours.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const bool newer = ours[i].name == "GOPROXY" || ours[i].name == "GOTOOLCHAIN";
    if (newer && !has_go_env) continue;
    INFO(ours[i].name);
    CHECK(ours[i].value == theirs[i]);
  }
  CHECK(go_value(ours, "GOPATH").problem.empty());
}

}  // namespace

TEST_CASE("go env: the real go command comes to the same values") {
  const TemporaryFolder temporary;
  const std::string& t = temporary.path;
  const RealGo go{std::string(trim(output_of("command -v go"))), t};
  const std::string home = t + "/home";
  fs::create_directories(home);
  const Variables plain{{"HOME", home}, {"GOTOOLCHAIN", "local"}};
  const std::string goroot = split(go.run(plain, "GOROOT"), '\n').at(0);
  REQUIRE(fs::is_directory(goroot));
  if (!fs::exists(goroot + "/go.env")) {
    // A release before 1.21 has other rules in the corners; the plain values are the same.
    compare_with_go(go, goroot, plain);
    compare_with_go(go, goroot,
                    {{"HOME", home}, {"GOPATH", t + "/a:" + t + "/b"}, {"GOCACHE", t + "/c"}});
    return;
  }

  // Two more roots, of which go only reads go.env.
  write(t + "/other-root/go.env", "GOTOOLCHAIN=local\nGOPROXY=one\nGOPROXY=two\nGOROOT=/never\n");
  write(home + "/go/go.env", "GOFLAGS=-mod=mod\nGOTOOLCHAIN=local\n");

  const std::vector<Variables> environments{
      {{"HOME", home}},
      {{"HOME", home + "//./"}},
      {{"HOME", "relative-home"}},
      {{"HOME", ""}},
      {},
      {{"HOME", home}, {"XDG_CONFIG_HOME", t + "/config"}, {"XDG_CACHE_HOME", t + "/cache/.."}},
      {{"HOME", home}, {"XDG_CONFIG_HOME", "config"}, {"XDG_CACHE_HOME", "cache"}},
      {{"XDG_CONFIG_HOME", t + "/config"}, {"XDG_CACHE_HOME", t + "/cache"}},
      {{"HOME", home}, {"GOENV", "off"}},
      {{"HOME", home}, {"GOENV", t + "/my env"}},
      {{"HOME", home}, {"GOENV", "relative-env"}},
      {{"HOME", home}, {"GOPATH", t + "/a:" + t + "/b"}, {"GOBIN", "bin"}},
      {{"HOME", home}, {"GOPATH", ":" + t + "/b"}},
      {{"HOME", home}, {"GOPATH", t + "/x/../y/"}, {"GOMODCACHE", ""}},
      {{"HOME", home}, {"GOPATH", "~/go"}},
      {{"HOME", home}, {"GOPATH", t + "/a:go"}},
      {{"HOME", home}, {"GOMODCACHE", "mod"}, {"GOCACHE", "cache"}, {"GOTMPDIR", "tmp"}},
      {{"HOME", home}, {"GOMODCACHE", t + "/m/"}, {"GOCACHE", t + "/c/"}, {"GOFLAGS", "-mod=mod"}},
      {{"HOME", home}, {"GOCACHE", "off"}, {"GOPROXY", "off"}},
      {{"HOME", home}, {"GOROOT", t + "/other-root/"}},
      {{"HOME", home}, {"GOROOT", home + "/go"}},
  };
  const std::vector<std::string> user_files{
      "",
      "GOFLAGS=-v\nGOFLAGS=-x\nGOPROXY=\n",
      "# note\n GOCACHE=/blank\ngocache=/lower\nGOCACHE\nGOTMPDIR=/t\r\nGOMODCACHE =/key\n",
      "GOCACHE=\"/quoted\"\nGOPATH=$HOME/go\n",
      "GOPATH=" + t + "/user:" + t + "/user2\nGOCACHE=" + t + "/user-cache\nGOMODCACHE=\n",
      "GOPATH=" + t + "/user\nGOPATH=\nGOTOOLCHAIN=local\nGOENV=/x\nHOME=/y\nXDG_CACHE_HOME=/z\n",
      "GOROOT=" + t + "/other-root/\nGOTOOLCHAIN=",
      "\xef\xbb\xbfGOFLAGS=-v\nGOMODCACHE=/no/end",
  };

  const bool with_relative_xdg = refuses_relative_xdg(go);
  for (const std::string& text : user_files) {
    // Each place has a mark, so that reading the wrong one shows.
    for (const char* place : {"home/.config/go/env", "config/go/env", "my env", "relative-env",
                              "relative-home/.config/go/env"}) {
      write(t + "/" + place,
            "GOPRIVATE=x\nGOTMPDIR=/" + replace_all(place, " ", "_") + "\n" + text);
    }
    for (Variables variables : environments) {
      if (has_relative_xdg(variables) && !with_relative_xdg) continue;
      variables["GOTOOLCHAIN"] = "local";
      compare_with_go(go, goroot, variables);
    }
    // GOTOOLCHAIN from a file: only from roots that say `local`.
    compare_with_go(go, goroot, {{"HOME", home}, {"GOROOT", t + "/other-root"}});
  }
}

TEST_CASE("go env: the real go command says of a cache what we say") {
  const TemporaryFolder temporary;
  const RealGo go{std::string(trim(output_of("command -v go"))), temporary.path};
  write(temporary.path + "/go.mod", "module example\n");
  write(temporary.path + "/main.go", "package main\nfunc main() {}\n");
  // Releases before 1.21 (without a go.env) build such a program without asking for the cache.
  const std::string root(trim(go.run({{"HOME", temporary.path}}, "GOROOT")));
  const bool asks_for_cache = fs::exists(root.substr(0, root.find('\n')) + "/go.env");
  const bool with_relative_xdg = refuses_relative_xdg(go);
  const auto complaint = [&](Variables variables) {
    variables["GOTOOLCHAIN"] = "local";
    variables["GOENV"] = "off";
    std::string command = "cd " + shell_quoted(temporary.path) + " && env -i";
    for (const auto& [name, text] : variables) command += " " + shell_quoted(name + "=" + text);
    return output_of(command + " " + shell_quoted(go.program) + " list -export . 2>&1; true");
  };
  const auto check = [&](const Variables& variables, const char* name) {
    const std::string said = complaint(variables);
    INFO(said);
    const std::string problem = value(inputs(variables), name).problem;
    REQUIRE_FALSE(problem.empty());
    if (!asks_for_cache || (has_relative_xdg(variables) && !with_relative_xdg)) return;
    CHECK(said.find(problem) != std::string::npos);
  };
  const std::string home = temporary.path + "/home";
  check({{"HOME", home}, {"GOCACHE", "relative"}}, "GOCACHE");
  check({{"HOME", home}, {"GOCACHE", "off"}}, "GOCACHE");
  check({{"HOME", home}, {"XDG_CACHE_HOME", "relative"}}, "GOCACHE");
  check({{"GOPATH", temporary.path + "/gopath"}}, "GOCACHE");
}
