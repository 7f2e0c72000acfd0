#include "checks/mount_facts.h"

#include <algorithm>

#include "lib/base/format.h"
#include "lib/host/paths.h"

namespace doctor {

namespace {

constexpr std::size_t most_drives = 64;
constexpr const char* mountinfo = "/proc/self/mountinfo";

std::vector<Mount> visible_drives(const std::vector<Mount>& mounts) {
  std::vector<Mount> drives;
  for (const Mount& mount : mounts) {
    if (drives.size() == most_drives) break;
    if (storage_of(mount) != Storage::windows_drive) continue;
    if (mount_of(mounts, mount.mount_point) == &mount) drives.push_back(mount);
  }
  return drives;
}

bool setting(const WslFile& conf, std::string_view name) {
  const WslConfigEntry* entry = find_entry(conf.config, name);
  return !entry || wsl_bool(entry->value).value_or(true);
}

// WSL adds the last slash itself, and takes an empty value for "/".
std::string automount_root(const WslFile& conf) {
  const WslConfigEntry* entry = find_entry(conf.config, "automount.root");
  std::string root = normalise(entry ? "/" + entry->value : "/mnt");
  if (!root.ends_with('/')) root += '/';
  return root;
}

}  // namespace

Answer<MountFacts> mount_facts(const Context& context) {
  const Host& host = context.host;
  const auto text = host.read_file(mountinfo);
  if (!text) return unexpected(text.error());
  auto mounts = parse_mountinfo(*text);
  if (!mounts) {
    return unexpected(HostError{
        HostErrorKind::failed,
        fmt::format("{}:{}: {}", mountinfo, mounts.error().line, mounts.error().message)});
  }
  MountFacts facts;
  facts.drives = visible_drives(*mounts);
  facts.mounts = *std::move(mounts);
  facts.conf = read_wsl_conf(host);
  if (facts.conf) {
    facts.automount = setting(*facts.conf, "automount.enabled");
    facts.wsl_reads_fstab = setting(*facts.conf, "automount.mountfstab");
  }
  facts.automount_root = facts.conf ? automount_root(*facts.conf) : "/mnt/";
  facts.fstab_text = host.read_file("/etc/fstab");
  if (facts.fstab_text) facts.fstab = parse_fstab(*facts.fstab_text);
  facts.systemd = exists(host, "/run/systemd/system");
  return facts;
}

const FstabEntry* fstab_entry_of(const MountFacts& facts, const std::string& mount_point) {
  if (!facts.wsl_reads_fstab && !facts.systemd) return nullptr;
  const auto found = std::ranges::find_if(facts.fstab.entries, [&](const FstabEntry& entry) {
    return entry.type.text == "drvfs" && normalise(entry.mount_point.text) == mount_point;
  });
  return found == facts.fstab.entries.end() ? nullptr : &*found;
}

Evidence mount_evidence(const Mount& mount) {
  return {mountinfo, fmt::format("{} is {} {} ({})", mount.mount_point, mount.type, mount.source,
                                 mount.super_options)};
}

std::string drive_name(const Mount& mount) {
  return windows_path(mount, mount.mount_point).value_or(mount.mount_point);
}

}  // namespace doctor
