#include "checks/interop.h"

#include <algorithm>

#include "checks/interop_binfmt.h"
#include "checks/interop_server.h"
#include "checks/wsl_files.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/mounts.h"
#include "lib/host/paths.h"

namespace doctor {

namespace {

constexpr Source sources[] = {
    {"WSL registers `:WSLInterop:M::MZ::/init:FP` once for the whole VM (WSL 1: flags P, for each "
     "distribution)",
     "https://github.com/microsoft/WSL src/linux/init/binfmt.h, main.cpp, config.cpp"},
    {"systemd-binfmt and binfmt-support can remove or outdo WSL's entry",
     "https://github.com/microsoft/WSL/issues/8843 (also #8952, #8986, #10389)"},
    {"The shutdown of one systemd distribution wipes the entries of the whole VM; WSL 2.8.9 is the "
     "first that keeps it from that",
     "https://github.com/microsoft/WSL/pull/40621"},
    {"systemd throws out every entry by writing -1 into binfmt_misc's status",
     "https://github.com/systemd/systemd src/shared/binfmt-util.c (disable_binfmt)"},
    {"The entry that was registered last is asked first; an entry and the whole can be disabled",
     "https://docs.kernel.org/admin-guide/binfmt-misc.html; Linux fs/binfmt_misc.c"},
    {"mono registers an entry for the same files; `update-binfmts --disable cli` takes it out",
     "https://github.com/microsoft/WSL/issues/8531 (also #9146, #9722)"},
    {"`[interop] enabled` and `appendWindowsPath` in /etc/wsl.conf; changes need a restart",
     "https://learn.microsoft.com/windows/wsl/wsl-config (MicrosoftDocs/WSL: WSL/wsl-config.md)"},
    {"WSL uses $WSL_INTEROP, and the sockets of parent processes only when that is unset or names "
     "nothing",
     "https://github.com/microsoft/WSL src/linux/init/util.cpp (UtilConnectToInteropServer), tags "
     "2.5.8 to 2.9.4"},
    {"A stale WSL_INTEROP ends in \"connect failed 2\", or 111 where the socket is still there; "
     "the newest socket works",
     "https://github.com/microsoft/WSL/issues/6799 (also #4148, #7174, #7252)"},
    {"A server of WSL can be there and never answer until the VM restarts",
     "https://github.com/microsoft/WSL/issues/41283"},
    {"A listening socket has flag 10000 in /proc/net/unix",
     "proc_net_unix(5); Linux net/unix/af_unix.c"},
    {"tmux copies the variables of `update-environment` when a client attaches",
     "tmux(1), option update-environment"},
};

Diagnosis switched_off(const Context& context, const WslConfigEntry& entry) {
  Diagnosis diagnosis = skipped(
      "Windows interop is switched off by choice: [interop] enabled=false in /etc/wsl.conf.");
  diagnosis.evidence.push_back(
      {fmt::format("/etc/wsl.conf:{}", entry.line), "enabled=" + entry.value});
  diagnosis.notes.push_back(
      fmt::format("So nothing can be asked of Windows. To have it, take the line out, then `{}` in "
                  "PowerShell.",
                  restart_distribution_command(context.environment)));
  if (wsl_conf_changed_since_start(context.host) == true) {
    diagnosis.notes.emplace_back(
        "/etc/wsl.conf was changed after the start, so interop may still be on until the restart.");
  }
  return diagnosis;
}

bool has_windows_folder(const std::string& path, const std::vector<Mount>& mounts) {
  return std::ranges::any_of(split(path, ':'), [&](const std::string& entry) {
    const Mount* mount = entry.starts_with('/') ? mount_of(mounts, normalise(entry)) : nullptr;
    return mount && storage_of(*mount) == Storage::windows_drive;
  });
}

// PATH is another check's; here it only tells what a command has to be called by.
void note_path(const Context& context, const Answer<WslFile>& conf, Diagnosis& diagnosis) {
  const WslConfigEntry* append =
      conf ? find_entry(conf->config, "interop.appendwindowspath") : nullptr;
  if (append && wsl_bool(append->value) == false) {
    diagnosis.notes.emplace_back(
        "/etc/wsl.conf has appendWindowsPath=false: powershell.exe is started by its full path.");
    return;
  }
  const auto path = context.host.variable("PATH");
  const auto text = context.host.read_file("/proc/self/mountinfo");
  const auto mounts = text ? parse_mountinfo(*text) : std::vector<Mount>{};
  if (!path || !mounts || mounts->empty() || has_windows_folder(*path, *mounts)) return;
  diagnosis.notes.emplace_back(
      "PATH holds no Windows folder here: powershell.exe is started by its full path.");
}

// All that can be read says yes; the proof is a program that ran.
void try_it(const Context& context, Diagnosis& diagnosis) {
  const auto windows = context.host.windows();
  if (windows) {
    diagnosis.evidence.push_back({"powershell.exe", "answered"});
    return;
  }
  const HostError& error = windows.error();
  if (error.kind == HostErrorKind::not_recorded) {
    diagnosis.notes.push_back(fmt::format("Not tried: {}.", describe(error)));
    return;
  }
  Finding finding;
  finding.id = "no-answer";
  finding.severity = Status::unknown;
  finding.summary =
      fmt::format("Entry and socket are right, but Windows gave no answer: {}.", describe(error));
  finding.detail =
      "Start a Windows program by hand in a new terminal. If that hangs or fails too, save your "
      "work and run `wsl --shutdown` in PowerShell.";
  diagnosis.findings.push_back(std::move(finding));
}

Diagnosis run(const Context& context) {
  switch (context.environment.kind) {
    case EnvironmentKind::container_on_wsl:
      return skipped("WSL's binfmt entry is the VM's; a container starts no Windows programs.");
    case EnvironmentKind::container:
    case EnvironmentKind::ci:
    case EnvironmentKind::linux_machine:
      return skipped("Not a WSL machine: there is no Windows to start programs of.");
    case EnvironmentKind::wsl1:
    case EnvironmentKind::wsl2:
      break;
  }
  const auto conf = read_wsl_conf(context.host);
  const WslConfigEntry* enabled = conf ? find_entry(conf->config, "interop.enabled") : nullptr;
  if (enabled && wsl_bool(enabled->value) == false) return switched_off(context, *enabled);

  Diagnosis facts;
  examine_binfmt(context, facts);
  if (context.environment.kind == EnvironmentKind::wsl2) examine_interop_server(context, facts);
  if (facts.findings.empty()) try_it(context, facts);
  note_path(context, conf, facts);

  Diagnosis diagnosis =
      conclude("Windows programs can be started from here.", std::move(facts.findings));
  if (diagnosis.findings.empty()) diagnosis.evidence = std::move(facts.evidence);
  diagnosis.notes = std::move(facts.notes);
  return diagnosis;
}

}  // namespace

const Check interop_check = {
    .id = "interop",
    .group = "wsl",
    .title = "Windows programs start from Linux",
    .why =
        "`code .`, explorer.exe, git's credential manager and every question to Windows are "
        "Windows programs started from Linux. It takes WSL's entry in binfmt_misc, which systemd, "
        "binfmt-support and mono can take away, and a socket of a living terminal, which tmux, ssh "
        "and cron outlive or never had.",
    .reads =
        "/etc/wsl.conf, the entries of /proc/sys/fs/binfmt_misc, the names in binfmt.d, "
        "WSL_INTEROP, /run/WSL, /proc/net/unix, the parent processes' ids, PATH; one PowerShell "
        "call, which all checks share.",
    .mends = "Registers or enables WSL's binfmt entry again.",
    .thresholds = {},
    .sources = sources,
    .run = run,
};

}  // namespace doctor
