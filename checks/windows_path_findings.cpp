#include "checks/windows_path_findings.h"

#include <algorithm>
#include <limits>
#include <set>

#include "lib/base/format.h"
#include "lib/base/text.h"

namespace doctor {

namespace {

// The commands of Go work. A name means a file of exactly that name: `go.exe` is not `go`.
constexpr const char* tools[] = {"go",   "gofmt",   "gopls",  "dlv",  "git", "gcc",   "g++",
                                 "make", "python3", "python", "node", "npm", "docker"};

// Those whose Windows installers put a file without .exe into PATH.
constexpr const char* with_windows_shims[] = {"go", "node", "npm", "python"};

constexpr std::string_view standard_folders[] = {"/usr/local/sbin", "/usr/local/bin", "/usr/sbin",
                                                 "/usr/bin",        "/sbin",          "/bin"};

std::string mount_line(const Mount& mount) {
  return fmt::format("{} is {} {} ({})", mount.mount_point, mount.type, mount.source,
                     mount.super_options);
}

// A shell script whose first line ends like a Windows file's: the kernel looks for "sh\r".
bool has_windows_line_ends(const Host& host, const CommandFile& file) {
  constexpr std::uint64_t longest_script = 65536;
  if (file.size > longest_script) return false;
  const std::string text = host.read_file(file.resolved).value_or("");
  const auto end = text.find('\n');
  return text.starts_with("#!") && end != std::string::npos && text[end - 1] == '\r';
}

std::string place_in_path(std::size_t place) {
  return fmt::format("PATH, entry {}", place + 1);
}

std::size_t windows_folders_before(const SearchPath& path, std::size_t end) {
  return static_cast<std::size_t>(
      std::count_if(path.folders.begin(), path.folders.begin() + static_cast<std::ptrdiff_t>(end),
                    [](const PathFolder& folder) { return folder.on_windows(); }));
}

const PathFolder* first_windows_folder(const SearchPath& path) {
  const auto found = std::ranges::find_if(
      path.folders, [](const PathFolder& folder) { return folder.on_windows(); });
  return found == path.folders.end() ? nullptr : &*found;
}

// Tells the line that names the folder, if there is one, and where not, that WSL appends it.
void tell_origin(const std::vector<PathLine>& lines, const std::string& folder,
                 PathFinding& result) {
  const PathLine* line = line_naming(lines, folder);
  result.appended = line == nullptr;
  if (!line) return;
  result.finding.location = line->location();
  result.finding.evidence.push_back(line->evidence());
  result.finding.detail +=
      fmt::format(" {} line {} puts it there.", line->file, line->assignment.line);
}

PathFinding dead_drive(const PathFolder& folder, const std::vector<PathLine>& lines) {
  const Mount& mount = *folder.mount;
  PathFinding result;
  Finding& finding = result.finding;
  finding.id = "hung" + mount.mount_point;
  finding.severity = Status::error;
  const std::string drive = windows_path(mount, mount.mount_point).value_or(mount.source);
  finding.summary =
      fmt::format("PATH leads to {} ({}), which has stopped answering.", drive, mount.mount_point);
  finding.detail = fmt::format(
      "The shell hangs there whenever it looks for a command that is not found earlier. Take the "
      "folder out of PATH, in this terminal with PATH=/usr/bin:/bin. `wsl --shutdown` in "
      "PowerShell connects {} again; if it hangs once more, look at the drive in Windows (asleep, "
      "disconnected, a VPN or cloud drive).",
      drive);
  finding.evidence.push_back({folder.text, describe(folder.resolved.error())});
  finding.evidence.push_back({"/proc/self/mountinfo", mount_line(mount)});
  tell_origin(lines, folder.text, result);
  return result;
}

PathFinding shadowed(const Host& host, const std::string& name, const CommandFile& windows,
                     const CommandFile& own, const SearchPath& path,
                     const std::vector<PathLine>& lines) {
  const bool broken = has_windows_line_ends(host, windows);
  PathFinding result;
  Finding& finding = result.finding;
  finding.id = "shadowed-" + name;
  finding.severity = broken ? Status::error : Status::warning;
  finding.summary = fmt::format("`{}` starts {}, on a Windows drive, instead of {}.", name,
                                windows.path, own.path);
  finding.detail = broken ? "It is a script with Windows line ends, which Linux cannot start "
                            "(\"bad interpreter\")."
                          : "It was made for Windows, or runs from the slow drive at best.";
  finding.detail += " Its folder stands earlier in PATH than that of the Linux one.";
  finding.evidence.push_back({place_in_path(windows.place), windows.path});
  if (windows.resolved != windows.path) {
    finding.evidence.push_back({windows.path, "resolves to " + windows.resolved});
  }
  finding.evidence.push_back({place_in_path(own.place), own.path});
  tell_origin(lines, path.folders[windows.place].text, result);
  return result;
}

}  // namespace

std::vector<PathFinding> dead_drives(const SearchPath& path, const std::vector<PathLine>& lines) {
  std::vector<PathFinding> found;
  std::set<std::string> told;
  for (const PathFolder* folder : path.on_windows()) {
    if (folder->is_dead() && told.insert(folder->mount->mount_point).second) {
      found.push_back(dead_drive(*folder, lines));
    }
  }
  return found;
}

std::vector<PathFinding> shadowed_commands(const Host& host, const SearchPath& path,
                                           const std::vector<PathLine>& lines,
                                           CommandSearch& search) {
  std::vector<PathFinding> found;
  for (const char* name : tools) {
    const auto own = search.first_on_linux(name);
    if (!own) continue;
    const auto windows = search.first_on_windows(name, own->place);
    if (windows) found.push_back(shadowed(host, name, *windows, *own, path, lines));
  }
  return found;
}

std::optional<PathFinding> before_linux(const SearchPath& path, const std::vector<PathLine>& lines,
                                        CommandSearch& search) {
  PathFinding result;
  Finding& finding = result.finding;
  finding.id = "before-linux";
  std::vector<std::string> names;
  std::size_t most = 0;
  const PathLine* appending = nullptr;
  for (const char* name : tools) {
    const auto own = search.first_on_linux(name);
    if (!own) continue;
    const std::size_t before = windows_folders_before(path, own->place);
    if (before == 0) continue;
    names.push_back(fmt::format("`{}`", name));
    most = std::max(most, before);
    const std::string& folder = path.folders[own->place].text;
    if (!appending) appending = line_appending(lines, folder);
    finding.evidence.push_back({place_in_path(own->place), own->path});
  }
  for (std::size_t place = 0; place < path.folders.size() && names.empty(); ++place) {
    const std::string& text = path.folders[place].text;
    if (std::ranges::find(standard_folders, text) == std::end(standard_folders)) continue;
    most = windows_folders_before(path, place);
    if (most == 0) continue;
    names.push_back(text);
    finding.evidence.push_back({place_in_path(place), text});
  }
  if (names.empty()) return std::nullopt;

  const PathFolder* first = first_windows_folder(path);
  finding.evidence.insert(
      finding.evidence.begin(),
      {place_in_path(static_cast<std::size_t>(first - path.folders.data())), first->text});
  finding.summary = fmt::format("{} in PATH before {}.",
                                count_of(most, "Windows folder stands", "Windows folders stand"),
                                join(names, ", "));
  finding.detail =
      "Each is asked first, a round trip to Windows, and a Windows program of the same name would "
      "win.";
  if (appending) {
    finding.location = appending->location();
    finding.evidence.push_back(appending->evidence());
    finding.detail += fmt::format(
        " Line {} of {} puts the Linux folder behind: write it in front of $PATH there, and open a "
        "new terminal.",
        appending->assignment.line, appending->file);
  } else {
    tell_origin(lines, first->text, result);
  }
  return result;
}

std::vector<std::string> only_on_windows(const Host& host, CommandSearch& search) {
  std::vector<std::string> notes;
  for (const char* name : with_windows_shims) {
    if (search.first_on_linux(name)) continue;
    const auto file = search.first_on_windows(name, std::numeric_limits<std::size_t>::max());
    if (!file) continue;
    notes.push_back(fmt::format("`{}` starts {}: {}. Install the Linux one if you need it here.",
                                name, file->path,
                                has_windows_line_ends(host, *file)
                                    ? "a script with Windows line ends, which Linux cannot start"
                                    : "a file made for Windows"));
  }
  return notes;
}

std::vector<std::string> odd_entries(const SearchPath& path) {
  std::size_t relative = 0, repeated = 0, absent = 0;
  bool empty = false, tilde = false;
  std::set<std::string> seen;
  for (const PathFolder& folder : path.folders) {
    empty = empty || folder.text.empty();
    tilde = tilde || folder.text.starts_with('~');
    if (!folder.text.empty() && !folder.text.starts_with('/') && !folder.text.starts_with('~')) {
      ++relative;
    }
    if (!folder.on_windows()) continue;
    if (!seen.insert(folder.resolved.value_or(folder.text)).second) ++repeated;
    if (folder.resolved && !folder.exists) ++absent;
  }
  std::vector<std::string> notes;
  if (empty) {
    notes.emplace_back(
        "PATH has an empty entry: it stands for the current folder, on whatever "
        "drive that is.");
  }
  if (relative > 0) {
    notes.push_back(fmt::format("PATH has {}: what a command starts depends on the current folder.",
                                count_of(relative, "relative entry", "relative entries")));
  }
  if (tilde) {
    notes.emplace_back(
        "PATH has an entry that begins with ~ itself: bash follows it, other "
        "programs do not. Write $HOME.");
  }
  if (repeated > 0) {
    notes.push_back(fmt::format("{} of the Windows folders in PATH {} repeated.", repeated,
                                repeated == 1 ? "is" : "are"));
  }
  if (absent > 0) {
    notes.push_back(fmt::format("{} of the Windows folders in PATH {} not exist, and cost as much.",
                                absent, absent == 1 ? "does" : "do"));
  }
  return notes;
}

}  // namespace doctor
