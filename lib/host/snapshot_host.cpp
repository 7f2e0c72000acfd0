#include "lib/host/snapshot_host.h"

#include <algorithm>

#include "lib/host/snapshot_paths.h"

namespace doctor {

namespace {

HostError missing(std::string reason = "") {
  return {HostErrorKind::missing, std::move(reason)};
}

template <class Value>
const Value* find(const std::map<std::string, Value>& entries, const std::string& key) {
  const auto found = entries.find(key);
  return found == entries.end() ? nullptr : &found->second;
}

// The entry of the path as it was asked for, else of where its links lead; null when neither is
// recorded, an error when the path leads nowhere.
template <class Value>
expected<const Value*, HostError> find_path(const Snapshot& snapshot,
                                            const std::map<std::string, Value>& entries,
                                            const std::string& path) {
  if (const Value* entry = find(entries, path)) return entry;
  const auto place = locate(snapshot, path, LastLink::follow);
  if (!place) return unexpected(place.error());
  return find(entries, *place);
}

template <class Value>
Answer<Value> answer_for_path(const Snapshot& snapshot,
                              const std::map<std::string, Answer<Value>>& entries,
                              const std::string& path, std::string_view what) {
  const auto entry = find_path(snapshot, entries, path);
  if (!entry) return unexpected(entry.error());
  return *entry != nullptr ? **entry : Answer<Value>(unexpected(not_in_snapshot(what, path)));
}

bool tells_content(const SnapshotFile* file) {
  return file != nullptr && (file->text || file->read_error || file->error);
}

// An entry "*" stands for every name that has none of its own.
constexpr const char* any = "*";
constexpr const char* any_ipv6 = "[*]";

template <class Value>
const Value* find_or_any(const std::map<std::string, Value>& entries, const std::string& name) {
  const Value* entry = find(entries, name);
  return entry != nullptr ? entry : find(entries, any);
}

}  // namespace

Answer<Machine> SnapshotHost::machine() const {
  if (snapshot_.machine) return *snapshot_.machine;
  return unexpected(not_in_snapshot("the machine"));
}

Answer<std::string> SnapshotHost::variable(const std::string& name) const {
  if (const auto* answer = find(snapshot_.variables, name)) return *answer;
  if (snapshot_.complete) return unexpected(missing());
  return unexpected(not_in_snapshot("the variable", name));
}

Answer<FileInfo> SnapshotHost::lstat(const std::string& path) const {
  if (snapshot_.files.contains(path)) return entry_at(snapshot_, path);
  const auto place = locate(snapshot_, path, LastLink::keep);
  if (!place) return unexpected(place.error());
  return entry_at(snapshot_, *place);
}

Answer<std::string> SnapshotHost::read_file(const std::string& path) const {
  const SnapshotFile* file = find(snapshot_.files, path);
  if (!tells_content(file)) {
    const auto place = locate(snapshot_, path, LastLink::follow);
    if (!place) return unexpected(place.error());
    file = find(snapshot_.files, *place);
    if (!tells_content(file)) {
      const auto info = entry_at(snapshot_, *place);
      if (!info && info.error().kind != HostErrorKind::not_recorded) {
        return unexpected(info.error());
      }
      if (info && info->kind == FileKind::directory) {
        return unexpected(HostError{HostErrorKind::unsupported, "is a directory"});
      }
      return unexpected(not_in_snapshot("the content of", path));
    }
  }
  if (file->text) return *file->text;
  return unexpected(file->read_error ? *file->read_error : *file->error);
}

Answer<std::vector<std::string>> SnapshotHost::list(const std::string& path) const {
  const auto entry = find_path(snapshot_, snapshot_.folders, path);
  if (!entry) return unexpected(entry.error());
  if (*entry != nullptr) return **entry;
  const auto place = locate(snapshot_, path, LastLink::follow);
  if (!place) return unexpected(place.error());
  const auto info = entry_at(snapshot_, *place);
  if (info && info->kind != FileKind::directory) {
    return unexpected(HostError{HostErrorKind::unsupported, "not a directory"});
  }
  if (!info && info.error().kind != HostErrorKind::not_recorded) return unexpected(info.error());
  if (info && snapshot_.complete) return implied_names(snapshot_, *place);
  return unexpected(not_in_snapshot("the list of", path));
}

Answer<FileSystemInfo> SnapshotHost::file_system(const std::string& path) const {
  return answer_for_path(snapshot_, snapshot_.file_systems, path, "the file system of");
}

Answer<CommandResult> SnapshotHost::run(const Command& command) const {
  const auto found = std::ranges::find(snapshot_.commands, command.argv,
                                       [](const auto& entry) { return entry.first; });
  if (found != snapshot_.commands.end()) return found->second;
  if (snapshot_.complete) return unexpected(missing("not installed"));
  return unexpected(
      not_in_snapshot("the output of", command.argv.empty() ? "" : command.argv.front()));
}

Answer<std::vector<std::string>> SnapshotHost::loader_cache(const std::string& soname) const {
  if (const auto* answer = find(snapshot_.loader_cache, soname)) return *answer;
  if (snapshot_.complete) return unexpected(missing());
  return unexpected(not_in_snapshot("the loader cache's", soname));
}

Answer<LibrarySymbols> SnapshotHost::library(const std::string& path) const {
  return answer_for_path(snapshot_, snapshot_.libraries, path, "the symbols of");
}

Answer<WorldTime> SnapshotHost::world_time(const TimeQuery& query) const {
  if (snapshot_.time_error) return unexpected(*snapshot_.time_error);
  if (snapshot_.ntp.empty() && snapshot_.http.empty()) {
    return unexpected(not_in_snapshot("the world's time"));
  }
  WorldTime time;
  bool ntp_answered = false;
  for (const std::string& server : query.servers) {
    const NtpReply* recorded = find_or_any(snapshot_.ntp, server);
    NtpReply reply =
        recorded != nullptr ? *recorded : NtpReply{"", "", {}, not_in_snapshot("its answer")};
    reply.server = server;
    ntp_answered = ntp_answered || !reply.error;
    time.ntp.push_back(std::move(reply));
  }
  if (ntp_answered) return time;
  for (const std::string& url : query.urls) {
    const HttpDate* recorded = find_or_any(snapshot_.http, url);
    HttpDate date =
        recorded != nullptr ? *recorded : HttpDate{"", 0, 0, not_in_snapshot("its answer")};
    date.url = url;
    time.http.push_back(std::move(date));
  }
  return time;
}

Answer<WindowsFacts> SnapshotHost::windows() const {
  if (snapshot_.windows) return *snapshot_.windows;
  if (!snapshot_.complete) return unexpected(not_in_snapshot("Windows facts"));
  return unexpected(HostError{HostErrorKind::unsupported, "this snapshot has no Windows facts"});
}

Answer<FileCost> SnapshotHost::file_cost(const std::string& directory) const {
  return answer_for_path(snapshot_, snapshot_.file_costs, directory, "the file costs of");
}

Answer<FutureFiles> SnapshotHost::future_files(const std::string& directory) const {
  return answer_for_path(snapshot_, snapshot_.future_files, directory, "future files below");
}

Answer<LookupCost> SnapshotHost::lookup_cost(const std::string& directory) const {
  return answer_for_path(snapshot_, snapshot_.lookup_costs, directory, "the look-up costs of");
}

Answer<InotifyUse> SnapshotHost::inotify_use() const {
  if (snapshot_.inotify) return *snapshot_.inotify;
  return unexpected(not_in_snapshot("the use of inotify"));
}

Answer<KernelClock> SnapshotHost::kernel_clock() const {
  if (snapshot_.kernel_clock) return *snapshot_.kernel_clock;
  return unexpected(not_in_snapshot("the kernel's clock"));
}

Answer<DnsReply> SnapshotHost::dns(const DnsQuery& query) const {
  for (const std::string& server : {query.server, std::string(any)}) {
    for (const std::string& name : {query.name, std::string(any)}) {
      const auto found = snapshot_.dns.find({server, name, query.type});
      if (found != snapshot_.dns.end()) return found->second;
    }
  }
  return unexpected(not_in_snapshot("the answer of name server", query.server));
}

Answer<Connection> SnapshotHost::connect(const ConnectionQuery& query) const {
  const bool is_ipv6 = query.to.starts_with('[');
  const auto* found = find(snapshot_.connections, query.to);
  if (found == nullptr) found = find(snapshot_.connections, is_ipv6 ? any_ipv6 : any);
  if (found != nullptr) return *found;
  return unexpected(not_in_snapshot("a connection to", query.to));
}

}  // namespace doctor
