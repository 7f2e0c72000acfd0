#pragma once

#include <memory>

#include "lib/host/host.h"

namespace doctor {

// Asks every question of the inner host once, however many checks ask it, also when they ask at the
// same time: the second waits for the first one's answer.
class MemoHost final : public Host {
 public:
  explicit MemoHost(const Host& inner);
  ~MemoHost() override;

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

 private:
  struct Answers;
  const Host& inner_;
  std::unique_ptr<Answers> answers_;
};

}  // namespace doctor
