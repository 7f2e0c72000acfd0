#include "checks/interop_binfmt.h"

#include <algorithm>

#include "checks/interop_fixes.h"
#include "checks/wsl_files.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/binfmt.h"
#include "lib/facts/mounts.h"
#include "lib/host/paths.h"

namespace doctor {

namespace {

constexpr const char* folder = "/proc/sys/fs/binfmt_misc";

struct NamedEntry {
  std::string name;
  BinfmtEntry entry;
  double registered = 0;  // when, by the file's own time; 0 when that is not known

  std::string path() const { return std::string(folder) + "/" + name; }
};

// WSL 2.5 and 2.6 register under either name, one of them late in the start of systemd.
bool is_wsl_name(std::string_view name) {
  return name == "WSLInterop" || name == "WSLInterop-late";
}

bool is_wsl(const NamedEntry& named) {
  return is_wsl_name(named.name) || named.entry.interpreter == "/init";
}

std::string in_one_line(const BinfmtEntry& entry) {
  return fmt::format("{}, interpreter {}, flags {}", entry.enabled ? "enabled" : "disabled",
                     entry.interpreter, entry.flags.empty() ? "none" : entry.flags);
}

Finding make(std::string id, Status severity, std::string summary, std::string detail) {
  Finding finding;
  finding.id = std::move(id);
  finding.severity = severity;
  finding.summary = std::move(summary);
  finding.detail = std::move(detail);
  return finding;
}

// Every entry that would take a Windows program.
Answer<std::vector<NamedEntry>> claiming_entries(const Host& host) {
  auto names = host.list(folder);
  if (!names && names.error().kind == HostErrorKind::not_recorded) {
    names = std::vector<std::string>{"WSLInterop", "WSLInterop-late"};
  }
  if (!names && names.error().kind == HostErrorKind::missing) return std::vector<NamedEntry>{};
  if (!names) return unexpected(names.error());
  std::vector<NamedEntry> found;
  for (const std::string& name : *names) {
    if (name == "register" || name == "status") continue;
    const std::string path = std::string(folder) + "/" + name;
    const auto text = host.read_file(path);
    if (!text && text.error().kind == HostErrorKind::missing) continue;
    if (!text && is_wsl_name(name)) return unexpected(text.error());
    const auto entry = text ? parse_binfmt_entry(*text) : std::nullopt;
    if (!entry && is_wsl_name(name)) {
      return unexpected(HostError{HostErrorKind::failed, path + " is not as expected"});
    }
    if (!entry || !claims_windows_programs(*entry)) continue;
    const auto info = host.lstat(path);
    found.push_back({name, *entry, info ? info->modified : 0});
  }
  return found;
}

bool is_mounted(const Host& host) {
  const auto text = host.read_file("/proc/self/mountinfo");
  const auto mounts = text ? parse_mountinfo(*text) : std::vector<Mount>{};
  if (!mounts || mounts->empty()) return true;  // not known: say nothing of it
  return std::ranges::any_of(*mounts, [](const Mount& mount) {
    return mount.mount_point == folder && mount.type == "binfmt_misc";
  });
}

// The kernel goes by its entries, seen or not; that a Windows program ran shows that WSL's is one.
void not_mounted(const Context& context, Diagnosis& diagnosis) {
  if (context.host.windows()) {
    diagnosis.notes.push_back(fmt::format("binfmt_misc is not mounted at {}.", folder));
    return;
  }
  Finding finding =
      make("binfmt-not-mounted", Status::unknown,
           "binfmt_misc is not mounted, so nobody can see whether WSL's entry is there.",
           fmt::format("`sudo mount -t binfmt_misc binfmt_misc {}` shows it; then run this again.",
                       folder));
  finding.evidence.push_back({"/proc/self/mountinfo", fmt::format("nothing at {}", folder)});
  diagnosis.findings.push_back(std::move(finding));
}

// Who may have thrown the entry out, or would register other ones at the next start.
void add_suspects(const Host& host, Finding& finding) {
  std::vector<std::string> files;
  for (const char* path : {"/usr/lib/binfmt.d", "/run/binfmt.d", "/etc/binfmt.d"}) {
    for (const std::string& name : host.list(path).value_or(std::vector<std::string>{})) {
      if (name.ends_with(".conf")) files.push_back(fmt::format("{}/{}", path, name));
    }
  }
  if (!files.empty()) finding.evidence.push_back({"systemd-binfmt reads", join(files, ", ")});
  const auto formats = host.list("/var/lib/binfmts");
  if (formats && !formats->empty()) {
    finding.evidence.push_back({"binfmt-support registers", join(*formats, ", ")});
  }
  const auto conf = read_wsl_conf(host);
  const WslConfigEntry* guard = conf ? find_entry(conf->config, "boot.protectbinfmt") : nullptr;
  if (!guard || wsl_bool(guard->value) != false) return;
  finding.detail += " [boot] protectBinfmt=false in /etc/wsl.conf switches WSL's guard off.";
  finding.location = Location{"/etc/wsl.conf", guard->line, guard->column};
}

Finding lost(const Context& context) {
  Finding finding = make(
      "binfmt-lost", Status::error,
      "Windows programs do not start (\"Exec format error\"): WSL's binfmt entry is gone.", "");
  if (context.environment.kind == EnvironmentKind::wsl1) {
    finding.detail = "WSL registers it whenever the distribution starts; something removed it.";
  } else {
    finding.detail =
        "systemd-binfmt and systemd's shutdown, in any distribution of the VM, throw out all "
        "entries. Current WSL guards its own: `wsl --update`, then `wsl --shutdown` in PowerShell.";
  }
  finding.evidence.push_back({std::string(folder) + "/WSLInterop", "does not exist"});
  add_suspects(context.host, finding);
  if (wsl_conf_changed_since_start(context.host) == true) {
    finding.evidence.push_back({"/etc/wsl.conf", "changed after this distribution started"});
  }
  finding.fix = register_again(context);
  return finding;
}

Finding disabled(const NamedEntry& wsl) {
  Finding finding =
      make("binfmt-disabled", Status::error,
           "Windows programs do not start (\"Exec format error\"): WSL's binfmt entry is disabled.",
           "Somebody wrote 0 into it; writing 1 enables it again.");
  finding.evidence.push_back({wsl.path(), in_one_line(wsl.entry)});
  if (is_wsl_name(wsl.name)) finding.fix = enable_entry(wsl.name);
  return finding;
}

// With the flag F the kernel holds the interpreter open, and its path tells nothing: early WSL 2
// shows /tools/init. Without it the path must lead somewhere.
std::optional<Finding> interpreter(const Host& host, const NamedEntry& wsl) {
  if (wsl.entry.flags.find('F') != std::string::npos) return std::nullopt;
  const auto info = stat(host, wsl.entry.interpreter);
  if (info && wsl.entry.interpreter == "/init") return std::nullopt;
  if (!info && info.error().kind == HostErrorKind::not_recorded) return std::nullopt;
  Finding finding;
  if (info) {
    finding = make("binfmt-interpreter", Status::warning,
                   fmt::format("WSL's binfmt entry hands Windows programs to {}, not to WSL.",
                               wsl.entry.interpreter),
                   "`wsl --shutdown` in PowerShell puts WSL's own entry back.");
  } else {
    finding = make(
        "binfmt-interpreter", Status::error,
        fmt::format("WSL's binfmt entry names {}, which cannot be started.", wsl.entry.interpreter),
        "`wsl --shutdown` in PowerShell puts WSL's own entry back.");
    finding.evidence.push_back({wsl.entry.interpreter, describe(info.error())});
  }
  finding.evidence.push_back({wsl.path(), in_one_line(wsl.entry)});
  return finding;
}

bool is_plain_name(std::string_view name) {
  return std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

// The kernel asks the entry that was registered last first.
std::optional<Finding> rival(const Context& context, const NamedEntry& wsl,
                             const NamedEntry& other) {
  const bool told = wsl.registered > 0 && other.registered > 0;
  if (told && other.registered < wsl.registered) return std::nullopt;
  const bool wins = told && other.registered > wsl.registered;
  if (!wins && context.host.windows()) return std::nullopt;  // one did start
  Finding finding = make(
      "binfmt-rival", wins ? Status::error : Status::unknown,
      wins ? fmt::format("Windows programs are handed to {}, not to WSL.", other.entry.interpreter)
           : fmt::format("Windows programs may be handed to {} instead of WSL.",
                         other.entry.interpreter),
      "The kernel takes the binfmt entry that was registered last.");
  if (is_plain_name(other.name)) {
    finding.detail += fmt::format(
        " Switch the other off until the restart: `echo 0 | sudo tee {}`; for good: `sudo "
        "update-binfmts --disable {}`, or take its file out of binfmt.d.",
        other.path(), other.name);
  }
  finding.evidence.push_back({other.path(), in_one_line(other.entry)});
  finding.evidence.push_back({wsl.path(), in_one_line(wsl.entry)});
  add_suspects(context.host, finding);
  return finding;
}

void examine_entries(const Context& context, const std::vector<NamedEntry>& entries,
                     const NamedEntry& wsl, Diagnosis& diagnosis) {
  if (!wsl.entry.enabled) {
    diagnosis.findings.push_back(disabled(wsl));
    return;
  }
  diagnosis.evidence.push_back({wsl.path(), in_one_line(wsl.entry)});
  if (auto finding = interpreter(context.host, wsl)) {
    diagnosis.findings.push_back(*std::move(finding));
  }
  for (const NamedEntry& other : entries) {
    if (is_wsl(other) || !other.entry.enabled) continue;
    if (auto finding = rival(context, wsl, other)) {
      diagnosis.findings.push_back(*std::move(finding));
      return;
    }
    diagnosis.notes.push_back(
        fmt::format("{} takes Windows programs too, but WSL comes first.", other.path()));
  }
}

// Of several entries of WSL one that is enabled counts, and of those the last registered.
const NamedEntry* entry_of_wsl(const std::vector<NamedEntry>& entries) {
  const NamedEntry* best = nullptr;
  for (const NamedEntry& named : entries) {
    if (!is_wsl(named)) continue;
    const bool better =
        !best || (named.entry.enabled && !best->entry.enabled) ||
        (named.entry.enabled == best->entry.enabled && named.registered > best->registered);
    if (better) best = &named;
  }
  return best;
}

}  // namespace

void examine_binfmt(const Context& context, Diagnosis& diagnosis) {
  const auto entries = claiming_entries(context.host);
  if (!entries) {
    diagnosis.findings.push_back(make(
        "binfmt", Status::unknown,
        fmt::format("WSL's binfmt entry could not be read: {}.", describe(entries.error())), ""));
    return;
  }
  const NamedEntry* wsl = entry_of_wsl(*entries);
  if (!wsl && !is_mounted(context.host)) return not_mounted(context, diagnosis);
  if (!wsl) {
    diagnosis.findings.push_back(lost(context));
    return;
  }
  const std::string status = std::string(folder) + "/status";
  const auto text = context.host.read_file(status);
  if (text && parse_binfmt_status(*text) == false) {
    Finding finding = make("binfmt-off", Status::error,
                           "Windows programs do not start (\"Exec format error\"): binfmt_misc as "
                           "a whole is disabled.",
                           "Somebody wrote 0 into its status; writing 1 enables it again.");
    finding.evidence.push_back({status, "disabled"});
    finding.fix = enable_all();
    diagnosis.findings.push_back(std::move(finding));
  }
  examine_entries(context, *entries, *wsl, diagnosis);
}

}  // namespace doctor
