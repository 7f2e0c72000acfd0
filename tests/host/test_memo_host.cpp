#include <atomic>
#include <latch>
#include <thread>

#include "lib/host/memo_host.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

// Counts what it is asked, and answers so that no two answers are alike.
class CountingHost final : public Host {
 public:
  Answer<Machine> machine() const override {
    Machine machine;
    machine.now = next();
    return machine;
  }
  Answer<std::string> variable(const std::string& name) const override { return numbered(name); }
  Answer<FileInfo> lstat(const std::string&) const override {
    FileInfo info;
    info.modified = next();
    return info;
  }
  Answer<std::string> read_file(const std::string& path) const override {
    if (slow) slow->arrive_and_wait();
    return numbered(path);
  }
  Answer<std::vector<std::string>> list(const std::string& path) const override {
    return std::vector{numbered(path)};
  }
  Answer<FileSystemInfo> file_system(const std::string&) const override {
    FileSystemInfo info;
    info.magic = static_cast<std::uint64_t>(next());
    return info;
  }
  Answer<CommandResult> run(const Command& command) const override {
    return CommandResult{next(), command.argv.front(), ""};
  }
  Answer<std::vector<std::string>> loader_cache(const std::string& soname) const override {
    return std::vector{numbered(soname)};
  }
  Answer<LibrarySymbols> library(const std::string& path) const override {
    return LibrarySymbols{numbered(path), "", {}};
  }
  Answer<WorldTime> world_time(const TimeQuery&) const override {
    WorldTime time;
    time.http.push_back(HttpDate{"", static_cast<double>(next()), 0, std::nullopt});
    return time;
  }
  Answer<WindowsFacts> windows() const override {
    return unexpected(HostError{HostErrorKind::unsupported, numbered("no interop")});
  }
  Answer<FileCost> file_cost(const std::string&) const override {
    return FileCost{static_cast<unsigned>(next()), 0};
  }
  Answer<FutureFiles> future_files(const std::string&) const override {
    FutureFiles files;
    files.examined = static_cast<std::uint64_t>(next());
    return files;
  }
  Answer<LookupCost> lookup_cost(const std::string&) const override {
    return LookupCost{static_cast<unsigned>(next()), 0};
  }
  Answer<InotifyUse> inotify_use() const override {
    return InotifyUse{{}, {}, static_cast<std::uint64_t>(next()), true};
  }
  Answer<KernelClock> kernel_clock() const override {
    return KernelClock{true, 0, static_cast<double>(next()), 0};
  }
  Answer<DnsReply> dns(const DnsQuery& query) const override {
    return DnsReply{0, {numbered(query.name)}, 0};
  }
  Answer<Connection> connect(const ConnectionQuery& query) const override {
    return Connection{numbered(query.to), 0};
  }

  mutable std::atomic<int> asked = 0;
  std::latch* slow = nullptr;

 private:
  int next() const { return ++asked; }
  std::string numbered(const std::string& text) const {
    return text + " " + std::to_string(next());
  }
};

}  // namespace

TEST_CASE("every kind of question is asked once") {
  const CountingHost inner;
  const MemoHost host(inner);
  const TimeQuery query{{"ntp.example"}, {}, std::chrono::milliseconds(500)};
  for (int round = 0; round < 3; ++round) {
    CHECK(host.machine()->now == 1);
    CHECK(host.variable("PATH") == "PATH 2");
    CHECK(host.lstat("/etc")->modified == 3);
    CHECK(host.read_file("/etc") == "/etc 4");
    CHECK(host.list("/etc") == std::vector<std::string>{"/etc 5"});
    CHECK(host.file_system("/etc")->magic == 6);
    CHECK(host.run({{"go", "version"}, std::chrono::milliseconds(1)})->exit_code == 7);
    CHECK(host.loader_cache("libc.so.6") == std::vector<std::string>{"libc.so.6 8"});
    CHECK(host.library("/lib/libc.so.6")->soname == "/lib/libc.so.6 9");
    CHECK(host.world_time(query)->http.front().offset == 10);
    CHECK(host.windows().error().reason == "no interop 11");  // an error is an answer too
    CHECK(host.file_cost("/tmp")->rounds == 12);
    CHECK(host.future_files("/tmp")->examined == 13);
    CHECK(host.lookup_cost("/tmp")->rounds == 14);
    CHECK(host.inotify_use()->hidden == 15);
    CHECK(host.kernel_clock()->frequency == 16);
    CHECK(host.dns({"192.0.2.1", "example.org"})->addresses ==
          std::vector<std::string>{"example.org 17"});
    CHECK(host.connect({"127.0.0.1:1"})->address == "127.0.0.1:1 18");
  }
  CHECK(inner.asked == 18);
}

TEST_CASE("different questions have different answers") {
  const CountingHost inner;
  const MemoHost host(inner);
  CHECK(host.lstat("/a") != host.lstat("/b"));
  CHECK(host.run({{"go", "version"}, std::chrono::milliseconds(1)}) !=
        host.run({{"go", "env"}, std::chrono::milliseconds(1)}));
  CHECK(host.run({{"a b"}, std::chrono::milliseconds(1)}) !=
        host.run({{"a", "b"}, std::chrono::milliseconds(1)}));
  CHECK(host.run({{"go"}, std::chrono::milliseconds(1)}) !=
        host.run({{"go"}, std::chrono::milliseconds(2)}));
  const TimeQuery one{{"a"}, {}, std::chrono::milliseconds(1)};
  const TimeQuery other{{}, {"a"}, std::chrono::milliseconds(1)};
  CHECK(host.world_time(one) != host.world_time(other));
  CHECK(host.dns({"192.0.2.1", "a"}) != host.dns({"192.0.2.2", "a"}));
  CHECK(host.dns({"192.0.2.1", "a"}) != host.dns({"192.0.2.1", "a", "AAAA"}));
  CHECK(host.connect({"127.0.0.1:1"}) != host.connect({"127.0.0.1:2"}));
}

TEST_CASE("who asks while the answer is on its way waits for it") {
  CountingHost inner;
  std::latch both_are_there(2);
  inner.slow = &both_are_there;
  const MemoHost host(inner);
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      if (host.read_file("/etc/os-release") == "/etc/os-release 1") ++right;
    });
  }
  both_are_there.arrive_and_wait();
  for (std::thread& thread : threads) thread.join();
  CHECK(right == 8);
  CHECK(inner.asked == 1);
}
