#include <algorithm>

#include "checks/container_parts.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/cgroup_limits.h"
#include "lib/facts/cgroups.h"
#include "lib/host/paths.h"

namespace doctor {

namespace {

constexpr const char* cgroup_root = "/sys/fs/cgroup";
constexpr double gibibyte = 1024.0 * 1024 * 1024;

struct Limit {
  double value;
  std::string file;
};

// The folder of the own cgroup and all above it, as far as they can be seen from inside.
std::vector<std::string> own_folders(const Host& host, const std::string& root,
                                     std::string_view controller) {
  std::vector<std::string> folders;
  std::string own = "/";
  if (const auto text = host.read_file("/proc/self/cgroup")) {
    if (const auto memberships = parse_cgroup_membership(*text)) {
      for (const CgroupMembership& membership : *memberships) {
        const bool matches = controller.empty()
                                 ? membership.controllers.empty()
                                 : std::ranges::find(membership.controllers, controller) !=
                                       membership.controllers.end();
        if (matches) own = normalise("/" + membership.path);
      }
    }
  }
  // A path from outside ("/../..") ends at the root, which is what the container sees.
  for (int depth = 0; own != "/" && depth < 32; ++depth) {
    folders.push_back(root + own);
    own = normalise(own + "/..");
  }
  folders.push_back(root);
  return folders;
}

void keep_lower(std::optional<Limit>& lowest, double value, std::string file) {
  if (!lowest || value < lowest->value) lowest = Limit{value, std::move(file)};
}

struct Limits {
  std::optional<Limit> memory;  // bytes
  std::optional<Limit> cpus;
  std::uint64_t killed = 0;
  std::string killed_file;
  std::optional<Evidence> refused;  // a file that is there and could not be read
};

class Reader {
 public:
  explicit Reader(const Host& host) : host_(host) {}

  Limits v2() {
    for (const std::string& folder : own_folders(host_, cgroup_root, "")) {
      memory(folder + "/memory.max");
      kills(folder + "/memory.events");
      const std::string file = folder + "/cpu.max";
      const auto text = read(file);
      const auto cpus = text ? parse_cpu_limit(*text) : std::nullopt;
      if (cpus) keep_lower(limits_.cpus, *cpus, file);
    }
    return limits_;
  }

  Limits v1() {
    const std::string root = cgroup_root;
    for (const std::string& folder : own_folders(host_, root + "/memory", "memory")) {
      memory(folder + "/memory.limit_in_bytes");
      kills(folder + "/memory.oom_control");
    }
    for (const std::string& folder : own_folders(host_, root + "/cpu", "cpu")) {
      const std::string file = folder + "/cpu.cfs_quota_us";
      const auto quota = read(file);
      const auto period = read(folder + "/cpu.cfs_period_us");
      if (!quota || !period) continue;
      if (const auto cpus = parse_cpu_limit_v1(*quota, *period)) {
        keep_lower(limits_.cpus, *cpus, file);
      }
    }
    return limits_;
  }

 private:
  std::optional<std::string> read(const std::string& file) {
    auto text = host_.read_file(file);
    if (text) return *std::move(text);
    if (text.error().kind != HostErrorKind::missing && !limits_.refused) {
      limits_.refused = Evidence{file, describe(text.error())};
    }
    return std::nullopt;
  }

  void memory(const std::string& file) {
    const auto text = read(file);
    const auto limit = text ? parse_memory_limit(*text) : std::nullopt;
    if (limit) keep_lower(limits_.memory, static_cast<double>(*limit), file);
  }

  void kills(const std::string& file) {
    const auto text = read(file);
    const auto killed = text ? parse_oom_kills(*text) : std::nullopt;
    if (killed && *killed > limits_.killed) {
      limits_.killed = *killed;
      limits_.killed_file = file;
    }
  }

