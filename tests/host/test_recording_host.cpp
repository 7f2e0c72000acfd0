#include <thread>

#include "lib/host/recording_host.h"
#include "lib/host/snapshot_host.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

Snapshot machine_file() {
  const auto snapshot = parse_snapshot(R"(snapshot = 1
[machine]
architecture = "x86_64"
user = "mia"
now = 2026-03-01T12:00:00Z
[variables]
HOME = "/home/mia"
[files]
"/etc/hosts" = "127.0.0.1 localhost\n"
"/etc/shadow" = { mode = 0o640, read-error = "denied" }
"/etc/mtab" = { link = "/proc/mounts" }
"/etc/resolv.conf" = { link = "/mnt/wsl/gone" }
"/bin" = { link = "usr/bin" }
"/usr/bin/sh" = "dash"
"/mnt/z" = { error = "hung: no answer in 2 s" }
"/loop" = { link = "loop" }
[folders]
"/usr/local" = ["go"]
"/root" = { error = "denied" }
[file-systems."/"]
type = "ext4"
[[commands]]
argv = ["uname", "-r"]
out = "5.15\n"
[loader-cache]
"libc.so.6" = ["/lib/libc.so.6"]
[libraries."/lib/libc.so.6"]
soname = "libc.so.6"
[[ntp]]
server = "silent"
error = "timed-out"
[[http]]
url = "*"
offset = 2
[windows]
version = "10.0"
[file-costs."/home/mia"]
rounds = 5
[future-files."/home/mia"]
examined = 9
[lookup-costs."/home/mia"]
rounds = 9
[inotify]
users = [{ uid = 1000, instances = 3, watches = 40 }]
[kernel-clock]
synchronised = true
[[dns]]
server = "*"
name = "example.org"
addresses = ["192.0.2.7"]
[[dns]]
server = "192.0.2.53"
name = "*"
error = "timed-out: no answer in 2 s"
[[connections]]
to = "*"
error = "refused"
[[connections]]
to = "[*]"
error = "unreachable"
)");
  if (!snapshot) FAIL(snapshot.error().line << ": " << snapshot.error().message);
  return *snapshot;
}

// Every answer of a host to a fixed list of questions.
struct Interview {
  Answer<Machine> machine;
  std::vector<Answer<std::string>> variables;
  std::vector<Answer<FileInfo>> infos;
  std::vector<Answer<std::string>> contents;
  std::vector<Answer<std::vector<std::string>>> lists;
  std::vector<Answer<FileSystemInfo>> file_systems;
  std::vector<Answer<CommandResult>> runs;
  std::vector<Answer<std::vector<std::string>>> caches;
  std::vector<Answer<LibrarySymbols>> libraries;
  Answer<WorldTime> time;
  Answer<WindowsFacts> windows;
  std::vector<Answer<FileCost>> costs;
  std::vector<Answer<FutureFiles>> future;
  std::vector<Answer<LookupCost>> lookups;
  Answer<InotifyUse> inotify;
  Answer<KernelClock> clock;
  std::vector<Answer<DnsReply>> dns;
  std::vector<Answer<Connection>> connections;

  bool operator==(const Interview&) const = default;
};

Interview interview(const Host& host) {
  const TimeQuery query{{"silent"}, {"https://a/", "https://b/"}, std::chrono::milliseconds(1)};
  Interview answers{host.machine(),
                    {},
                    {},
                    {},
                    {},
                    {},
                    {},
                    {},
                    {},
                    host.world_time(query),
                    host.windows(),
                    {},
                    {},
                    {},
                    host.inotify_use(),
                    host.kernel_clock(),
                    {},
                    {}};
  for (const auto* name : {"HOME", "GOPATH"}) answers.variables.push_back(host.variable(name));
  const std::vector<std::string> paths = {
      "/",           "/etc/hosts", "/etc/shadow", "/etc/mtab",     "/etc/resolv.conf", "/bin",
      "/bin/sh",     "/mnt/z",     "/mnt/z/deep", "/loop",         "/nowhere",         "/usr/local",
      "/usr/../bin", "/root",      "/home/mia",   "/lib/libc.so.6"};
  for (const std::string& path : paths) {
    answers.contents.push_back(host.read_file(path));
    answers.infos.push_back(host.lstat(path));
    answers.lists.push_back(host.list(path));
    answers.file_systems.push_back(host.file_system(path));
    answers.libraries.push_back(host.library(path));
    answers.costs.push_back(host.file_cost(path));
    answers.future.push_back(host.future_files(path));
    answers.lookups.push_back(host.lookup_cost(path));
  }
  for (const auto* name : {"uname", "go"}) {
    answers.runs.push_back(host.run({{name, "-r"}, std::chrono::milliseconds(5)}));
  }
  for (const auto* server : {"10.255.255.254", "192.0.2.53"}) {
    answers.dns.push_back(host.dns({server, "example.org", "A", std::chrono::milliseconds(1)}));
  }
  for (const auto* to : {"127.0.0.1:7890", "[2001:db8::1]:443", "example.org:443"}) {
    answers.connections.push_back(host.connect({to, std::chrono::milliseconds(1)}));
  }
  for (const auto* name : {"libc.so.6", "libm.so.6"}) {
    answers.caches.push_back(host.loader_cache(name));
  }
  return answers;
}

