#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "lib/host/host.h"

namespace doctor {

struct LiveOptions {
  bool offline = false;
  // Nothing waits past this, whatever its own deadline.
  std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::max();
  std::chrono::milliseconds path_deadline{2000};      // one question to a foreign mount
  std::chrono::milliseconds windows_deadline{10000};  // the PowerShell call
  // The program that is started with the private argument `helper_argument` to touch foreign
  // mounts.
  std::string helper_program = "/proc/self/exe";
};

inline constexpr const char* helper_argument = "--host-helper";

// Serves questions about foreign mounts on file descriptor 3 until it is closed. Never returns to
// main's normal path: the caller exits with its result.
int serve_host_helper();

// The machine this process runs on. Foreign mounts (see is_foreign) are touched only by a
// disposable helper process, one per mount: when it misses its deadline it is killed, not waited
// for, and every later question there is answered `hung` at once.
class LiveHost final : public Host {
 public:
  explicit LiveHost(LiveOptions options = {});
  ~LiveHost() override;

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
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace doctor
