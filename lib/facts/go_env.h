#pragma once

// Go's effective settings, computed as cmd/go does, without running `go` (which might start a
// toolchain download). Source: cmd/go/internal/cfg (readEnvFile, initEnvCache, Getenv, EnvFile),
// cmd/go/internal/cache/default.go, cmd/go/main.go and os.UserCacheDir of Go 1.26; Go 1.21 and
// newer read $GOROOT/go.env too.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doctor {

// One effective value and where it comes from.
struct GoValue {
  std::string name;      // "GOCACHE"
  std::string value;     // as `go env` prints it; "" when Go has none (GOBIN, GOTMPDIR)
  std::string source;    // "environment", "default", or the file: "/home/me/.config/go/env"
  std::size_t line = 0;  // in that file, from 1; 0 otherwise
  // Why the go command refuses the value ("GOCACHE is not an absolute path"); "" when it does not.
  // A refused GOPATH is given as it is set; for a refused GOCACHE `go env` says "off".
  std::string problem = "";

  bool operator==(const GoValue&) const = default;
};

// The KEY=VALUE lines of a go/env file, in order, every one of them. No quotes and no expansion:
// the key is what is before the first `=` and the value all the rest of the line, blanks and a CR
// included. A line whose first byte is not A-Z is skipped, as is one without `=`. Of several
// assignments of a key, the last counts in the user's file, even an empty one, but the first in
// $GOROOT/go.env, and there only for a key that the user's file does not name at all.
struct GoEnvLine {
  std::string key;
  std::string value;
  std::size_t line = 0;

  bool operator==(const GoEnvLine&) const = default;
};
std::vector<GoEnvLine> parse_go_env_file(std::string_view text);

// What the computation needs. Only GO* names, HOME, XDG_CACHE_HOME and XDG_CONFIG_HOME matter.
struct GoEnvInputs {
  std::map<std::string, std::string>
      variables;               // the process environment; an empty value counts as unset
  std::string user_file_path;  // see user_go_env_path
  std::string user_file;       // its text, "" when there is none
  std::string goroot;          // the GOROOT that belongs to the `go` found, "" if none
  std::string goroot_file;     // text of the go.env in go_env_root(), "" when there is none
};

// Where the user's go/env file is: $GOENV, or $XDG_CONFIG_HOME/go/env, or $HOME/.config/go/env.
// No value for GOENV=off, for a relative XDG_CONFIG_HOME, or when no home is known.
std::optional<std::string> user_go_env_path(const std::map<std::string, std::string>& variables);

// The folder whose go.env counts: the GOROOT of the user's file, of the environment (in this
// order, unlike for GOROOT itself), or `goroot`. Needs all of the inputs but `goroot_file`.
std::string go_env_root(const GoEnvInputs& inputs);

// Effective values of GOPATH, GOMODCACHE, GOCACHE, GOTMPDIR, GOBIN, GOROOT, GOENV, GOFLAGS,
// GOPROXY, GOTOOLCHAIN (in this order). GOMODCACHE is derived from GOPATH's first entry where
// unset. GOPATH's default is $HOME/go, unless the environment's GOROOT is that very folder.
std::vector<GoValue> go_environment(const GoEnvInputs& inputs);

// The value of that name, or an empty one.
const GoValue& go_value(const std::vector<GoValue>& values, std::string_view name);

// GOPATH split at ':'; empty entries dropped.
std::vector<std::string> split_path_list(std::string_view list);

}  // namespace doctor