// Answers that the replay words anew: what was not recorded stays so, for the same thing.
template <class Value>
void same(const Answer<Value>& replayed, const Answer<Value>& live) {
  if (!live && live.error().kind == HostErrorKind::not_recorded) {
    REQUIRE_FALSE(replayed);
    CHECK(replayed.error().kind == HostErrorKind::not_recorded);
  } else {
    CHECK(replayed == live);
  }
}

template <class Value>
void same(const std::vector<Answer<Value>>& replayed, const std::vector<Answer<Value>>& live) {
  REQUIRE(replayed.size() == live.size());
  for (std::size_t i = 0; i < live.size(); ++i) {
    INFO("question " << i);
    same(replayed[i], live[i]);
  }
}

void same(const Interview& replayed, const Interview& live) {
  same(replayed.machine, live.machine);
  same(replayed.variables, live.variables);
  same(replayed.infos, live.infos);
  same(replayed.contents, live.contents);
  same(replayed.lists, live.lists);
  same(replayed.file_systems, live.file_systems);
  same(replayed.runs, live.runs);
  same(replayed.caches, live.caches);
  same(replayed.libraries, live.libraries);
  same(replayed.time, live.time);
  same(replayed.windows, live.windows);
  same(replayed.costs, live.costs);
  same(replayed.future, live.future);
  same(replayed.lookups, live.lookups);
  same(replayed.inotify, live.inotify);
  same(replayed.clock, live.clock);
  same(replayed.dns, live.dns);
  same(replayed.connections, live.connections);
}

}  // namespace

TEST_CASE("a recording answers as the machine did, also when read from its file") {
  const SnapshotHost machine(machine_file());
  const RecordingHost recorder(machine);
  const Interview live = interview(recorder);
  CHECK(live == interview(machine));

  const Snapshot recording = recorder.snapshot();
  CHECK_FALSE(recording.complete);
  same(interview(SnapshotHost(recording)), live);

  const std::string toml = to_toml(recording);
  const auto reread = parse_snapshot(toml);
  INFO(toml);
  REQUIRE(reread);
  same(interview(SnapshotHost(*reread)), live);
}

TEST_CASE("a recording holds what was asked, and nothing else") {
  const SnapshotHost machine(machine_file());
  const RecordingHost recorder(machine);
  recorder.read_file("/etc/hosts");
  recorder.variable("GOPATH");
  const Snapshot recording = recorder.snapshot();
  CHECK(recording.files.size() == 1);
  CHECK_FALSE(recording.files.at("/etc/hosts").info);
  CHECK(recording.variables.size() == 1);
  CHECK_FALSE(recording.machine);
  CHECK_FALSE(recording.windows);
  CHECK(recording.ntp.empty());
}

TEST_CASE("a file that is missing takes one line, a dangling link does not count as one") {
  const SnapshotHost machine(machine_file());
  const RecordingHost recorder(machine);
  recorder.read_file("/etc/wsl.conf");
  recorder.read_file("/etc/resolv.conf");
  const Snapshot recording = recorder.snapshot();
  const HostError missing{HostErrorKind::missing, ""};
  CHECK(recording.files.at("/etc/wsl.conf") == SnapshotFile{{}, {}, missing, {}});
  CHECK(recording.files.at("/etc/resolv.conf").info->target == "/mnt/wsl/gone");
  CHECK(recording.files.at("/etc/resolv.conf").read_error == missing);
  CHECK(to_toml(recording).find("[missing]\nfiles = [\"/etc/wsl.conf\"]\n") != std::string::npos);
}

TEST_CASE("an error of both questions is recorded once, in either order") {
  const SnapshotHost machine(machine_file());
  const HostError hung{HostErrorKind::hung, "no answer in 2 s"};
  for (const bool read_first : {true, false}) {
    const RecordingHost recorder(machine);
    if (read_first) recorder.read_file("/mnt/z");
    recorder.lstat("/mnt/z");
    recorder.read_file("/mnt/z");
    CHECK(recorder.snapshot().files.at("/mnt/z") == SnapshotFile{{}, {}, hung, {}});
  }
}

TEST_CASE("what the inner host does not know is not recorded") {
  Snapshot empty;
  empty.complete = false;
  const SnapshotHost machine(empty);
  const RecordingHost recorder(machine);
  interview(recorder);
  CHECK(to_toml(recorder.snapshot()) == "snapshot = 1\ncomplete = false\n");
}

TEST_CASE("questions may be recorded from several threads, with one result") {
  const SnapshotHost machine(machine_file());
  const RecordingHost one(machine);
  interview(one);
  const RecordingHost many(machine);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { interview(many); });
  for (std::thread& thread : threads) thread.join();
  CHECK(to_toml(many.snapshot()) == to_toml(one.snapshot()));
}
