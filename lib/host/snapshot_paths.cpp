#include "lib/host/snapshot_paths.h"

#include <algorithm>
#include <set>

#include "lib/base/format.h"
#include "lib/host/snapshot_format.h"

namespace doctor {

namespace {

constexpr std::size_t longest_path = 4096;  // PATH_MAX

FileInfo plain(FileKind kind, std::uint64_t size = 0) {
  FileInfo info;
  info.kind = kind;
  info.mode = default_mode(kind);
  info.size = size;
  return info;
}

bool is_there(const SnapshotFile& file) {
  return !file.error || file.error->kind != HostErrorKind::missing;
}

template <class Value>
bool is_there(const Answer<Value>& answer) {
  return answer || answer.error().kind != HostErrorKind::missing;
}

std::string below(const std::string& folder) {
  return folder == "/" ? folder : folder + "/";
}

// Calls `visit` with every path below `folder` that an entry of `entries` proves to exist, until it
// answers true.
template <class Entries, class Visit>
bool any_below(const Entries& entries, const std::string& folder, Visit visit) {
  const std::string start = below(folder);
  for (auto at = entries.upper_bound(start); at != entries.end(); ++at) {
    if (!at->first.starts_with(start)) return false;
    if (is_there(at->second) && visit(at->first)) return true;
  }
  return false;
}

template <class Visit>
bool any_path_below(const Snapshot& snapshot, const std::string& folder, Visit visit) {
  return any_below(snapshot.files, folder, visit) || any_below(snapshot.folders, folder, visit) ||
         any_below(snapshot.libraries, folder, visit) ||
         any_below(snapshot.file_systems, folder, visit) ||
         any_below(snapshot.file_costs, folder, visit) ||
         any_below(snapshot.future_files, folder, visit) ||
         any_below(snapshot.lookup_costs, folder, visit);
}

template <class Entries>
bool has(const Entries& entries, const std::string& path) {
  const auto found = entries.find(path);
  return found != entries.end() && is_there(found->second);
}

bool is_listed(const Snapshot& snapshot, const std::string& path) {
  const auto slash = path.rfind('/');
  const auto folder = snapshot.folders.find(slash == 0 ? "/" : path.substr(0, slash));
  return folder != snapshot.folders.end() && folder->second &&
         std::ranges::count(*folder->second, path.substr(slash + 1)) > 0;
}

// A path of a complete snapshot that has no file entry of its own.
Answer<FileInfo> implied_entry(const Snapshot& snapshot, const std::string& path) {
  const bool is_folder = path == "/" || has(snapshot.folders, path) ||
                         has(snapshot.file_systems, path) || has(snapshot.file_costs, path) ||
                         has(snapshot.future_files, path) || has(snapshot.lookup_costs, path) ||
                         any_path_below(snapshot, path, [](const std::string&) { return true; });
  if (is_folder) return plain(FileKind::directory);
  if (has(snapshot.libraries, path)) return plain(FileKind::file);
  if (is_listed(snapshot, path)) return unexpected(not_in_snapshot("more than the name of", path));
  return unexpected(HostError{HostErrorKind::missing, ""});
}

}  // namespace

HostError not_in_snapshot(std::string_view what, std::string_view name) {
  const std::string_view gap = name.empty() ? "" : " ";
  return {HostErrorKind::not_recorded,
          fmt::format("the snapshot does not hold {}{}{}", what, gap, name)};
}

Answer<FileInfo> entry_at(const Snapshot& snapshot, const std::string& path) {
  const auto found = snapshot.files.find(path);
  if (found != snapshot.files.end()) {
    const SnapshotFile& file = found->second;
    if (file.info) return *file.info;
    if (file.error) return unexpected(*file.error);
    const bool has_content =
        file.text || (file.read_error && file.read_error->kind != HostErrorKind::missing);
    if (has_content && snapshot.complete) {
      return plain(FileKind::file, file.text ? file.text->size() : 0);
    }
  }
  if (snapshot.complete) return implied_entry(snapshot, path);
  return unexpected(not_in_snapshot("what kind of file is", path));
}

Answer<std::string> locate(const Snapshot& snapshot, std::string_view path, LastLink last_link) {
  const HostError too_long{HostErrorKind::failed, "file name too long"};
  if (path.size() > longest_path) return unexpected(too_long);
  LinkWalk walk({"/", std::string(path)});
  while (walk.step()) {
    if (walk.here().size() > longest_path) return unexpected(too_long);
    if (walk.at_end() && last_link == LastLink::keep) break;
    const auto info = entry_at(snapshot, walk.here());
    if (!info) {
      // An unrecorded part may be a link, and then ".." behind it leads elsewhere.
      const bool is_known = info.error().kind != HostErrorKind::not_recorded;
      if (is_known || walk.position().rest.starts_with("..")) return unexpected(info.error());
      continue;
    }
    if (info->kind == FileKind::link) {
      if (info->target.size() > longest_path) return unexpected(too_long);
      if (!walk.follow(info->target)) return unexpected(HostError{HostErrorKind::loop, ""});
    } else if (info->kind != FileKind::directory && !walk.at_end()) {
      return unexpected(HostError{HostErrorKind::missing, ""});
    }
  }
  return walk.here();
}

std::vector<std::string> implied_names(const Snapshot& snapshot, const std::string& folder) {
  std::set<std::string> names;
  const std::size_t skip = below(folder).size();
  any_path_below(snapshot, folder, [&](const std::string& path) {
    names.insert(path.substr(skip, path.find('/', skip) - skip));
    return false;
  });
  return {names.begin(), names.end()};
}

}  // namespace doctor
