#include "lib/host/memo_host.h"

#include <future>
#include <map>
#include <mutex>
#include <tuple>

namespace doctor {
namespace {

// The answers to one kind of question, by what was asked.
template <class Key, class Value>
class Memo {
 public:
  template <class Ask>
  Answer<Value> get(const Key& key, const Ask& ask) {
    std::promise<Answer<Value>> promise;
    std::shared_future<Answer<Value>> answer;
    bool is_first = false;
    {
      const std::lock_guard lock(mutex_);
      const auto [entry, inserted] = answers_.try_emplace(key);
      if (inserted) entry->second = promise.get_future().share();
      answer = entry->second;
      is_first = inserted;
    }
    if (is_first) promise.set_value(ask());
    return answer.get();
  }

 private:
  std::mutex mutex_;
  std::map<Key, std::shared_future<Answer<Value>>> answers_;
};

template <class Value>
using MemoByName = Memo<std::string, Value>;

template <class Value>
using MemoOfOne = Memo<std::tuple<>, Value>;

using CommandKey = std::tuple<std::vector<std::string>, std::chrono::milliseconds>;
using TimeKey =
    std::tuple<std::vector<std::string>, std::vector<std::string>, std::chrono::milliseconds>;
using DnsKey = std::tuple<std::string, std::string, std::string, std::chrono::milliseconds>;
using ConnectionKey = std::tuple<std::string, std::chrono::milliseconds>;

}  // namespace

struct MemoHost::Answers {
  MemoOfOne<Machine> machine;
  MemoByName<std::string> variables;
  MemoByName<FileInfo> lstats;
  MemoByName<std::string> texts;
  MemoByName<std::vector<std::string>> lists;
  MemoByName<FileSystemInfo> file_systems;
  Memo<CommandKey, CommandResult> commands;
  MemoByName<std::vector<std::string>> loader_cache;
  MemoByName<LibrarySymbols> libraries;
  Memo<TimeKey, WorldTime> world_times;
  MemoOfOne<WindowsFacts> windows;
  MemoByName<FileCost> file_costs;
  MemoByName<FutureFiles> future_files;
  MemoByName<LookupCost> lookup_costs;
  MemoOfOne<InotifyUse> inotify_use;
  MemoOfOne<KernelClock> kernel_clock;
  Memo<DnsKey, DnsReply> dns;
  Memo<ConnectionKey, Connection> connections;
};

MemoHost::MemoHost(const Host& inner) : inner_(inner), answers_(std::make_unique<Answers>()) {}

MemoHost::~MemoHost() = default;

Answer<Machine> MemoHost::machine() const {
  return answers_->machine.get({}, [&] { return inner_.machine(); });
}

Answer<std::string> MemoHost::variable(const std::string& name) const {
  return answers_->variables.get(name, [&] { return inner_.variable(name); });
}

Answer<FileInfo> MemoHost::lstat(const std::string& path) const {
  return answers_->lstats.get(path, [&] { return inner_.lstat(path); });
}

Answer<std::string> MemoHost::read_file(const std::string& path) const {
  return answers_->texts.get(path, [&] { return inner_.read_file(path); });
}

Answer<std::vector<std::string>> MemoHost::list(const std::string& path) const {
  return answers_->lists.get(path, [&] { return inner_.list(path); });
}

Answer<FileSystemInfo> MemoHost::file_system(const std::string& path) const {
  return answers_->file_systems.get(path, [&] { return inner_.file_system(path); });
}

Answer<CommandResult> MemoHost::run(const Command& command) const {
  return answers_->commands.get({command.argv, command.deadline},
                                [&] { return inner_.run(command); });
}

Answer<std::vector<std::string>> MemoHost::loader_cache(const std::string& soname) const {
  return answers_->loader_cache.get(soname, [&] { return inner_.loader_cache(soname); });
}

Answer<LibrarySymbols> MemoHost::library(const std::string& path) const {
  return answers_->libraries.get(path, [&] { return inner_.library(path); });
}

Answer<WorldTime> MemoHost::world_time(const TimeQuery& query) const {
  return answers_->world_times.get({query.servers, query.urls, query.deadline},
                                   [&] { return inner_.world_time(query); });
}

Answer<WindowsFacts> MemoHost::windows() const {
  return answers_->windows.get({}, [&] { return inner_.windows(); });
}

Answer<FileCost> MemoHost::file_cost(const std::string& directory) const {
  return answers_->file_costs.get(directory, [&] { return inner_.file_cost(directory); });
}

Answer<FutureFiles> MemoHost::future_files(const std::string& directory) const {
  return answers_->future_files.get(directory, [&] { return inner_.future_files(directory); });
}

Answer<LookupCost> MemoHost::lookup_cost(const std::string& directory) const {
  return answers_->lookup_costs.get(directory, [&] { return inner_.lookup_cost(directory); });
}

Answer<InotifyUse> MemoHost::inotify_use() const {
  return answers_->inotify_use.get({}, [&] { return inner_.inotify_use(); });
}

Answer<KernelClock> MemoHost::kernel_clock() const {
  return answers_->kernel_clock.get({}, [&] { return inner_.kernel_clock(); });
}

Answer<DnsReply> MemoHost::dns(const DnsQuery& query) const {
  return answers_->dns.get({query.server, query.name, query.type, query.deadline},
                           [&] { return inner_.dns(query); });
}

Answer<Connection> MemoHost::connect(const ConnectionQuery& query) const {
  return answers_->connections.get({query.to, query.deadline},
                                   [&] { return inner_.connect(query); });
}

}  // namespace doctor
