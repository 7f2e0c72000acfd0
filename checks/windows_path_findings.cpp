#include "checks/windows_path_findings.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "checks/mount_facts.h"
#include "checks/path_order_fix.h"
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
  result.finding.detail += fmt::format(
      " {} puts the folder there: take it out, or write it behind $PATH.", line->evidence().source);
}

// A Linux tool, or a standard folder, that has Windows folders in front of it.
struct Behind {
  std::string name;  // as a person is told
  std::size_t place = 0;
  std::string path;
};

std::vector<Behind> behind_windows(const SearchPath& path, CommandSearch& search) {
  std::vector<Behind> found;
  for (const char* name : tools) {
    const auto own = search.first_on_linux(name);
    if (own && windows_folders_before(path, own->place) > 0) {
      found.push_back({fmt::format("`{}`", name), own->place, own->path});
    }
  }
  const PathFolder* first = first_windows_folder(path);
  for (const PathFolder& folder : path.folders) {
    if (!found.empty()) break;
    const bool standard =
        std::ranges::find(standard_folders, folder.text) != std::end(standard_folders);
    const auto place = static_cast<std::size_t>(&folder - path.folders.data());
    if (standard && first && first < &folder) found.push_back({folder.text, place, folder.text});
  }
  return found;
}

// The lines that put those folders behind PATH; none where one of them came there otherwise.
std::vector<const PathLine*> lines_appending(const SearchPath& path,
                                             const std::vector<PathLine>& lines,
                                             const std::vector<Behind>& behind) {
  std::vector<const PathLine*> found;
  for (const Behind& each : behind) {
    const PathLine* line = line_appending(lines, path.folders[each.place].text);
    if (!line) return {};
    const bool has_windows_folder =
        std::ranges::any_of(line->assignment.folders,
                            [&](const std::string& folder) { return path.on_windows(folder); });
    if (has_windows_folder) return {};
    if (std::ranges::find(found, line) == found.end()) found.push_back(line);
  }
  return found;
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
  finding.evidence.push_back(mount_evidence(mount));
  tell_origin(lines, folder.text, result);
  return result;
}

// A name, the Windows file that it starts, and the Linux one that it would start without.
struct Shadow {
  std::string name;
  CommandFile windows;
  CommandFile own;
};

// All of one folder in one finding: what mends one mends them all.
PathFinding shadowed_by_folder(const Host& host, const SearchPath& path,
                               const std::vector<PathLine>& lines,
                               const std::vector<Shadow>& shadows) {
  const Shadow& first = shadows.front();
  const bool broken = std::ranges::any_of(
      shadows, [&](const Shadow& shadow) { return has_windows_line_ends(host, shadow.windows); });
  PathFinding result;
  Finding& finding = result.finding;
  finding.id = "shadowed-" + first.name;
  finding.severity = broken ? Status::error : Status::warning;
  std::vector<std::string> names;
  for (const Shadow& shadow : shadows) {
    names.push_back(fmt::format("`{}`", shadow.name));
    finding.evidence.push_back({place_in_path(shadow.windows.place), shadow.windows.path});
    if (shadow.windows.resolved != shadow.windows.path) {
      finding.evidence.push_back({shadow.windows.path, "resolves to " + shadow.windows.resolved});
    }
    finding.evidence.push_back({place_in_path(shadow.own.place), shadow.own.path});
  }
  const std::string& folder = path.folders[first.windows.place].text;
  finding.summary =
      names.size() == 1
          ? fmt::format("{} starts {}, on a Windows drive, instead of {}.", names[0],
                        first.windows.path, first.own.path)
          : fmt::format("{} start from {}, on a Windows drive, instead of the Linux ones.",
                        join(names, ", "), folder);
  finding.detail = broken ? "It is a script with Windows line ends, which Linux cannot start "
                            "(\"bad interpreter\")."
                          : "What lies there was made for Windows, or runs from the slow drive.";
  tell_origin(lines, folder, result);
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
  std::map<std::size_t, std::vector<Shadow>> by_folder;
  for (const char* name : tools) {
    const auto own = search.first_on_linux(name);
    if (!own) continue;
    const auto windows = search.first_on_windows(name, own->place);
    if (windows) by_folder[windows->place].push_back({name, *windows, *own});
  }
  std::vector<PathFinding> found;
  for (const auto& [place, shadows] : by_folder) {
    found.push_back(shadowed_by_folder(host, path, lines, shadows));
  }
  return found;
}

std::optional<PathFinding> before_linux(const Host& host, const SearchPath& path,
                                        const std::vector<PathLine>& lines, CommandSearch& search) {
  PathFinding result;
  Finding& finding = result.finding;
  finding.id = "before-linux";
  const std::vector<Behind> behind = behind_windows(path, search);
  if (behind.empty()) return std::nullopt;
  std::vector<std::string> names;
  std::size_t most = 0;
  for (const Behind& each : behind) {
    names.push_back(each.name);
    most = std::max(most, windows_folders_before(path, each.place));
    finding.evidence.push_back({place_in_path(each.place), each.path});
  }
  const PathFolder* first = first_windows_folder(path);
  const auto place = static_cast<std::size_t>(first - path.folders.data());
  finding.evidence.insert(finding.evidence.begin(), {place_in_path(place), first->text});
  finding.summary = fmt::format("{} in PATH before {}.",
                                count_of(most, "Windows folder stands", "Windows folders stand"),
                                join(names, ", "));
  finding.detail =
      "Each is asked first, a round trip to Windows, and a Windows program of the same name would "
      "win.";
  const std::vector<const PathLine*> appending = lines_appending(path, lines, behind);
  std::vector<std::string> places;
  for (const PathLine* line : appending) {
    finding.evidence.push_back(line->evidence());
    places.push_back(line->evidence().source);
  }
  if (!places.empty()) {
    finding.detail +=
        fmt::format(" {} {} Linux folders behind: write them in front of $PATH there.",
                    join(places, ", "), places.size() == 1 ? "puts" : "put");
  }
  if (appending.empty()) {
    tell_origin(lines, first->text, result);
  } else {
    finding.location = appending.front()->location();
    finding.fix = path_order_fix(host, appending);
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
  std::string failed;
  for (const PathFolder& folder : path.folders) {
    empty = empty || folder.text.empty();
    tilde = tilde || folder.text.starts_with('~');
    if (!folder.text.empty() && !folder.text.starts_with('/') && !folder.text.starts_with('~')) {
      ++relative;
    }
    if (!folder.on_windows()) continue;
    if (!seen.insert(folder.resolved.value_or(folder.text)).second) ++repeated;
    if (folder.resolved && !folder.exists) ++absent;
    if (!folder.resolved && !folder.is_dead() && failed.empty()) {
      failed = fmt::format("{} could not be looked at: {}.", folder.text,
                           describe(folder.resolved.error()));
    }
  }
  std::vector<std::string> notes;
  if (!failed.empty()) notes.push_back(failed);
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
    notes.push_back(
        fmt::format("{} of the Windows folders in PATH {} not exist, and {} asked all the same.",
                    absent, absent == 1 ? "does" : "do", absent == 1 ? "is" : "are"));
  }
  return notes;
}

}  // namespace doctor
