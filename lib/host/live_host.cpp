#include "lib/host/live_host.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>

#include <sys/utsname.h>
#include <unistd.h>

#include "lib/base/text.h"
#include "lib/facts/ld_so_cache.h"
#include "lib/host/connection.h"
#include "lib/host/dns_exchange.h"
#include "lib/host/file_questions.h"
#include "lib/host/foreign_mount.h"
#include "lib/host/inotify_use.h"
#include "lib/host/kernel_clock.h"
#include "lib/host/local_clock.h"
#include "lib/host/mount_table.h"
#include "lib/host/os_error.h"
#include "lib/host/process.h"
#include "lib/host/time_sources.h"
#include "lib/host/windows.h"
#include "lib/host/wire.h"

namespace doctor {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// From the program's own walk into a helper's, and back: each time a mount boundary is crossed.
constexpr unsigned most_crossings = 40;

constexpr milliseconds inotify_deadline{500};

std::string architecture() {
  utsname name{};
  return ::uname(&name) == 0 ? name.machine : "";
}

// getpwuid would ask whatever directory service is configured, and wait for it.
std::string login_name(std::string_view passwd, unsigned uid) {
  for (const std::string& line : lines(passwd)) {
    const auto fields = split(line, ':');
    if (fields.size() > 2 && fields[2] == std::to_string(uid)) return fields[0];
  }
  return "";
}

HostError network_is_off_limits() {
  return {HostErrorKind::offline, "the network is off limits (--offline)"};
}

std::optional<HostError> objection_to(const std::string& path) {
  if (!path.starts_with('/')) return HostError{HostErrorKind::failed, "not an absolute path"};
  if (path.find('\0') != std::string::npos) {
    return HostError{HostErrorKind::failed, "the path holds a NUL byte"};
  }
  return std::nullopt;
}

}  // namespace

struct LiveHost::State {
  explicit State(LiveOptions given) : options(std::move(given)) {}

  template <class Value>
  Answer<Value> ask(const FileQuestion<Value>& question, const std::string& path);

  // `deadline`, or what is left until nothing may wait any more.
  milliseconds within(milliseconds deadline) const {
    const auto rest = std::chrono::floor<milliseconds>(options.until - Clock::now());
    return std::clamp(deadline, milliseconds(0), std::max(rest, milliseconds(0)));
  }

  const MountTable& mounts();
  ForeignMount& foreign_mount(std::size_t index);

  const LiveOptions options;
  std::once_flag mounts_read;
  std::optional<MountTable> mount_table;
  std::mutex mutex;
  std::map<std::size_t, ForeignMount> foreign_mounts;
};

const MountTable& LiveHost::State::mounts() {
  std::call_once(mounts_read, [&] { mount_table.emplace(read_mount_table()); });
  return *mount_table;
}

ForeignMount& LiveHost::State::foreign_mount(std::size_t index) {
  const std::lock_guard lock(mutex);
  const auto found = foreign_mounts.find(index);
  if (found != foreign_mounts.end()) return found->second;
  const wire::Greeting greeting{mounts().text(), index};
  return foreign_mounts
      .try_emplace(index,
                   ForeignMountPlan{mounts().at(index).mount_point, options.helper_program,
                                    wire::pack(wire::to_json(greeting)), options.path_deadline})
      .first->second;
}

template <class Value>
Answer<Value> LiveHost::State::ask(const FileQuestion<Value>& question, const std::string& path) {
  if (auto objection = objection_to(path)) return unexpected(std::move(*objection));
  Position position{"/", path};
  for (unsigned crossings = 0; crossings < most_crossings; ++crossings) {
    const auto walked =
        walk_links(std::move(position), question.last_link,
                   [&](const std::string& place) { return !mounts().foreign_index_of(place); });
    if (!walked) return unexpected(walked.error());
    if (walked->arrived) return question.answer({walked->position.here, mounts()});

    ForeignMount& mount = foreign_mount(*mounts().foreign_index_of(walked->position.here));
    const wire::Question asked{std::string(question.name), walked->position};
    const auto bytes = mount.ask(wire::pack(wire::to_json(asked)), options.until);
    if (!bytes) return unexpected(bytes.error());
    auto reply = wire::parse<wire::Reply<Value>>(*bytes);
    if (!reply) {
      return unexpected(HostError{HostErrorKind::failed, "the helper process talks nonsense"});
    }
    if (auto* answer = std::get_if<Answer<Value>>(&*reply)) return std::move(*answer);
    position = std::get<Position>(std::move(*reply));
  }
  return unexpected(os_error(ELOOP));
}

