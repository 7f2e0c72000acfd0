#include "lib/fix/apply_command.h"

#include <algorithm>

#include <fcntl.h>
#include <unistd.h>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/fix/attached_process.h"
#include "lib/fix/script.h"
#include "lib/host/process.h"

namespace doctor {
namespace {

using std::chrono::duration_cast;
using std::chrono::seconds;

bool is_handed_on(std::string_view name) {
  constexpr std::string_view names[] = {"HOME", "USER", "LOGNAME", "WSL_INTEROP",
                                        "WSL_DISTRO_NAME"};
  return name.starts_with("XDG_") ||
         std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool works_without_asking(const ApplyOptions& apply_options, const std::string& sudo) {
  const Descriptor nowhere(open("/dev/null", O_WRONLY | O_CLOEXEC));
  AttachedOptions options;
  options.environment = script_environment(apply_options);
  options.output = nowhere.get();
  options.own_group = false;
  options.deadline = seconds(10);
  const auto end = run_attached({sudo, "-n", "true"}, options);
  return end && end->exit_code == 0;
}

// On our terminal. Typing a password takes as long as it takes.
bool ask_for_password(const ApplyOptions& apply_options, const std::string& sudo) {
  AttachedOptions options;
  options.environment = script_environment(apply_options);
  options.own_input = true;
  options.own_group = false;
  const auto end = run_attached({sudo, "-v"}, options);
  return end && end->exit_code == 0;
}

// Makes sure that `sudo -n` will work, by asking for the password where that is possible.
bool get_sudo_ready(const ApplyRun& run, const std::string& sudo) {
  return works_without_asking(run.options, sudo) ||
         (run.options.may_ask && ask_for_password(run.options, sudo));
}

expected<ScriptCommand, std::string> bash_as_root(const ApplyRun& run, const std::string& script) {
  const std::string by_hand =
      fmt::format("run it yourself as root: sudo bash {}", bash_quote(script));
  const std::string sudo = find_program("sudo", run.options.path);
  if (sudo.empty()) return unexpected("It needs root, and there is no sudo; " + by_hand);
  if (!get_sudo_ready(run, sudo)) {
    return unexpected("It needs root, and sudo could not be used without asking; " + by_hand);
  }
  ScriptCommand command;
  // A process of root's is out of our reach, so its deadline is kept by one that is root's too.
  const auto limit = std::max(seconds(1), duration_cast<seconds>(run.options.deadline));
  command.argv = {sudo, "-n", "timeout", "-k", "5", std::to_string(limit.count()), "bash", script};
  // Away from the terminal's group sudo cannot use the terminal.
  command.own_group = false;
  return command;
}

std::string base64_of_utf16(std::string_view ascii) {
  std::string bytes;
  for (const char c : ascii) bytes.append({c, '\0'});
  return to_base64(bytes);
}

expected<std::string, std::string> windows_path(const ApplyOptions& options,
                                                const std::string& path) {
  const std::string program = find_program("wslpath", options.path);
  if (program.empty()) return unexpected(std::string("there is no wslpath"));
  const auto answer = run_process({program, "-w", path}, ProcessOptions());
  if (!answer) return unexpected(describe(answer.error()));
  const std::string translated(trim(answer->out));
  if (answer->exit_code != 0 || translated.empty()) {
    return unexpected("wslpath failed: " + printable(trim(answer->err)));
  }
  return translated;
}

// Starts a script as administrator behind the consent prompt and waits for it. Windows gives it a
// window of its own, so its output takes the way over a file.
std::string elevated(const std::string& script, const std::string& output) {
  const std::string inside = fmt::format(
      "$ErrorActionPreference = 'Stop'\n"
      "try {{ & {} *>&1 | Out-File -Encoding utf8 -FilePath {} }}\n"
      "catch {{ $_ | Out-File -Append -Encoding utf8 -FilePath {}; exit 1 }}\n",
      powershell_quote(script), powershell_quote(output), powershell_quote(output));
  return fmt::format(
      "$ErrorActionPreference = 'Stop'\n"
      "$process = Start-Process -FilePath powershell.exe -Verb RunAs -Wait -PassThru "
      "-ArgumentList '-NoProfile', '-ExecutionPolicy', 'Bypass', '-EncodedCommand', '{}'\n"
      "exit $process.ExitCode\n",
      base64_of_utf16(inside));
}

expected<ScriptCommand, std::string> powershell(const ApplyRun& run, const Fix& fix,
                                                const std::string& script) {
  const bool administrator = fix.needs == Privilege::windows_administrator;
  const auto& options = run.options;
  const auto by_hand = [&](const std::string& path) {
    return fmt::format(
        "run it yourself in {}PowerShell: powershell -NoProfile -ExecutionPolicy Bypass -File {}",
        administrator ? "an administrator's " : "", powershell_quote(path));
  };
  if (!options.root.empty()) {
    return unexpected(std::string("A script for Windows knows no scratch root; it was not run"));
  }
  const auto path = windows_path(options, script);
  if (!options.powershell) {
    return unexpected("It runs in Windows, which cannot be reached from here; " +
                      by_hand(path.value_or(script)));
  }
  if (!path) {
    return unexpected(
        fmt::format("Its path cannot be told to Windows ({}); {}", path.error(), by_hand(script)));
  }
  if (administrator && !options.may_ask) {
    return unexpected("It needs a Windows administrator's consent, and nobody can be asked; " +
                      by_hand(*path));
  }
  ScriptCommand command;
  command.directory = options.powershell->directory;
  command.argv = {options.powershell->program, "-NoProfile", "-NonInteractive", "-ExecutionPolicy",
                  "Bypass"};
  if (administrator) {
    command.output_file = script + ".out";
    command.argv.insert(command.argv.end(),
                        {"-EncodedCommand", base64_of_utf16(elevated(*path, *path + ".out"))});
  } else {
    command.argv.insert(command.argv.end(), {"-File", *path});
  }
  return command;
}

}  // namespace

std::vector<std::string> script_environment(const ApplyOptions& options) {
  std::vector<std::string> variables{"PATH=" + options.path, "LANG=C.UTF-8"};
  for (const auto& [name, value] : options.environment) {
    if (is_handed_on(name)) variables.push_back(fmt::format("{}={}", name, value));
  }
  if (!options.root.empty()) variables.push_back("WSL_GO_DOCTOR_ROOT=" + options.root);
  return variables;
}

expected<ScriptCommand, std::string> script_command(const ApplyRun& run, const Fix& fix,
                                                    const std::string& script_path) {
  if (fix.shell == Shell::powershell) return powershell(run, fix, script_path);
  if (fix.needs == Privilege::root && geteuid() != 0 && run.options.root.empty()) {
    return bash_as_root(run, script_path);
  }
  const std::string bash = find_program("bash", run.options.path);
  if (bash.empty()) return unexpected(std::string("It is a bash script, and there is no bash"));
  ScriptCommand command;
  command.argv = {bash, script_path};
  return command;
}

}  // namespace doctor
