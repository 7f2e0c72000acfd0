#include "lib/facts/go_env.h"

#include <algorithm>
#include <utility>

#include "lib/base/text.h"

namespace doctor {
namespace {

constexpr const char* from_environment = "environment";
constexpr const char* from_default = "default";

// Go's filepath.Clean, but that "" stays "".
std::string clean(std::string_view path) {
  if (path.empty()) return "";
  const bool rooted = path.starts_with('/');
  std::vector<std::string> kept;
  for (std::string& name : split(path, '/')) {
    if (name.empty() || name == ".") continue;
    if (name == ".." && !kept.empty() && kept.back() != "..") {
      kept.pop_back();
    } else if (name != ".." || !rooted) {
      kept.push_back(std::move(name));
    }
  }
  std::string cleaned = (rooted ? "/" : "") + join(kept, "/");
  return cleaned.empty() ? "." : cleaned;
}

bool is_absolute(std::string_view path) {
  return path.starts_with('/');
}

std::string variable(const std::map<std::string, std::string>& variables, const std::string& name) {
  const auto found = variables.find(name);
  return found == variables.end() ? "" : found->second;
}

// An XDG base folder as os.UserCacheDir and os.UserConfigDir find it, or Go's words why not.
struct BaseFolder {
  std::string path;
  std::string problem;
};

BaseFolder base_folder(const std::map<std::string, std::string>& variables, const std::string& name,
                       std::string_view below_home) {
  const std::string folder = variable(variables, name);
  if (!folder.empty()) {
    if (is_absolute(folder)) return {folder, ""};
    return {"", "path in $" + name + " is relative"};
  }
  const std::string home = variable(variables, "HOME");
  if (home.empty()) return {"", "neither $" + name + " nor $HOME are defined"};
  return {home + std::string(below_home), ""};
}

// Both files and the environment, as cmd/go's Getenv asks them.
class Settings {
 public:
  explicit Settings(const GoEnvInputs& inputs) : inputs_(inputs) {
    if (user_go_env_path(inputs.variables)) user_lines_ = parse_go_env_file(inputs.user_file);
    goroot_lines_ = parse_go_env_file(inputs.goroot_file);
  }

  std::string environment(const std::string& name) const {
    return variable(inputs_.variables, name);
  }

  // What the user's file says, an empty value included.
  std::optional<GoValue> user(std::string_view name) const {
    const auto found = std::find_if(user_lines_.rbegin(), user_lines_.rend(),
                                    [&](const GoEnvLine& line) { return line.key == name; });
    if (found == user_lines_.rend()) return std::nullopt;
    return GoValue{std::string(name), found->value, inputs_.user_file_path, found->line};
  }

  // The value that is set for a name, or "" from "default". A file may set it to "" as well.
  GoValue find(const std::string& name) const {
    if (const std::string value = environment(name); !value.empty()) {
      return {name, value, from_environment};
    }
    if (auto value = user(name)) return *std::move(value);
    const auto line = std::ranges::find(goroot_lines_, name, &GoEnvLine::key);
    if (line == goroot_lines_.end()) return {name, "", from_default};
    return {name, line->value, go_env_root(inputs_) + "/go.env", line->line};
  }