LiveHost::LiveHost(LiveOptions options) : state_(std::make_unique<State>(std::move(options))) {}

LiveHost::~LiveHost() = default;

Answer<Machine> LiveHost::machine() const {
  Machine machine;
  machine.architecture = architecture();
  machine.uid = ::geteuid();
  machine.gid = ::getegid();
  machine.user = login_name(read_file("/etc/passwd").value_or(""), machine.uid);
  machine.now = read_clock(CLOCK_REALTIME);
  return machine;
}

Answer<std::string> LiveHost::variable(const std::string& name) const {
  if (const char* value = std::getenv(name.c_str())) return value;
  return unexpected(HostError{HostErrorKind::missing, ""});
}

Answer<FileInfo> LiveHost::lstat(const std::string& path) const {
  return state_->ask(question::lstat, path);
}

Answer<std::string> LiveHost::read_file(const std::string& path) const {
  return state_->ask(question::read_file, path);
}

Answer<std::vector<std::string>> LiveHost::list(const std::string& path) const {
  return state_->ask(question::list, path);
}

Answer<FileSystemInfo> LiveHost::file_system(const std::string& path) const {
  return state_->ask(question::file_system, path);
}

Answer<CommandResult> LiveHost::run(const Command& command) const {
  ProcessOptions options;
  options.deadline = state_->within(command.deadline);
  options.environment = {{"LC_ALL", "C"}};
  if (options.deadline <= milliseconds(0)) {
    return unexpected(HostError{HostErrorKind::timed_out, "no time was left to run it"});
  }
  return run_process(command.argv, options);
}

Answer<std::vector<std::string>> LiveHost::loader_cache(const std::string& soname) const {
  const auto bytes = read_file("/etc/ld.so.cache");
  if (!bytes && bytes.error().kind == HostErrorKind::missing) {
    return unexpected(
        HostError{HostErrorKind::unsupported, "there is no glibc loader cache (/etc/ld.so.cache)"});
  }
  if (!bytes) return unexpected(bytes.error());
  const auto entries = parse_ld_so_cache(*bytes);
  if (!entries) return unexpected(HostError{HostErrorKind::failed, entries.error()});
  std::vector<std::string> paths;
  for (const LoaderCacheEntry& entry : *entries) {
    if (entry.soname == soname && is_native_abi(entry, architecture())) paths.push_back(entry.path);
  }
  return paths;
}

Answer<LibrarySymbols> LiveHost::library(const std::string& path) const {
  return state_->ask(question::library, path);
}

Answer<WorldTime> LiveHost::world_time(const TimeQuery& query) const {
  if (state_->options.offline) return unexpected(network_is_off_limits());
  TimeQuery bounded = query;
  bounded.deadline = state_->within(query.deadline);
  return ask_world_time(bounded);
}

Answer<WindowsFacts> LiveHost::windows() const {
  return ask_windows(*this, state_->within(state_->options.windows_deadline));
}

Answer<FileCost> LiveHost::file_cost(const std::string& directory) const {
  return state_->ask(question::file_cost, directory);
}

Answer<FutureFiles> LiveHost::future_files(const std::string& directory) const {
  return state_->ask(question::future_files, directory);
}

Answer<LookupCost> LiveHost::lookup_cost(const std::string& directory) const {
  return state_->ask(question::lookup_cost, directory);
}

Answer<InotifyUse> LiveHost::inotify_use() const {
  return count_inotify("/proc", state_->within(inotify_deadline));
}

Answer<KernelClock> LiveHost::kernel_clock() const {
  return read_kernel_clock();
}

Answer<DnsReply> LiveHost::dns(const DnsQuery& query) const {
  if (state_->options.offline) return unexpected(network_is_off_limits());
  DnsQuery bounded = query;
  bounded.deadline = state_->within(query.deadline);
  return ask_dns(bounded);
}

Answer<Connection> LiveHost::connect(const ConnectionQuery& query) const {
  if (state_->options.offline && !is_own_address(query.to)) {
    return unexpected(network_is_off_limits());
  }
  ConnectionQuery bounded = query;
  bounded.deadline = state_->within(query.deadline);
  return open_connection(bounded);
}

}  // namespace doctor
