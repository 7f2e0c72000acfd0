#include "checks/go_places.h"

#include <algorithm>
#include <future>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/host/paths.h"

namespace doctor {

namespace {

constexpr const char* variables_that_matter[] = {
    "HOME",   "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "GOENV",   "GOPATH",  "GOMODCACHE", "GOCACHE",
    "GOROOT", "GOTMPDIR",       "GOBIN",           "GOFLAGS", "GOPROXY", "GOTOOLCHAIN"};

std::map<std::string, std::string> variables(const Host& host) {
  std::map<std::string, std::string> values;
  for (const char* name : variables_that_matter) {
    if (auto value = host.variable(name)) values[name] = *std::move(value);
  }
  return values;
}

// The GOROOT of the first `go` in PATH (or of the usual place), as the go command itself finds it:
// the folder above the one that holds the resolved program.
std::string goroot_of_first_go(const Host& host) {
  std::vector<std::string> folders = split_path_list(host.variable("PATH").value_or(""));
  folders.emplace_back("/usr/local/go/bin");
  for (const std::string& folder : folders) {
    if (!folder.starts_with('/')) continue;
    const auto program = resolve(host, folder + "/go");
    if (!program) continue;
    const auto info = host.lstat(*program);
    if (!info || info->kind != FileKind::file) continue;
    const std::string root = normalise(*program + "/../..");
    if (exists(host, root + "/VERSION") || exists(host, root + "/go.env")) return root;
  }
  return "";
}

GoEnvInputs go_env_inputs(const Host& host) {
  GoEnvInputs inputs;
  inputs.variables = variables(host);
  inputs.goroot = goroot_of_first_go(host);
  if (const auto path = user_go_env_path(inputs.variables)) {
    inputs.user_file_path = *path;
    inputs.user_file = host.read_file(*path).value_or("");
  }
  if (const std::string root = go_env_root(inputs); !root.empty()) {
    inputs.goroot_file = host.read_file(root + "/go.env").value_or("");
  }
  return inputs;
}

std::string source_of(const GoValue& value) {
  return value.line == 0 ? value.source : fmt::format("{}:{}", value.source, value.line);
}

std::vector<GoPlace> named_places(const Context& context, const std::vector<GoValue>& values,
                                  const std::string& goroot) {
  std::vector<GoPlace> places;
  const auto add = [&](std::string name, std::string path, std::string source) {
    if (path.starts_with('/'))
      places.push_back({std::move(name), std::move(path), std::move(source), {}, {}});
  };
  add("project", context.project, "");
  for (const std::string& entry : split_path_list(go_value(values, "GOPATH").value)) {
    add("GOPATH", entry, source_of(go_value(values, "GOPATH")));
  }
  for (const char* name : {"GOMODCACHE", "GOCACHE", "GOTMPDIR", "GOBIN"}) {
    const GoValue& value = go_value(values, name);
    add(name, value.value, source_of(value));
  }
  if (go_value(values, "GOTMPDIR").value.empty()) {
    add("GOTMPDIR", context.host.variable("TMPDIR").value_or(""), "TMPDIR in the environment");
  }
  // GOROOT is where the first `go` lies, unless somebody has set it.
  const GoValue& root = go_value(values, "GOROOT");
  add("GOROOT", root.value.empty() ? goroot : root.value,
      root.value.empty() ? "the first `go` in PATH" : source_of(root));
  add("HOME", context.host.variable("HOME").value_or(""), "environment");
  return places;
}

// All at once: several of them may lie on drives that no longer answer, and each costs its
// deadline.
void resolve_all(const Host& host, std::vector<GoPlace>& places, const std::vector<Mount>& mounts) {
  const bool may_block = std::ranges::any_of(mounts, is_foreign);
  std::vector<std::future<Answer<std::string>>> answers;
  for (const GoPlace& place : places) {
    answers.push_back(std::async(may_block ? std::launch::async : std::launch::deferred,
                                 [&host, path = place.path] { return resolve(host, path); }));
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    places[i].resolved = answers[i].get();
    // Where links could not be followed, the path as written still tells the mount it begins on.
    const Mount* mount = mount_of(mounts, places[i].resolved.value_or(normalise(places[i].path)));
    if (mount) places[i].mount = *mount;
  }
}

}  // namespace

std::optional<std::string> on_windows(const Host& host, const GoPlace& place) {
  if (!place.mount) return std::nullopt;
  std::string share;
  if (const auto link = virtiofs_share_link(*place.mount)) {
    const auto info = host.lstat(*link);
    if (info) share = info->target;
  }
  return windows_path(*place.mount, place.resolved.value_or(place.path), share);
}

std::vector<GoValue> go_values(const Host& host) {
  return go_environment(go_env_inputs(host));
}

Answer<GoPlaces> go_places(const Context& context) {
  const Host& host = context.host;
  const auto text = host.read_file("/proc/self/mountinfo");
  if (!text) return unexpected(text.error());
  const auto mounts = parse_mountinfo(*text);
  if (!mounts) {
    return unexpected(HostError{
        HostErrorKind::failed,
        fmt::format("/proc/self/mountinfo:{}: {}", mounts.error().line, mounts.error().message)});
  }

  const GoEnvInputs inputs = go_env_inputs(host);
  GoPlaces result;
  result.values = go_environment(inputs);
  result.places = named_places(context, result.values, inputs.goroot);
  resolve_all(host, result.places, *mounts);
  return result;
}

}  // namespace doctor
