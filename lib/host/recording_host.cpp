#include "lib/host/recording_host.h"

#include <algorithm>

namespace doctor {

namespace {

// An absent entry already says "not recorded".
template <class Value>
bool is_recorded(const Answer<Value>& answer) {
  return answer || answer.error().kind != HostErrorKind::not_recorded;
}

template <class Key, class Value>
Answer<Value> record(std::mutex& mutex, std::map<Key, Answer<Value>>& entries, const Key& key,
                     Answer<Value> answer) {
  const std::lock_guard lock(mutex);
  if (is_recorded(answer)) entries.emplace(key, answer);
  return answer;
}

// The same for what can be asked in one way only.
template <class Value>
Answer<Value> record(std::mutex& mutex, std::optional<Answer<Value>>& entry, Answer<Value> answer) {
  const std::lock_guard lock(mutex);
  if (is_recorded(answer)) entry = answer;
  return answer;
}

// The first answer to a question is the one that counts, here as everywhere.
void note_info(SnapshotFile& file, const Answer<FileInfo>& answer) {
  if (file.info || file.error) return;
  if (answer) {
    file.info = *answer;
    return;
  }
  file.error = answer.error();
  if (file.read_error == file.error) file.read_error.reset();
}

void note_content(SnapshotFile& file, const Answer<std::string>& answer) {
  if (file.text || file.read_error) return;
  if (answer) {
    file.text = *answer;
  } else if (file.error != answer.error()) {
    file.read_error = answer.error();
  }
}

}  // namespace

Answer<Machine> RecordingHost::machine() const {
  return record(mutex_, snapshot_.machine, inner_.machine());
}

Answer<std::string> RecordingHost::variable(const std::string& name) const {
  return record(mutex_, snapshot_.variables, name, inner_.variable(name));
}

Answer<FileInfo> RecordingHost::lstat(const std::string& path) const {
  auto answer = inner_.lstat(path);
  const std::lock_guard lock(mutex_);
  if (is_recorded(answer)) note_info(snapshot_.files[path], answer);
  return answer;
}

// Content that is missing may still have a link at its path, so that is asked too: then one error
// stands for both.
Answer<std::string> RecordingHost::read_file(const std::string& path) const {
  auto answer = inner_.read_file(path);
  if (!is_recorded(answer)) return answer;
  if (!answer && answer.error().kind == HostErrorKind::missing) lstat(path);
  const std::lock_guard lock(mutex_);
  note_content(snapshot_.files[path], answer);
  return answer;
}

Answer<std::vector<std::string>> RecordingHost::list(const std::string& path) const {
  return record(mutex_, snapshot_.folders, path, inner_.list(path));
}

Answer<FileSystemInfo> RecordingHost::file_system(const std::string& path) const {
  return record(mutex_, snapshot_.file_systems, path, inner_.file_system(path));
}

Answer<CommandResult> RecordingHost::run(const Command& command) const {
  auto answer = inner_.run(command);
  const std::lock_guard lock(mutex_);
  const bool is_known = std::ranges::any_of(
      snapshot_.commands, [&](const auto& entry) { return entry.first == command.argv; });
  if (is_recorded(answer) && !is_known) snapshot_.commands.emplace_back(command.argv, answer);
  return answer;
}

Answer<std::vector<std::string>> RecordingHost::loader_cache(const std::string& soname) const {
  return record(mutex_, snapshot_.loader_cache, soname, inner_.loader_cache(soname));
}

Answer<LibrarySymbols> RecordingHost::library(const std::string& path) const {
  return record(mutex_, snapshot_.libraries, path, inner_.library(path));
}

Answer<WorldTime> RecordingHost::world_time(const TimeQuery& query) const {
  auto answer = inner_.world_time(query);
  if (!is_recorded(answer)) return answer;
  const std::lock_guard lock(mutex_);
  if (!answer) {
    snapshot_.time_error = answer.error();
    return answer;
  }
  for (const NtpReply& reply : answer->ntp) snapshot_.ntp.emplace(reply.server, reply);
  for (const HttpDate& date : answer->http) snapshot_.http.emplace(date.url, date);
  return answer;
}

Answer<WindowsFacts> RecordingHost::windows() const {
  return record(mutex_, snapshot_.windows, inner_.windows());
}

Answer<FileCost> RecordingHost::file_cost(const std::string& directory) const {
  return record(mutex_, snapshot_.file_costs, directory, inner_.file_cost(directory));
}

Answer<FutureFiles> RecordingHost::future_files(const std::string& directory) const {
  return record(mutex_, snapshot_.future_files, directory, inner_.future_files(directory));
}

Answer<LookupCost> RecordingHost::lookup_cost(const std::string& directory) const {
  return record(mutex_, snapshot_.lookup_costs, directory, inner_.lookup_cost(directory));
}

Answer<InotifyUse> RecordingHost::inotify_use() const {
  return record(mutex_, snapshot_.inotify, inner_.inotify_use());
}

Answer<KernelClock> RecordingHost::kernel_clock() const {
  return record(mutex_, snapshot_.kernel_clock, inner_.kernel_clock());
}

Answer<DnsReply> RecordingHost::dns(const DnsQuery& query) const {
  return record(mutex_, snapshot_.dns, {query.server, query.name, query.type}, inner_.dns(query));
}

Answer<Connection> RecordingHost::connect(const ConnectionQuery& query) const {
  return record(mutex_, snapshot_.connections, query.to, inner_.connect(query));
}

Snapshot RecordingHost::snapshot() const {
  Snapshot snapshot = [this] {
    const std::lock_guard lock(mutex_);
    return snapshot_;
  }();
  // Checks run at once: without an order two recordings of one machine would differ.
  std::ranges::sort(snapshot.commands, {}, [](const auto& entry) { return entry.first; });
  return snapshot;
}

}  // namespace doctor
