#include "checks/limits.h"

#include "checks/limits_origin.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/process_limits.h"

namespace doctor {

namespace {

constexpr Threshold thresholds[] = {
    {"open-files", 4096, 64, 1048576, "a hard limit of open files below this is a warning"},
    {"processes", 1024, 64, 1048576, "a limit of processes below this is a warning"},
};

constexpr Source sources[] = {
    {"Since Go 1.19 every Go program raises its own soft limit to the hard limit, so only the hard "
     "limit counts",
     "https://go.dev/doc/go1.19 (os); Go source: syscall/rlimit.go; https://go.dev/issue/46279"},
    {"4096 is the kernel's own hard limit for a machine on which nobody sets one; less was set by "
     "somebody",
     "Linux include/uapi/linux/fs.h (INR_OPEN_MAX)"},
    {"Compiler and linker have run out of files at 1024",
     "https://go.dev/issue/21621 (also #29110)"},
    {"WSL 2 starts everything with a soft limit of 10240 and a hard limit of 1048576",
     "https://github.com/microsoft/WSL src/linux/init/main.cpp (setrlimit), tags 2.5.8 to 2.9.4"},
    {"WSL starts shells without PAM, so /etc/security/limits.conf does not count in them",
     "https://github.com/microsoft/WSL/issues/12673 (also #9213, #9881); src/linux/init/init.cpp"},
    {"On WSL 1 /proc/self/limits and getrlimit tell different limits, and Go goes by getrlimit; "
     "limits of processes are not enforced",
     "https://github.com/microsoft/WSL/issues/8352, #4509"},
    {"A hard limit can be raised by root only; `prlimit` does it for a running shell",
     "https://github.com/microsoft/WSL/issues/6564; prlimit(1)"},
    {"limits.conf: the user's line before a group's, that before `*`; not read for root unless by "
     "name",
     "limits.conf(5) and pam_limits(8) of Linux-PAM"},
    {"Go builds have failed to start threads at 300 processes, and on many processors at 1024",
     "https://github.com/go-gitea/gitea/issues/2017; https://github.com/spack/spack/pull/35703"},
    {"DefaultLimitNOFILE= is the limit of what systemd starts", "systemd-system.conf(5)"},
    {"RLIMIT_NPROC counts all threads of a user, and does not hold for root", "getrlimit(2)"},
    {"file-nr: open files of the whole system and how many there may be",
     "https://docs.kernel.org/admin-guide/sysctl/fs.html"},
    {"`docker run --ulimit nofile=`",
     "https://docs.docker.com/reference/cli/docker/container/run/"},
};

struct Limits {
  ProcessLimit files;
  std::optional<ProcessLimit> processes;
  std::string source;
};

// On WSL 1 /proc tells other limits than getrlimit, by which Go goes; a shell asks getrlimit.
Answer<Limits> limits_of_wsl1(const Host& host) {
  const Command ask{{"sh", "-c", "ulimit -S -n; ulimit -H -n"}, std::chrono::milliseconds(2000)};
  const auto answer = host.run(ask);
  if (!answer) return unexpected(answer.error());
  const auto files = parse_ulimit_output(answer->out);
  if (!files) return unexpected(HostError{HostErrorKind::failed, "`ulimit` printed no limits"});
  return Limits{*files, std::nullopt, "ulimit -S -n; ulimit -H -n"};
}

Answer<Limits> read_limits(const Context& context) {
  if (context.environment.kind == EnvironmentKind::wsl1) return limits_of_wsl1(context.host);
  const char* path = "/proc/self/limits";
  const auto text = context.host.read_file(path);
  if (!text) return unexpected(text.error());
  const auto files = parse_process_limit(*text, "Max open files");
  if (!files) {
    return unexpected(HostError{HostErrorKind::failed, "/proc/self/limits names no open files"});
  }
  return Limits{*files, parse_process_limit(*text, "Max processes"), path};
}

Evidence evidence_of(const Limits& limits, std::string_view name, const ProcessLimit& limit) {
  return {limits.source,
          fmt::format("{}: soft {}, hard {}", name, to_string(limit.soft), to_string(limit.hard))};
}

std::optional<Finding> open_files(const Context& context, const Limits& limits) {
  const auto hard = limits.files.hard;
  if (!hard || static_cast<double>(*hard) >= context.threshold(limits_check, "open-files")) {
    return std::nullopt;
  }
  Finding finding;
  finding.id = "open-files";
  finding.summary = fmt::format("A program may have no more than {} files open.", *hard);
  finding.detail =
      "It is the hard limit, to which Go raises itself; builds and gopls end with \"too many open "
      "files\".";
  finding.evidence.push_back(evidence_of(limits, "open files", limits.files));
  if (const auto most = context.host.read_file("/proc/sys/fs/nr_open")) {
    finding.evidence.push_back({"/proc/sys/fs/nr_open", std::string(trim(*most))});
  }
  finding.measurements.push_back({"hard limit", static_cast<double>(*hard), "files"});
  explain_origin(context, *hard, finding);
  return finding;
}

std::optional<Finding> processes(const Context& context, const Limits& limits) {
  const auto machine = context.host.machine();
  if (!limits.processes || !limits.processes->soft || (machine && machine->uid == 0)) {
    return std::nullopt;
  }
  const auto soft = *limits.processes->soft;
  if (static_cast<double>(soft) >= context.threshold(limits_check, "processes")) {
    return std::nullopt;
  }
  Finding finding;
  finding.id = "processes";
  finding.summary = fmt::format("This user may have no more than {} processes and threads.", soft);
  finding.detail =
      "Builds end with \"failed to create new OS thread\". `ulimit -u` raises it up to the hard "
      "limit; in the shell's start-up files, limits.conf or the container's settings somebody "
      "lowered it. Until then `go build -p 1` needs fewer.";
  finding.evidence.push_back(evidence_of(limits, "processes", *limits.processes));
  finding.measurements.push_back({"limit", static_cast<double>(soft), "processes"});
  return finding;
}

// All programs together. Fewer left than one program may need by the limit above.
std::optional<Finding> system_files(const Context& context) {
  const auto text = context.host.read_file("/proc/sys/fs/file-nr");
  const auto files = text ? parse_file_nr(*text) : std::nullopt;
  if (!files) return std::nullopt;
  const auto left = files->most > files->open ? files->most - files->open : 0;
  if (static_cast<double>(left) >= context.threshold(limits_check, "open-files")) {
    return std::nullopt;
  }
  Finding finding;
  finding.id = "system-files";
  finding.summary = fmt::format("All programs together can open only {} more files.", left);
  finding.detail =
      "Then every program ends with \"too many open files in system\". `sudo sysctl -w "
      "fs.file-max=N` with a greater N raises it until the restart; `sudo lsof` shows who has so "
      "many open.";
  finding.evidence.push_back(
      {"/proc/sys/fs/file-nr", fmt::format("{} open of {}", files->open, files->most)});
  finding.measurements.push_back({"left", static_cast<double>(left), "files"});
  return finding;
}

Diagnosis run(const Context& context) {
  const auto limits = read_limits(context);
  if (!limits) {
    return unknown("The limits of this process could not be read: " + describe(limits.error()) +
                   ".");
  }
  std::vector<Finding> findings;
  if (auto finding = open_files(context, *limits)) findings.push_back(*std::move(finding));
  if (auto finding = processes(context, *limits)) findings.push_back(*std::move(finding));
  if (auto finding = system_files(context)) findings.push_back(*std::move(finding));
  const std::string most =
      limits->files.hard ? std::to_string(*limits->files.hard) : "any number of";
  Diagnosis diagnosis =
      conclude(fmt::format("A Go program may have {} files open.", most), std::move(findings));
  if (!diagnosis.findings.empty()) return diagnosis;
  diagnosis.evidence.push_back(evidence_of(*limits, "open files", limits->files));
  if (limits->processes) {
    diagnosis.evidence.push_back(evidence_of(*limits, "processes", *limits->processes));
  }
  return diagnosis;
}

}  // namespace

const Check limits_check = {
    .id = "limits",
    .group = "system",
    .title = "Enough open files and processes",
    .why =
        "Go builds with many packages, gopls and tests keep many files open at once. Go raises its "
        "own soft limit to the hard limit, so `ulimit -n` may say 1024 and be fine; a low hard "
        "limit ends in \"too many open files\", and a low limit of processes in \"failed to create "
        "new OS thread\".",
    .reads =
        "/proc/self/limits (on WSL 1 what `ulimit` says), /proc/sys/fs/nr_open and file-nr. Where "
        "a limit is low: the shell's start-up files, /etc/security/limits.conf and limits.d, `id "
        "-Gn`, systemd's system.conf and user.conf.",
    .mends = "Comments out a `ulimit -n` in a start-up file that lowers the hard limit.",
    .thresholds = thresholds,
    .sources = sources,
    .run = run,
};

}  // namespace doctor