  const Host& host_;
  Limits limits_;
};

// Where more memory comes from: the container's own limit, or the virtual machine's.
std::string more_memory(const Context& context, const Limits& limits) {
  const bool wsl = context.environment.kind == EnvironmentKind::container_on_wsl;
  std::string how;
  if (limits.memory) {
    how =
        "Raise --memory of the container (\"runArgs\" in devcontainer.json, mem_limit in "
        "compose.yaml).";
  } else if (!wsl) {
    how = "Give the machine that runs the container more memory.";
  }
  if (wsl) {
    how += how.empty() ? "Raise" : " All containers together get what WSL has:";
    how +=
        " memory= under [wsl2] in %UserProfile%\\.wslconfig, then `wsl --shutdown` in PowerShell.";
  }
  return std::string(trim(how)) + " `go build -p 2` needs less, too.";
}

void judge_memory(const Context& context, const Limits& limits, double least,
                  ContainerFacts& facts) {
  const auto text = context.host.read_file("/proc/meminfo");
  const auto total = text ? parse_mem_total(*text) : std::nullopt;
  std::optional<Limit> usable = limits.memory;
  if (total) keep_lower(usable, static_cast<double>(*total), "/proc/meminfo");
  if (!usable || limits.refused) {
    Finding finding;
    finding.id = "limits";
    finding.severity = Status::unknown;
    finding.summary = "Could not find out how much memory may be used here.";
    finding.evidence.push_back(limits.refused.value_or(
        Evidence{"/proc/meminfo", text ? "no line MemTotal" : describe(text.error())}));
    facts.findings.push_back(std::move(finding));
  }
  if (!usable) return;
  facts.measurements.push_back({"usable memory", usable->value / gibibyte, "GiB"});
  if (usable->value >= least) return;
  Finding finding;
  finding.id = "memory";
  finding.summary = fmt::format(
      "Go has {:.1f} GiB of memory here, which is little for gopls and a "
      "build at once.",
      usable->value / gibibyte);
  finding.detail = more_memory(context, limits);
  finding.evidence.push_back({usable->file, fmt::format("{:.0f} bytes", usable->value)});
  facts.findings.push_back(std::move(finding));
}

void judge_kills(const Context& context, const Limits& limits, ContainerFacts& facts) {
  if (limits.killed == 0) return;
  Finding finding;
  finding.id = "oom-kill";
  finding.summary = limits.killed == 1
                        ? "The kernel has killed a process here for want of memory."
                        : fmt::format("The kernel has killed {} processes here for want of memory.",
                                      limits.killed);
  finding.detail = "A build then ends with \"signal: killed\", and gopls vanishes. " +
                   more_memory(context, limits);
  finding.evidence.push_back({limits.killed_file, fmt::format("oom_kill {}", limits.killed)});
  facts.findings.push_back(std::move(finding));
}

}  // namespace

void resource_limits(const Context& context, const std::vector<Mount>& mounts, double least_memory,
                     ContainerFacts& facts) {
  const CgroupLayout layout = cgroups_of(mounts).layout;
  if (layout == CgroupLayout::none || layout == CgroupLayout::empty_tmpfs) {
    facts.notes.emplace_back("No cgroup can be seen here, so a limit of memory would not show.");
  }
  const Limits limits =
      layout == CgroupLayout::v2 ? Reader(context.host).v2() : Reader(context.host).v1();
  judge_memory(context, limits, least_memory, facts);
  judge_kills(context, limits, facts);
  if (limits.memory) {
    facts.evidence.push_back(
        {limits.memory->file, fmt::format("{:.1f} GiB", limits.memory->value / gibibyte)});
  }
  if (!limits.cpus) return;
  facts.evidence.push_back({limits.cpus->file, fmt::format("{:.2f} CPUs", limits.cpus->value)});
  facts.notes.push_back(fmt::format(
      "Limited to {:.2f} CPUs; programs built with Go 1.25 or newer see that, older ones start a "
      "thread for every CPU of the machine.",
      limits.cpus->value));
}

}  // namespace doctor
