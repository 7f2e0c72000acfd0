#pragma once

#include <mutex>

#include "lib/host/host.h"
#include "lib/host/snapshot.h"

namespace doctor {

// Passes every question on, and writes question and answer into a snapshot (complete = false).
class RecordingHost final : public Host {
 public:
  explicit RecordingHost(const Host& inner) : inner_(inner) { snapshot_.complete = false; }

  Answer<Machine> machine() const override;
  Answer<std::string> variable(const std::string& name) const override;
  Answer<FileInfo> lstat(const std::string& path) const override;
  Answer<std::string> read_file(const std::string& path) const override;
  Answer<std::vector<std::string>> list(const std::string& path) const override;
  Answer<FileSystemInfo> file_system(const std::string& path) const override;
  Answer<CommandResult> run(const Command& command) const override;
  Answer<std::vector<std::string>> loader_cache(const std::string& soname) const override;
  Answer<LibrarySymbols> library(const std::string& path) const override;
  Answer<WorldTime> world_time(const TimeQuery& query) const override;
  Answer<WindowsFacts> windows() const override;
  Answer<FileCost> file_cost(const std::string& directory) const override;
  Answer<FutureFiles> future_files(const std::string& directory) const override;
  Answer<LookupCost> lookup_cost(const std::string& directory) const override;
  Answer<InotifyUse> inotify_use() const override;
  Answer<KernelClock> kernel_clock() const override;
  Answer<DnsReply> dns(const DnsQuery& query) const override;
  Answer<Connection> connect(const ConnectionQuery& query) const override;

  Snapshot snapshot() const;

 private:
  const Host& inner_;
  mutable std::mutex mutex_;
  mutable Snapshot snapshot_;
};

}  // namespace doctor
