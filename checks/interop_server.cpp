#include "checks/interop_server.h"

#include <algorithm>
#include <set>

#include "checks/wsl_files.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/process_parent.h"
#include "lib/facts/unix_sockets.h"
#include "lib/facts/versions.h"
#include "lib/host/paths.h"

namespace doctor {

namespace {

constexpr const char* folder = "/run/WSL";
constexpr int greatest_depth = 64;  // of processes; a chain that is longer is no chain

// The first release whose source is public, and whose lookup is known.
const Version first_that_asks_parents = {{2, 5, 8}};

// On which paths somebody listens. Distributions share their network namespace, so what is listed
// may be another's; what is not listed is certainly dead.
class Listeners {
 public:
  explicit Listeners(const Host& host) {
    const auto text = host.read_file("/proc/net/unix");
    auto paths = text ? parse_listening_sockets(*text) : std::nullopt;
    // Without a single socket of WSL this is the table of some other namespace.
    const auto of_wsl = [](const std::string& path) {
      return path.starts_with(std::string(folder) + "/");
    };
    if (paths && std::ranges::any_of(*paths, of_wsl)) paths_ = *std::move(paths);
  }

  bool known() const { return !paths_.empty(); }
  bool is_dead(const Host& host, const std::string& socket) const {
    const auto resolved = resolve(host, socket);  // /run/WSL/1_interop is a link
    return known() && resolved && !paths_.contains(*resolved);
  }

