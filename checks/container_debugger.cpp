#include "checks/container_parts.h"
#include "lib/base/format.h"

namespace doctor {

namespace {

constexpr const char* status_file = "/proc/self/status";
constexpr const char* scope_file = "/proc/sys/kernel/yama/ptrace_scope";

// What a debugger needs here is told by Yama first, then by the seccomp filter.
struct Permissions {
  bool capable = false;  // CAP_SYS_PTRACE in effect for this user
  bool filtered = false;
  unsigned scope = 0;  // 0 where the kernel has no Yama
};

Finding forbidden(const Permissions& may) {
  Finding finding;
  finding.id = "ptrace";
  finding.evidence.push_back({scope_file, std::to_string(may.scope)});
  if (may.scope == 3) {
    finding.summary = "No debugger can work here: the kernel forbids ptrace for everybody.";
    finding.detail =
        "kernel.yama.ptrace_scope is 3 on the machine that runs the container, which stays so "
        "until that machine starts anew with another value.";
    return finding;
  }
  finding.summary = "Delve cannot start a program here: ptrace is for CAP_SYS_PTRACE only.";
  finding.detail =
      "kernel.yama.ptrace_scope is 2 on the machine that runs the container. Set it to 1 there "
      "(`sudo sysctl kernel.yama.ptrace_scope=1`), or debug as root in a container with "
      "\"capAdd\": [\"SYS_PTRACE\"] in devcontainer.json.";
  return finding;
}

void tell(const Permissions& may, bool could_be_root, ContainerFacts& facts) {
  if (may.capable) return;
  if (may.scope == 1) {
    facts.notes.push_back(fmt::format(
        "Delve can start programs; to attach to one that runs already it needs CAP_SYS_PTRACE "
        "(ptrace_scope is 1){}.",
        could_be_root ? ", which root has here: `sudo dlv attach PID`" : ""));
  }
  if (may.filtered && !could_be_root) {
    facts.notes.emplace_back(
        "SYS_PTRACE was not added, and need not be: Docker's own seccomp profile allows ptrace "
        "since 19.03. If Delve says \"operation not permitted\", Docker is older or uses another "
        "profile: add \"capAdd\": [\"SYS_PTRACE\"] to devcontainer.json.");
  }
}

// 0 where the kernel has no Yama; no value where that cannot be told.
Answer<unsigned> ptrace_scope(const Host& host) {
  const auto text = host.read_file(scope_file);
  if (!text) {
    if (text.error().kind == HostErrorKind::missing) return 0U;
    return unexpected(text.error());
  }
  const auto scope = parse_ptrace_scope(*text);
  if (!scope) return unexpected(HostError{HostErrorKind::failed, "no number from 0 to 3"});
  return *scope;
}

Finding not_told(std::string source, const HostError& error) {
  Finding finding;
  finding.id = "ptrace";
  finding.severity = Status::unknown;
  finding.summary = "Could not find out whether a debugger may work here.";
  finding.evidence.push_back({std::move(source), describe(error)});
  return finding;
}

}  // namespace

void debugger(const Context& context, const Answer<ProcessStatus>& status, ContainerFacts& facts) {
  const auto scope = ptrace_scope(context.host);
  if (!status) {
    facts.findings.push_back(not_told(status_file, status.error()));
    return;
  }
  if (!status->effective_capabilities) {
    facts.findings.push_back(not_told(status_file, {HostErrorKind::failed, "no line CapEff"}));
    return;
  }
  if (!scope) {
    facts.findings.push_back(not_told(scope_file, scope.error()));
    return;
  }
  Permissions may;
  may.capable = has_capability(*status->effective_capabilities, capability_sys_ptrace);
  may.filtered = status->seccomp == SeccompMode::filter;
  may.scope = *scope;
  const bool could_be_root =
      has_capability(status->bounding_capabilities.value_or(0), capability_sys_ptrace);

  facts.evidence.push_back({status_file, fmt::format("CAP_SYS_PTRACE {}, seccomp {}",
                                                     may.capable     ? "in effect"
                                                     : could_be_root ? "for root"
                                                                     : "absent",
                                                     may.filtered ? "filter" : "off")});
  if (may.scope == 3 || (may.scope == 2 && !may.capable)) {
    facts.findings.push_back(forbidden(may));
  } else {
    tell(may, could_be_root, facts);
  }
}

}  // namespace doctor
