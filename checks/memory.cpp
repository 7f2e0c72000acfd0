#include "checks/memory.h"

#include <algorithm>

#include "checks/memory_limits.h"
#include "lib/base/format.h"
#include "lib/base/size.h"
#include "lib/base/text.h"
#include "lib/facts/cpu_list.h"
#include "lib/facts/kernel_counters.h"

namespace doctor {

namespace {

constexpr Threshold thresholds[] = {
    {"warning-gb", 4, 0, 1024, "Least memory of the machine, in GB: one linker and gopls at work"},
    {"error-gb", 1, 0, 1024, "Memory in GB below which the Go linker itself gets killed"},
    {"warning-free-gb", 1, 0, 1024, "Least memory and swap, in GB, that must be free right now"},
    {"warning-mb-per-cpu", 256, 0, 65536,
     "Least memory for each CPU, in MB: `go build` runs one compiler on each"},
};

constexpr Source sources[] = {
    {"WSL gives its virtual machine half of the computer's memory, or `memory` of .wslconfig, at "
     "least 256 MB; swap is a quarter of that, rounded up to whole GB",
     "https://github.com/microsoft/WSL src/windows/common/WslCoreConfig.cpp (Initialize)"},
    {".wslconfig counts after `wsl --shutdown`",
     "https://learn.microsoft.com/windows/wsl/wsl-config (MicrosoftDocs/WSL: WSL/wsl-config.md)"},
    {"`go build` runs GOMAXPROCS compilers and linkers at once unless -p says otherwise",
     "https://pkg.go.dev/cmd/go#hdr-Compile_packages_and_dependencies"},
    {"Linking one large program takes more than 2 GB", "https://github.com/golang/go/issues/32094"},
    {"gopls takes 2 to 4 GB in a large project (releases before 0.12; newer ones take much less)",
     "https://github.com/golang/go/issues/54268, https://go.dev/blog/gopls-scalability"},
    {"gopls crashed and took WSL with it in a VM of 4 GB",
     "https://github.com/golang/vscode-go/issues/1379"},
    {"With 1 GB the Go linker and compiler get killed",
     "https://github.com/ipfs/kubo/issues/6249, https://github.com/golang/go/issues/27739"},
    {"A compiler takes 30 MB for most packages, 90 MB for a tenth of them, 320 MB for `runtime` "
     "and "
     "1.3 GB for cmd/compile/internal/ssa; a linker 300 MB for the go command",
     "measured: go1.26.8, `go build cmd/go cmd/compile`, largest resident set of each"},
    {"Without swap compilers were killed on 16 GB", "https://github.com/golang/go/issues/15537"},
    {"oom_kill counts every program killed for want of memory since the start, those of a "
     "container at its own limit too",
     "Linux mm/oom_kill.c (__oom_kill_process); Documentation/admin-guide/cgroup-v2.rst"},
    {"autoMemoryReclaim=gradual and Docker", "https://github.com/microsoft/WSL/issues/10497"},
    {"Windows 11 needs 4 GB itself",
     "https://learn.microsoft.com/windows/whats-new/windows-11-requirements"},
};

struct MemoryAndCpus {
  MemInfo memory;
  std::optional<std::size_t> cpus;
};

std::uint64_t bytes_of(const Context& context, std::string_view threshold, std::uint64_t unit) {
  return static_cast<std::uint64_t>(context.threshold(memory_check, threshold) *
                                    static_cast<double>(unit));
}

std::string swap_of(const MemInfo& memory) {
  return memory.swap_total == 0 ? "no swap" : human_size(memory.swap_total) + " of swap";
}

Measurement in_gb(std::string name, std::uint64_t bytes) {
  return {std::move(name), static_cast<double>(bytes) / static_cast<double>(gibibyte), "GB"};
}

// As many compilers at once as have 2 GB each, which the largest links want.
std::string fewer_at_once(const MemoryAndCpus& machine) {
  const std::size_t jobs = std::max<std::size_t>(1, machine.memory.total / (2 * gibibyte));
  if (machine.cpus && *machine.cpus <= jobs) return "";
  return fmt::format("For now, build with fewer compilers at once: `go build -p {}`.", jobs);
}

std::optional<Finding> little_memory(const Context& context, const MemoryAndCpus& machine) {
  const std::uint64_t total = machine.memory.total;
  if (total >= bytes_of(context, "warning-gb", gibibyte)) return std::nullopt;
  Finding finding;
  finding.id = "little-memory";
  finding.severity =
      total < bytes_of(context, "error-gb", gibibyte) ? Status::error : Status::warning;
  finding.summary =
      fmt::format("{} of memory is little for gopls and the Go linker.", human_size(total));
  finding.detail =
      "On a large module each may want 2 GB or more; what does not fit gets killed, or the machine "
      "stops responding.";
  finding.measurements.push_back(in_gb("memory", total));
  return finding;
}

std::optional<Finding> little_per_cpu(const Context& context, const MemoryAndCpus& machine) {
  if (!machine.cpus) return std::nullopt;
  const std::uint64_t each = machine.memory.total / *machine.cpus;
  if (each >= bytes_of(context, "warning-mb-per-cpu", mebibyte)) return std::nullopt;
  Finding finding;
  finding.id = "little-per-cpu";
  finding.summary = fmt::format("{} CPUs share {} of memory, {} each.", *machine.cpus,
                                human_size(machine.memory.total), human_size(each));
  finding.detail =
      "`go build` runs one compiler on each CPU; most take 30 MB, but some 300 and more.";
  return finding;
}

std::optional<Finding> almost_full(const Context& context, const MemoryAndCpus& machine) {
  const MemInfo& memory = machine.memory;
  if (!memory.available) return std::nullopt;
  const std::uint64_t free = *memory.available + memory.swap_free;
  if (free >= bytes_of(context, "warning-free-gb", gibibyte)) return std::nullopt;
  Finding finding;
  finding.id = "almost-full";
  finding.summary = fmt::format("Only {} of memory and swap is free now.", human_size(free));
  finding.detail =
      "The next build may get killed. `ps -eo rss,comm --sort=-rss | head` shows who has it.";
  finding.evidence.push_back(
      {"/proc/meminfo",
       fmt::format("MemAvailable {}, SwapFree {} of {}", human_size(*memory.available),
                   human_size(memory.swap_free), human_size(memory.swap_total))});
  return finding;
}

Finding killed(std::uint64_t kills, std::string_view where, std::string source) {
  Finding finding;
  finding.id = "oom-kills";
  finding.summary =
      fmt::format("The kernel killed {} for want of memory {}.", count_of(kills, "program"), where);
  finding.detail =
      "A compiler or linker killed so ends with `signal: killed`; gopls just vanishes and starts "
      "again. `sudo dmesg | grep -i 'killed process'` names them.";
  finding.evidence.push_back({std::move(source), fmt::format("oom_kill {}", kills)});
  finding.measurements.push_back({"programs killed", static_cast<double>(kills), ""});
  return finding;
}

Finding not_told(std::string_view file, const HostError& error) {
  Finding finding;
  finding.id = "oom-kills";
  finding.severity = Status::unknown;
  finding.summary = "Could not find out whether programs were killed for want of memory.";
  finding.evidence.push_back({std::string(file), describe(error)});
  return finding;
}

// In a container the machine's own count tells of others' programs, so its cgroup is asked.
std::optional<Finding> kills(const Context& context, Diagnosis& facts) {
  const bool container = context.environment.kind == EnvironmentKind::container ||
                         context.environment.kind == EnvironmentKind::container_on_wsl;
  const std::string events = "/sys/fs/cgroup/memory.events";
  if (const auto text = context.host.read_file(events); container && text) {
    const auto count = kernel_counter(*text, "oom_kill");
    if (count && *count > 0) return killed(*count, "in this container", events);
  }
  const auto text = context.host.read_file("/proc/vmstat");
  if (!text) return not_told("/proc/vmstat", text.error());
  const auto count = kernel_counter(*text, "oom_kill");
  if (!count) {
    facts.notes.emplace_back(
        "This kernel does not count the programs it kills for want of memory.");
    return std::nullopt;
  }
  if (*count == 0) return std::nullopt;
  if (container) {
    facts.notes.push_back(fmt::format(
        "Outside of this container the kernel killed {} for want of memory since it started.",
        count_of(*count, "program")));
    return std::nullopt;
  }
  Finding finding = killed(*count, "since it started", "/proc/vmstat");
  finding.detail += " A container at its own limit counts here, too.";
  return finding;
}

bool is_about_size(const Finding& finding) {
  return finding.id.starts_with("little-");
}

void look_at_wslconfig(const Context& context, const MemoryAndCpus& machine, Diagnosis& facts,
                       std::vector<Finding>& findings) {
  const auto limits = memory_limits(context.host);
  if (!limits) {
    facts.notes.push_back(".wslconfig could not be read: " + describe(limits.error()) + ".");
    return;
  }
  const bool were_killed = std::ranges::any_of(findings, [](const Finding& finding) {
    return finding.id == "oom-kills" && finding.severity != Status::unknown;
  });
  auto settings = limit_findings(*limits, machine.memory, bytes_of(context, "error-gb", gibibyte));
  const bool too_small =
      std::ranges::find(settings, "limit-too-small", &Finding::id) != settings.end();
  if (too_small) std::erase_if(findings, [](const Finding& f) { return is_about_size(f); });
  const auto raised = std::ranges::find_if(findings, [](const Finding& finding) {
    return finding.severity != Status::unknown && finding.id != "almost-full";
  });
  if (!too_small && raised != findings.end()) {
    raise_limit(*limits, machine.memory, were_killed, *raised);
    const auto fix = raised->fix;
    for (Finding& finding : findings) {
      if (is_about_size(finding)) finding.fix = fix;
    }
  }
  std::ranges::move(settings, std::back_inserter(findings));
  std::ranges::move(limit_notes(*limits, machine.memory), std::back_inserter(facts.notes));
}

Evidence what_is_there(const MemoryAndCpus& machine) {
  const MemInfo& memory = machine.memory;
  std::string text = "MemTotal " + human_size(memory.total);
  if (memory.available) text += ", MemAvailable " + human_size(*memory.available);
  text += fmt::format(", SwapTotal {}", human_size(memory.swap_total));
  if (machine.cpus) text += ", " + count_of(*machine.cpus, "CPU");
  return {"/proc/meminfo", std::move(text)};
}

Diagnosis run(const Context& context) {
  if (context.environment.kind == EnvironmentKind::wsl1) {
    return skipped("WSL 1 has no memory of its own: its programs use Windows' memory.");
  }
  const auto text = context.host.read_file("/proc/meminfo");
  if (!text) return unknown("/proc/meminfo could not be read: " + describe(text.error()) + ".");
  const auto memory = parse_meminfo(*text);
  if (!memory) return unknown("/proc/meminfo does not tell how much memory there is.");
  const auto online = context.host.read_file("/sys/devices/system/cpu/online");
  const MemoryAndCpus machine{*memory, online ? count_cpus(*online) : std::nullopt};

  Diagnosis facts;
  if (!machine.cpus) facts.notes.emplace_back("How many CPUs there are could not be told.");
  std::vector<Finding> findings;
  const auto add = [&](std::optional<Finding> finding) {
    if (finding) findings.push_back(*std::move(finding));
  };
  add(kills(context, facts));
  add(little_memory(context, machine));
  add(little_per_cpu(context, machine));
  add(almost_full(context, machine));
  if (context.environment.kind == EnvironmentKind::wsl2) {
    look_at_wslconfig(context, machine, facts, findings);
  } else if (context.environment.kind == EnvironmentKind::container_on_wsl && !findings.empty()) {
    facts.notes.emplace_back(
        "The memory is that of WSL, which .wslconfig limits: run wsl-go-doctor in the WSL "
        "distribution, too.");
  }
  const std::string fewer = fewer_at_once(machine);
  for (Finding& finding : findings) {
    const bool asks = finding.id == "oom-kills" || is_about_size(finding);
    if (asks && finding.severity != Status::unknown && !fewer.empty())
      finding.detail += " " + fewer;
  }
  Diagnosis diagnosis = conclude(
      fmt::format("Enough: {} of memory, {}.", human_size(memory->total), swap_of(*memory)),
      std::move(findings));
  diagnosis.evidence.push_back(what_is_there(machine));
  diagnosis.notes = std::move(facts.notes);
  return diagnosis;
}

}  // namespace

const Check memory_check = {
    .id = "memory",
    .group = "system",
    .title = "Enough memory for builds and gopls",
    .why =
        "WSL 2 is a virtual machine with a fixed share of the computer's memory. `go build` runs "
        "one compiler on every CPU, the linker and gopls want gigabytes for a large module, and "
        "what does not fit is killed without much of a message.",
    .reads =
        "/proc/meminfo, /proc/vmstat, /sys/devices/system/cpu/online, in a container its "
        "memory.events; on WSL 2 .wslconfig and how much memory the computer has.",
    .mends =
        "Raises `memory` or `swap` in .wslconfig, as far as the computer has room, and keeps "
        "every other byte. Only when asked for by name.",
    .thresholds = thresholds,
    .sources = sources,
    .run = run,
};

}  // namespace doctor