 private:
  const GoEnvInputs& inputs_;
  std::vector<GoEnvLine> user_lines_;
  std::vector<GoEnvLine> goroot_lines_;
};

std::string in_quotes(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

std::string problem_of_gopath(std::string_view list) {
  for (const std::string& entry : split_path_list(list)) {
    if (entry.starts_with('~')) {
      return "GOPATH entry cannot start with shell metacharacter '~': " + in_quotes(entry);
    }
    if (!is_absolute(entry)) {
      return "GOPATH entry is relative; must be absolute path: " + in_quotes(entry);
    }
  }
  return "";
}

// Where Go's own root is compiled into the program (never in a release build), it is compared with
// as well; that cannot be seen from here.
GoValue gopath(const Settings& settings) {
  GoValue found = settings.find("GOPATH");
  if (!found.value.empty()) {
    found.problem = problem_of_gopath(found.value);
    return found;
  }
  found = {"GOPATH", "", from_default};
  const std::string home = settings.environment("HOME");
  if (home.empty()) return found;
  const std::string folder = clean(home + "/go");
  if (folder != clean(settings.environment("GOROOT"))) found.value = folder;
  return found;
}

GoValue gomodcache(const Settings& settings, const std::string& gopath) {
  GoValue found = settings.find("GOMODCACHE");
  if (found.value.empty()) {
    found = {"GOMODCACHE", "", from_default};
    const std::string first = gopath.substr(0, gopath.find(':'));
    if (!first.empty()) found.value = clean(first + "/pkg/mod");
  }
  if (found.value.empty()) {
    found.problem = "module cache not found: neither GOMODCACHE nor GOPATH is set";
  } else if (!is_absolute(found.value)) {
    found.problem =
        "GOMODCACHE entry is relative; must be absolute path: " + in_quotes(found.value);
  }
  return found;
}

GoValue gocache(const Settings& settings, const std::map<std::string, std::string>& variables) {
  GoValue found = settings.find("GOCACHE");
  if (found.value == "off") {
    found.problem = "build cache is disabled by GOCACHE=off, but required as of Go 1.12";
    return found;
  }
  if (!found.value.empty()) {
    if (is_absolute(found.value)) return found;
    found.value = "off";
    found.problem = "GOCACHE is not an absolute path";
    return found;
  }
  const BaseFolder folder = base_folder(variables, "XDG_CACHE_HOME", "/.cache");
  if (!folder.problem.empty()) {
    return {"GOCACHE", "off", from_default, 0, "GOCACHE is not defined and " + folder.problem};
  }
  return {"GOCACHE", clean(folder.path + "/go-build"), from_default};
}

// The go.env of a GOROOT cannot name another GOROOT.
GoValue goroot(const Settings& settings, const GoEnvInputs& inputs) {
  if (const std::string value = settings.environment("GOROOT"); !value.empty()) {
    return {"GOROOT", value, from_environment};
  }
  if (auto value = settings.user("GOROOT"); value && !value->value.empty()) {
    value->value = clean(value->value);
    return *std::move(value);
  }
  return {"GOROOT", inputs.goroot, from_default};
}

GoValue goenv(const std::map<std::string, std::string>& variables) {
  const bool set = !variable(variables, "GOENV").empty();
  return {"GOENV", user_go_env_path(variables).value_or(""), set ? from_environment : from_default};
}

}  // namespace

std::vector<GoEnvLine> parse_go_env_file(std::string_view text) {
  std::vector<GoEnvLine> assignments;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    ++number;
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || line[0] < 'A' || line[0] > 'Z') continue;
    assignments.push_back(
        {std::string(line.substr(0, equals)), std::string(line.substr(equals + 1)), number});
  }
  return assignments;
}

std::optional<std::string> user_go_env_path(const std::map<std::string, std::string>& variables) {
  std::string path = variable(variables, "GOENV");
  if (path == "off") return std::nullopt;
  if (!path.empty()) return path;
  const BaseFolder folder = base_folder(variables, "XDG_CONFIG_HOME", "/.config");
  if (!folder.problem.empty()) return std::nullopt;
  return clean(folder.path + "/go/env");
}

std::string go_env_root(const GoEnvInputs& inputs) {
  const Settings settings(inputs);
  if (const auto value = settings.user("GOROOT"); value && !value->value.empty()) {
    return clean(value->value);
  }
  const std::string value = settings.environment("GOROOT");
  return value.empty() ? inputs.goroot : clean(value);
}

std::vector<GoValue> go_environment(const GoEnvInputs& inputs) {
  const Settings settings(inputs);
  GoValue path = gopath(settings);
  GoValue modules = gomodcache(settings, path.value);
  // A relative HOME makes Go forget the default GOPATH, but only after GOMODCACHE came of it.
  if (path.source == from_default && !is_absolute(path.value)) path.value.clear();

  std::vector<GoValue> values{std::move(path), std::move(modules),
                              gocache(settings, inputs.variables)};
  for (const char* name : {"GOTMPDIR", "GOBIN"}) values.push_back(settings.find(name));
  values.push_back(goroot(settings, inputs));
  values.push_back(goenv(inputs.variables));
  for (const char* name : {"GOFLAGS", "GOPROXY", "GOTOOLCHAIN"}) {
    values.push_back(settings.find(name));
  }
  return values;
}

const GoValue& go_value(const std::vector<GoValue>& values, std::string_view name) {
  static const GoValue no_value;
  const auto found = std::ranges::find(values, name, &GoValue::name);
  return found == values.end() ? no_value : *found;
}

std::vector<std::string> split_path_list(std::string_view list) {
  std::vector<std::string> entries = split(list, ':');
  std::erase(entries, "");
  return entries;
}

}  // namespace doctor
