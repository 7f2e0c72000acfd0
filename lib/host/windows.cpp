#include "lib/host/windows.h"

#include <algorithm>
#include <optional>
#include <random>
#include <utility>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/windows_answer.h"
#include "lib/host/interop.h"
#include "lib/host/local_clock.h"
#include "lib/host/process.h"
#include "lib/host/windows_script.h"

namespace doctor {
namespace {

using TimePoint = std::chrono::steady_clock::time_point;

constexpr std::size_t longest_line = 200;

struct Failure {
  HostError error;
  bool wrong_server = false;  // WSL's interop server could not be reached: another one may
};

// Only has to differ from anything else that is printed.
std::string random_nonce() {
  std::random_device device;
  return fmt::format("{:08x}{:08x}", device(), device());
}

// The first line that says something, fit to be shown. Windows' own errors may be UTF-16.
std::string first_line(std::string text) {
  std::erase(text, '\0');
  for (const std::string& line : lines(text)) {
    const std::string_view words = trim(line);
    if (words.empty()) continue;
    std::string shown = printable(words.substr(0, longest_line));
    return words.size() > longest_line ? shown + " ..." : shown;
  }
  return "";
}

Failure not_started(const Host& host, const PowerShell& powershell, const HostError& error) {
  std::string reason = powershell.program + ": " + describe(error);
  if (error.kind == HostErrorKind::unsupported) {
    reason = interop_is_off(host).value_or("the kernel cannot run " + reason);
  }
  return {{error.kind, std::move(reason)}};
}

Failure no_answer(const CommandResult& result, const std::string& problem) {
  std::string line = first_line(result.err);
  if (line.empty() && result.exit_code != 0) line = first_line(result.out);
  if ((result.err + result.out).find("UtilConnect") != std::string::npos) {
    return {{HostErrorKind::unsupported, "WSL's interop server cannot be reached: " + line}, true};
  }
  std::string reason = problem;
  if (result.exit_code != 0) reason += fmt::format(" (exit code {})", result.exit_code);
  if (!line.empty()) reason += ": " + line;
  return {{HostErrorKind::failed, std::move(reason)}};
}

expected<WindowsFacts, Failure> ask_once(const Host& host, const PowerShell& powershell,
                                         TimePoint until, const std::string& interop_socket) {
  const std::string nonce = random_nonce();
  std::vector<std::string> argv = windows_script_arguments(nonce);
  argv.insert(argv.begin(), powershell.program);
  ProcessOptions options;
  options.directory = powershell.directory;
  options.deadline = std::chrono::ceil<std::chrono::milliseconds>(
      std::max(until - std::chrono::steady_clock::now(), TimePoint::duration::zero()));
  if (!interop_socket.empty()) options.environment["WSL_INTEROP"] = interop_socket;

  const LocalTime before = local_time();
  const auto result = run_process(argv, options);
  const LocalTime after = local_time();
  if (!result) return unexpected(not_started(host, powershell, result.error()));
  auto answer = parse_windows_answer(result->out, nonce);
  if (!answer) return unexpected(no_answer(*result, answer.error()));
  if (!clock_was_set(before, after)) {
    answer->facts.clock = windows_clock(*answer, before.real, after.real);
  }
  return std::move(answer->facts);
}

}  // namespace

Answer<WindowsFacts> ask_windows(const Host& host, std::chrono::milliseconds deadline) {
  const TimePoint until = std::chrono::steady_clock::now() + deadline;
  const auto powershell = find_powershell(host);
  if (!powershell) return unexpected(powershell.error());
  auto answer = ask_once(host, *powershell, until, "");
  if (!answer && answer.error().wrong_server) {
    // WSL_INTEROP outlives the session it came from, for instance in tmux; another one's will do.
    for (const std::string& socket : other_interop_sockets(host)) {
      if (std::chrono::steady_clock::now() >= until) break;
      answer = ask_once(host, *powershell, until, socket);
      if (answer || !answer.error().wrong_server) break;
    }
  }
  if (answer) return std::move(*answer);
  HostError error = std::move(answer.error().error);
  if (error.kind == HostErrorKind::timed_out) {
    const double seconds = std::chrono::duration<double>(deadline).count();
    error.reason = fmt::format("PowerShell gave no answer in {:.3g} s", seconds);
  }
  return unexpected(std::move(error));
}

}  // namespace doctor
