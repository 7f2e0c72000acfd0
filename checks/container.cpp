#include "checks/container.h"

#include "checks/container_parts.h"

namespace doctor {

namespace {

constexpr double gibibyte = 1024.0 * 1024 * 1024;

constexpr Threshold thresholds[] = {
    {"memory-gib", 2, 0.25, 1024, "less usable memory than this is a warning"},
};

constexpr Source sources[] = {
    {"A bind mount's line tells its origin: the folder in the distribution, a volume, or a Windows "
     "path (9p, aname=drvfs)",
     "https://github.com/containers/podman/issues/21813; proc_pid_mountinfo(5)"},
    {"Docker's default seccomp profile allows ptrace on Linux 4.8 and newer, since Docker 19.03; "
     "before, only with SYS_PTRACE",
     "https://github.com/moby/profiles/blob/main/seccomp/default.json; "
     "https://github.com/Xe/furry-happiness/issues/1; "
     "https://github.com/containers/common/pull/973 for Podman"},
    {"ptrace_scope: 1 allows tracing one's own children, 2 needs CAP_SYS_PTRACE for that too, 3 "
     "forbids all",
     "https://docs.kernel.org/admin-guide/LSM/Yama.html"},
    {"Delve starts a program as its own traced child, and attaches to running ones by "
     "PTRACE_ATTACH",
     "https://github.com/go-delve/delve pkg/proc/native/proc_linux.go, "
     "service/debugger/debugger_linux.go"},
    {"memory.max, memory.events and cpu.max", "https://docs.kernel.org/admin-guide/cgroup-v2.html"},
    {"WSL itself limits CPUs to all but a hundredth of one from 2.9.8 on, which is no limit of "
     "yours",
     "https://github.com/microsoft/WSL src/linux/init/main.cpp (SetupWslUserCgroup)"},
    {"gopls was killed in containers and WSL with 4 GB on large modules, before 0.12 cut its needs "
     "by three quarters",
     "https://github.com/golang/vscode-go/issues/2007 (also #1379); "
     "https://go.dev/blog/gopls-scalability"},
    {"moby/moby takes gopls 2.4 GiB and `go build -p 4 ./cmd/dockerd` 1.8 GiB at the peak, "
     "`go build cmd/go` 0.3 GiB",
     "measured: resident memory of all processes together, gopls 0.21, Go 1.26, linux/amd64"},
    {"Go 1.25 takes the CPU limit into account", "https://go.dev/blog/container-aware-gomaxprocs"},
    {"git refuses a repository of another owner, and `go build` fails with it",
     "git-config(1) safe.directory; https://github.com/golangci/golangci-lint/issues/4033"},
    {"updateRemoteUserUID gives the container's user your number; not for root",
     "https://containers.dev/implementors/json_reference/; "
     "https://github.com/microsoft/vscode-remote-release/issues/5432"},
    {"Without metadata on the Windows drive git fails in the container",
     "https://github.com/docker/for-win/issues/6284"},
};

Answer<ProcessStatus> own_status(const Host& host) {
  const auto text = host.read_file("/proc/self/status");
  if (!text) return unexpected(text.error());
  return parse_process_status(*text);
}

Diagnosis run(const Context& context) {
  switch (context.environment.kind) {
    case EnvironmentKind::wsl1:
    case EnvironmentKind::wsl2:
      return skipped("Not a container.");
    case EnvironmentKind::ci:
    case EnvironmentKind::linux_machine:
      return skipped("Neither WSL nor a container.");
    case EnvironmentKind::container_on_wsl:
    case EnvironmentKind::container:
      break;
  }
  const auto text = context.host.read_file("/proc/self/mountinfo");
  if (!text) {
    return unknown("The mount table could not be read: " + describe(text.error()) + ".");
  }
  const auto mounts = parse_mountinfo(*text);
  if (!mounts) return unknown("The mount table could not be read: " + mounts.error().message + ".");

  const auto status = own_status(context.host);
  ContainerFacts facts;
  workspace_origin(context, *mounts, facts);
  user_mismatch(context, status ? status->groups : std::vector<std::uint32_t>{}, facts);
  debugger(context, status, facts);
  resource_limits(context, *mounts, context.threshold(container_check, "memory-gib") * gibibyte,
                  facts);
  Diagnosis diagnosis = conclude("The container suits Go: user, memory and debugger are in order.",
                                 std::move(facts.findings));
  diagnosis.evidence = std::move(facts.evidence);
  diagnosis.notes = std::move(facts.notes);
  diagnosis.measurements = std::move(facts.measurements);
  return diagnosis;
}

}  // namespace

const Check container_check = {
    .id = "container",
    .group = "container",
    .title = "Container fit for Go: workspace, user, limits, debugger",
    .why =
        "In a dev container the project comes from somewhere else, belongs to somebody else, and "
        "shares memory with others: then git and `go build` refuse, caches cannot be written, and "
        "gopls is killed. Whether a debugger may work is decided outside of the container.",
    .reads =
        "/proc/self/mountinfo, /proc/self/status, /proc/self/cgroup, /proc/meminfo, the limits "
        "below /sys/fs/cgroup, kernel.yama.ptrace_scope, the owners of the project and of Go's "
        "caches; `git rev-parse` if the project belongs to another user.",
    .mends =
        "Adds the project to git's safe.directory, if asked to. Nothing outside of the container "
        "is changed.",
    .thresholds = thresholds,
    .sources = sources,
    .run = run,
};

}  // namespace doctor
