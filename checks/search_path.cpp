#include "checks/search_path.h"

#include <algorithm>
#include <map>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/host/paths.h"

namespace doctor {

namespace {

constexpr unsigned samples_per_drive = 2;
constexpr unsigned samples_at_most = 8;

PathFolder look_at(const Host& host, const std::vector<Mount>& mounts, const std::string& text) {
  PathFolder folder{text, text, std::nullopt, false};
  if (!text.starts_with('/')) return folder;
  folder.resolved = resolve(host, text);
  // Where links could not be followed, the path as written still tells the mount it begins on.
  const Mount* mount = mount_of(mounts, folder.resolved.value_or(normalise(text)));
  if (mount) folder.mount = *mount;
  if (folder.resolved) {
    const auto info = host.lstat(*folder.resolved);
    folder.exists = info && info->kind == FileKind::directory;
  }
  return folder;
}

}  // namespace

bool SearchPath::on_windows(std::string_view path) const {
  const Mount* mount = mount_of(mounts, normalise(path));
  return mount && storage_of(*mount) == Storage::windows_drive;
}

std::vector<const PathFolder*> SearchPath::on_windows() const {
  std::vector<const PathFolder*> found;
  for (const PathFolder& folder : folders) {
    if (folder.on_windows()) found.push_back(&folder);
  }
  return found;
}

Answer<SearchPath> search_path(const Host& host) {
  const auto variable = host.variable("PATH");
  if (!variable) return unexpected(variable.error());
  const auto text = host.read_file("/proc/self/mountinfo");
  if (!text) return unexpected(text.error());
  auto mounts = parse_mountinfo(*text);
  if (!mounts) {
    return unexpected(HostError{
        HostErrorKind::failed,
        fmt::format("/proc/self/mountinfo:{}: {}", mounts.error().line, mounts.error().message)});
  }
  SearchPath path{{}, *std::move(mounts)};
  for (const std::string& entry : split(*variable, ':')) {
    path.folders.push_back(look_at(host, path.mounts, entry));
  }
  return path;
}

std::optional<CommandFile> CommandSearch::file_in(std::size_t place,
                                                  const std::string& name) const {
  const std::string path = path_.folders[place].resolved.value() + "/" + name;
  const auto resolved = resolve(host_, path);
  if (!resolved) return std::nullopt;
  const auto info = host_.lstat(*resolved);
  if (!info || info->kind != FileKind::file || (info->mode & 0111) == 0) return std::nullopt;
  return CommandFile{place, path, *resolved, path_.on_windows(*resolved), info->size};
}

std::optional<CommandFile> CommandSearch::first_on_linux(const std::string& name) {
  for (std::size_t place = 0; place < path_.folders.size(); ++place) {
    const PathFolder& folder = path_.folders[place];
    if (!folder.exists || folder.on_windows()) continue;
    auto file = file_in(place, name);
    if (file && !file->on_windows) return file;
  }
  return std::nullopt;
}

std::optional<CommandFile> CommandSearch::first_on_windows(const std::string& name,
                                                           std::size_t end) {
  for (std::size_t place = 0; place < std::min(end, path_.folders.size()); ++place) {
    const PathFolder& folder = path_.folders[place];
    if (!folder.exists) continue;
    if (folder.on_windows()) {
      if (left_ == 0) return std::nullopt;
      --left_;
    }
    auto file = file_in(place, name);
    if (file && file->on_windows) return file;
  }
  return std::nullopt;
}

Answer<std::optional<MissCost>> measure_misses(const Host& host, const SearchPath& path) {
  struct Drive {
    unsigned measured = 0;
    double seconds = 0;
    std::size_t entries = 0;
  };
  std::map<std::string, Drive> drives;
  std::vector<std::string> asked;
  std::optional<HostError> error;
  MissCost cost;
  for (const PathFolder* folder : path.on_windows()) {
    if (folder->is_dead()) continue;
    if (!folder->resolved) error = folder->resolved.error();
    Drive& drive = drives[folder->mount->mount_point];
    ++drive.entries;
    if (!folder->exists || drive.measured == samples_per_drive || asked.size() == samples_at_most ||
        std::ranges::find(asked, *folder->resolved) != asked.end()) {
      continue;
    }
    const auto answer = host.lookup_cost(*folder->resolved);
    if (!answer) {
      if (!error) error = answer.error();
      continue;
    }
    asked.push_back(*folder->resolved);
    ++drive.measured;
    drive.seconds += answer->median_seconds;
    if (answer->median_seconds > cost.slowest_seconds) {
      cost.slowest_seconds = answer->median_seconds;
      cost.slowest = folder->text;
    }
  }
  if (asked.empty() && error) return unexpected(*error);
  if (asked.empty()) return std::optional<MissCost>{};
  for (const auto& [mount_point, drive] : drives) {
    if (drive.measured == 0) continue;
    cost.windows_seconds += drive.seconds / drive.measured * static_cast<double>(drive.entries);
  }
  for (const PathFolder& folder : path.folders) {
    if (!folder.exists || folder.on_windows() || cost.linux_seconds) continue;
    const auto answer = host.lookup_cost(*folder.resolved);
    if (answer) cost.linux_seconds = answer->median_seconds;
  }
  return cost;
}

}  // namespace doctor