 private:
  std::set<std::string> paths_;
};

bool is_interop_name(std::string_view name) {
  constexpr std::string_view suffix = "_interop";
  if (!name.ends_with(suffix) || name.size() == suffix.size()) return false;
  name.remove_suffix(suffix.size());
  return name.find_first_not_of("0123456789") == std::string_view::npos;
}

// The socket that was made last and is not dead: that of the newest session.
std::optional<std::string> newest_live(const Host& host, const Listeners& listeners,
                                       const std::string& not_this) {
  std::optional<std::string> best;
  double best_time = 0;
  for (const std::string& name : host.list(folder).value_or(std::vector<std::string>{})) {
    const std::string path = fmt::format("{}/{}", folder, name);
    if (!is_interop_name(name) || path == not_this) continue;
    const auto info = host.lstat(path);
    if (!info || info->kind != FileKind::socket || listeners.is_dead(host, path)) continue;
    if (best && info->modified <= best_time) continue;
    best = path;
    best_time = info->modified;
  }
  return best;
}

// The socket of the nearest parent process that has one. No value when there is none; an error when
// the chain of parents cannot be followed to its end.
Answer<std::optional<std::string>> socket_of_parents(const Host& host) {
  std::string pid = "self";
  for (int depth = 0; depth < greatest_depth; ++depth) {
    const auto text = host.read_file(fmt::format("/proc/{}/stat", pid));
    if (!text) return unexpected(text.error());
    const auto parent = parent_process(*text);
    if (!parent) return unexpected(HostError{HostErrorKind::failed, "/proc/PID/stat is unusual"});
    if (*parent == 0) return std::nullopt;
    pid = std::to_string(*parent);
    const std::string socket = fmt::format("{}/{}_interop", folder, pid);
    if (exists(host, socket)) return socket;
  }
  return std::nullopt;
}

Finding make(std::string id, Status severity, std::string summary) {
  Finding finding;
  finding.id = std::move(id);
  finding.severity = severity;
  finding.summary = std::move(summary);
  return finding;
}

// What to do, for the session at hand.
void advise(const Context& context, const Listeners& listeners, const std::string& used,
            Finding& finding) {
  const Host& host = context.host;
  const auto live = newest_live(host, listeners, used);
  finding.detail = live ? fmt::format(
                              "In this shell: `export WSL_INTEROP={}`; or open a new "
                              "terminal.",
                              *live)
                        : "Open a new terminal (wsl.exe, Windows Terminal, VS Code).";
  if (host.variable("TMUX")) {
    finding.detail +=
        " tmux keeps the terminal that its server was started from: `set -ga update-environment "
        "WSL_INTEROP` in ~/.tmux.conf gives new panes the one you attach from.";
  } else if (host.variable("SSH_CONNECTION")) {
    finding.detail += " A session of ssh gets none from WSL.";
  }
  if (wsl_conf_changed_since_start(host) == true) {
    finding.detail += fmt::format(
        " /etc/wsl.conf was changed after the start; `{}` in PowerShell makes it count.",
        restart_distribution_command(context.environment));
  }
  if (live) {
    finding.evidence.push_back(
        {*live, listeners.known() ? "the newest on which somebody listens" : "the newest"});
  }
}

Finding dead(const Context& context, const Listeners& listeners, const std::string& socket,
             bool from_variable) {
  Finding finding =
      make("stale-socket", Status::warning,
           from_variable ? "WSL_INTEROP names a terminal that is gone: Windows programs do not "
                           "start in this session."
                         : fmt::format("Nobody listens on {}: Windows programs do not start "
                                       "in this session.",
                                       socket));
  advise(context, listeners, socket, finding);
  if (from_variable) finding.evidence.insert(finding.evidence.begin(), {"$WSL_INTEROP", socket});
  finding.evidence.push_back({"/proc/net/unix", fmt::format("nobody listens on {}", socket)});
  return finding;
}

// $WSL_INTEROP is unset (`value` empty) or names nothing: WSL asks the parent processes.
void through_parents(const Context& context, const Listeners& listeners, const std::string& value,
                     Diagnosis& diagnosis) {
  const Host& host = context.host;
  const auto version = parse_version(context.environment.wsl_version);
  const bool asks = value.empty() || (version && *version >= first_that_asks_parents);
  const auto socket = socket_of_parents(host);
  if (asks && socket && *socket) {
    if (listeners.is_dead(host, **socket)) {
      diagnosis.findings.push_back(dead(context, listeners, **socket, false));
      return;
    }
    diagnosis.evidence.push_back({**socket, "the interop socket of a parent process"});
    if (!value.empty()) {
      diagnosis.notes.push_back(fmt::format(
          "WSL_INTEROP names {}, which is gone; WSL uses {} instead.", value, **socket));
    }
    return;
  }
  Finding finding;
  if (asks && !socket) {
    finding = make("socket", Status::unknown,
                   fmt::format("Could not find out which interop socket this session uses: {}.",
                               describe(socket.error())));
    finding.evidence.push_back(
        {"$WSL_INTEROP", value.empty() ? "not set" : value + ", which does not exist"});
  } else if (value.empty()) {
    finding = make("no-socket", Status::warning,
                   "This session has no way to WSL's interop: Windows programs do not start.");
    advise(context, listeners, value, finding);
    finding.evidence.push_back({"$WSL_INTEROP", "not set, and no parent process has a socket"});
  } else {
    finding = make("stale-socket", Status::warning,
                   "WSL_INTEROP names a terminal that is gone: Windows programs do not start in "
                   "this session.");
    advise(context, listeners, value, finding);
    finding.evidence.insert(finding.evidence.begin(),
                            {"$WSL_INTEROP", fmt::format("{}, which does not exist", value)});
  }
  diagnosis.findings.push_back(std::move(finding));
}

}  // namespace

void examine_interop_server(const Context& context, Diagnosis& diagnosis) {
  const Host& host = context.host;
  const Listeners listeners(host);
  const auto variable = host.variable("WSL_INTEROP");
  if (!variable && variable.error().kind != HostErrorKind::missing) {
    diagnosis.findings.push_back(
        make("socket", Status::unknown,
             fmt::format("WSL_INTEROP could not be read: {}.", describe(variable.error()))));
    return;
  }
  const std::string value = variable.value_or("");
  const auto info = value.starts_with('/')
                        ? stat(host, value)
                        : unexpected(HostError{HostErrorKind::missing, "no absolute path"});
  if (!info && info.error().kind == HostErrorKind::missing) {
    return through_parents(context, listeners, value, diagnosis);
  }
  if (!info) {
    diagnosis.findings.push_back(
        make("socket", Status::unknown,
             fmt::format("{} could not be looked at: {}.", value, describe(info.error()))));
  } else if (listeners.is_dead(host, value)) {
    diagnosis.findings.push_back(dead(context, listeners, value, true));
  } else {
    diagnosis.evidence.push_back(
        {"$WSL_INTEROP",
         fmt::format("{}, {}", value, listeners.known() ? "listening" : "which exists")});
  }
}

}  // namespace doctor
