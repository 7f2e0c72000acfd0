#include "checks/windows_path.h"

#include <algorithm>

#include "checks/windows_path_findings.h"
#include "checks/windows_path_fix.h"
#include "checks/wsl_files.h"
#include "lib/base/format.h"
#include "lib/base/text.h"

namespace doctor {

namespace {

constexpr Source sources[] = {
    {"WSL appends Windows' PATH, translated, at the end of PATH; `[interop] "
     "appendWindowsPath=false` "
     "in /etc/wsl.conf stops that",
     "https://learn.microsoft.com/windows/wsl/wsl-config (MicrosoftDocs/WSL: WSL/wsl-config.md); "
     "https://github.com/microsoft/WSL src/linux/init/config.cpp"},
    {"Windows folders in PATH cost a person 2 s for every prompt",
     "https://github.com/microsoft/WSL/issues/5696 (also #4234, nushell/nushell#5151)"},
    {"A prompt looks for several commands that are not there: 114 ms and 358 ms for two of them; "
     "32 ms for one elsewhere",
     "https://github.com/fish-shell/fish-shell/issues/10503 (also #11991)"},
    {"People notice a delay of more than 0.1 s, so five such look-ups may take 20 ms each",
     "https://www.nngroup.com/articles/response-times-3-important-limits/"},
    {"A Windows program is found only by its full name: `go.exe` is not `go`",
     "https://github.com/microsoft/WSL/issues/2003 (also #5877)"},
    {"npm of Windows does not run in WSL: its script has Windows line ends",
     "https://github.com/microsoft/WSL/issues/4249 (also #1512, #3882)"},
    {"pyenv-win puts a `python` with Windows line ends into PATH",
     "https://github.com/pyenv-win/pyenv-win/issues/469 (also pyenv/pyenv-installer#134)"},
    {"Blanks and parentheses are legal in PATH; PATH without quotes is the fault where a shell "
     "stumbles over them",
     "https://github.com/microsoft/WSL/issues/2634 (also #6311)"},
    {"The go command is told to be put behind PATH: export PATH=$PATH:/usr/local/go/bin",
     "https://go.dev/doc/install (also microsoft/vscode-go#2384)"},
    {"Which shells read /etc/profile",
     "https://www.gnu.org/software/bash/manual/html_node/Bash-Startup-Files.html; "
     "https://zsh.sourceforge.io/Doc/Release/Files.html; "
     "https://fishshell.com/docs/current/language.html#configuration-files"},
};

constexpr Threshold thresholds[] = {
    {"warning-milliseconds", 20, 1, 10000,
     "a command that is not found and costs more than this in Windows folders is a warning"},
};

std::string milliseconds(double seconds) {
  return seconds < 0.01 ? fmt::format("{:.1f} ms", seconds * 1e3)
                        : fmt::format("{:.0f} ms", seconds * 1e3);
}

std::vector<Measurement> measurements(const MissCost& cost) {
  std::vector<Measurement> all = {
      {"missed command look-up in Windows folders", cost.windows_seconds * 1e3, "ms"}};
  if (cost.linux_seconds) all.push_back({"in a Linux folder", *cost.linux_seconds * 1e3, "ms"});
  return all;
}

PathFinding slow(const MissCost& cost, std::size_t folders, double limit) {
  PathFinding result;
  result.appended = true;
  Finding& finding = result.finding;
  finding.id = "slow";
  finding.summary =
      fmt::format("A command that is not found costs {}: the shell asks {}.",
                  milliseconds(cost.windows_seconds), count_of(folders, "Windows folder"));
  finding.detail = fmt::format(
      "Prompts, completion and editors look for several such commands at a time; from {:.4g} ms a "
      "piece it is felt.",
      limit);
  finding.evidence.push_back(
      {cost.slowest, "one look-up takes " + milliseconds(cost.slowest_seconds)});
  finding.measurements = measurements(cost);
  return result;
}

// The fix, and what it does, stand at the first finding that it helps.
std::vector<Finding> with_fix(const Context& context, const SearchPath& path,
                              const std::vector<PathLine>& lines, std::vector<PathFinding> found) {
  std::vector<Finding> findings;
  std::optional<WindowsPathFix> mended;
  for (PathFinding& each : found) {
    Finding& finding = each.finding;
    if (each.appended) {
      const bool first = !mended;
      if (first) mended = windows_path_fix(context, path, lines);
      finding.fix = mended->fix;
      if (first && !mended->detail.empty()) finding.detail += " " + mended->detail;
      if (first) {
        finding.evidence.insert(finding.evidence.end(), mended->evidence.begin(),
                                mended->evidence.end());
      }
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

bool comes_through_wslenv(const Host& host) {
  for (const std::string& entry : split(host.variable("WSLENV").value_or(""), ':')) {
    if (entry == "PATH" || entry.starts_with("PATH/")) return true;
  }
  return false;
}

std::vector<std::string> notes_of(const Host& host, const SearchPath& path,
                                  const std::vector<PathLine>& lines, CommandSearch& search) {
  std::vector<std::string> notes = odd_entries(path);
  for (std::string& note : only_on_windows(host, search)) notes.push_back(std::move(note));
  for (const PathLine& line : lines) {
    if (!line.assignment.cut) continue;
    notes.push_back(
        fmt::format("{} line {} sets PATH without quotes: it ends at the first blank, at {}.",
                    line.file, line.assignment.line, line.assignment.folders.back()));
  }
  if (comes_through_wslenv(host)) {
    notes.emplace_back("WSLENV names PATH: Windows' own PATH takes the place of the Linux one.");
  }
  if (search.gave_up()) {
    notes.emplace_back("Not every Windows folder was looked through for every command.");
  }
  return notes;
}

Diagnosis without_windows_folders(const Context& context, const SearchPath& path) {
  Diagnosis diagnosis = conclude("No Windows folder is in PATH.");
  diagnosis.notes = odd_entries(path);
  const auto conf = read_wsl_conf(context.host);
  if (!conf) return diagnosis;
  const WslConfigEntry* entry = find_entry(conf->config, "interop.appendWindowsPath");
  if (entry && wsl_bool(entry->value) == false) {
    diagnosis.evidence.push_back({fmt::format("/etc/wsl.conf:{}", entry->line),
                                  "[interop] " + entry->key + "=" + entry->value});
    const WslConfigEntry* interop = find_entry(conf->config, "interop.enabled");
    if (interop && wsl_bool(interop->value) == false) return diagnosis;
    diagnosis.notes.emplace_back("Windows programs still start by their full path.");
  }
  return diagnosis;
}

Finding not_measured(const HostError& error) {
  Finding finding;
  finding.id = "cost";
  finding.severity = Status::unknown;
  finding.summary = "What a look-up in the Windows folders of PATH costs could not be measured: " +
                    describe(error) + ".";
  return finding;
}

Diagnosis with_windows_folders(const Context& context, const SearchPath& path) {
  const Host& host = context.host;
  const std::size_t count = path.on_windows().size();
  const std::vector<PathLine> lines = path_lines(host);
  CommandSearch search(host, path);

  std::vector<PathFinding> found = dead_drives(path, lines);
  for (PathFinding& each : shadowed_commands(host, path, lines, search)) {
    found.push_back(std::move(each));
  }
  if (auto before = before_linux(host, path, lines, search)) found.push_back(*std::move(before));
  const auto cost = measure_misses(host, path);
  const double limit = context.threshold(windows_path_check, "warning-milliseconds");
  const bool measured = cost && *cost;
  if (measured && (*cost)->windows_seconds * 1e3 > limit) {
    found.push_back(slow(**cost, count, limit));
  }
  std::vector<Finding> findings = with_fix(context, path, lines, std::move(found));
  if (!cost) findings.push_back(not_measured(cost.error()));

  const std::string price = measured ? fmt::format(" and cost {} for a command that is not found",
                                                   milliseconds((*cost)->windows_seconds))
                                     : "";
  Diagnosis diagnosis = conclude(
      fmt::format("{} in PATH behind the Linux ones{}.",
                  count_of(count, "Windows folder stands", "Windows folders stand"), price),
      std::move(findings));
  const bool told =
      std::ranges::find(diagnosis.findings, "slow", &Finding::id) != diagnosis.findings.end();
  if (measured && !told) diagnosis.measurements = measurements(**cost);
  diagnosis.notes = notes_of(host, path, lines, search);
  return diagnosis;
}

Diagnosis run(const Context& context) {
  switch (context.environment.kind) {
    case EnvironmentKind::container_on_wsl:
    case EnvironmentKind::container:
      return skipped("A container has a PATH of its own, without Windows' folders.");
    case EnvironmentKind::ci:
    case EnvironmentKind::linux_machine:
      return skipped("Not a WSL machine: nothing appends Windows' PATH.");
    case EnvironmentKind::wsl1:
    case EnvironmentKind::wsl2:
      break;
  }
  const auto path = search_path(context.host);
  if (!path) return unknown("PATH could not be looked at: " + describe(path.error()) + ".");
  if (path->on_windows().empty()) return without_windows_folders(context, *path);
  return with_windows_folders(context, *path);
}

}  // namespace

const Check windows_path_check = {
    .id = "windows-path",
    .group = "wsl",
    .title = "Windows folders in PATH few, fast and last",
    .why =
        "WSL appends Windows' PATH to the Linux one. Each of its folders is a round trip to "
        "Windows "
        "for "
        "every command that is not found earlier, so prompts and editors get slow; and what stands "
        "there before a Linux folder takes the place of the tools of Linux.",
    .reads =
        "PATH, WSLENV, SHELL, /proc/self/mountinfo, the start-up files of the shell, "
        "/etc/wsl.conf; "
        "looks for a dozen command names in the folders of PATH, and for names that are not there "
        "in up to eight Windows folders, to measure it.",
    .mends =
        "Writes `[interop] appendWindowsPath=false` into /etc/wsl.conf, and a file in "
        "/etc/profile.d that keeps the folders of code, explorer.exe, clip.exe, cmd.exe, wsl.exe "
        "and powershell.exe in PATH.",
    .thresholds = thresholds,
    .sources = sources,
    .run = run,
};

}  // namespace doctor
