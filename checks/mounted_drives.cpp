#include "checks/mounted_drives.h"

#include <algorithm>
#include <future>

#include "checks/go_places.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/drvfs_options.h"
#include "lib/fix/script.h"
#include "lib/host/paths.h"

namespace doctor {

namespace {

// What keeps a mounted drive from being used, if anything does.
std::optional<HostError> trouble_with(const Host& host, const std::string& mount_point) {
  const auto info = stat(host, mount_point);
  if (!info) return info.error();
  const auto names = host.list(mount_point);
  if (!names) return names.error();
  return std::nullopt;
}

bool is_dead(const HostError& error) {
  return error.kind == HostErrorKind::hung || error.kind == HostErrorKind::timed_out;
}

bool holds_a_go_place(const Context& context, const std::string& mount_point) {
  const auto places = go_places(context);
  return places && std::ranges::any_of(places->places, [&](const GoPlace& place) {
           return place.mount && place.mount->mount_point == mount_point;
         });
}

// The options of before, as mount(8) takes them: "-o uid=1000,gid=1000".
std::string same_options(const Mount& mount) {
  std::vector<std::string> kept;
  for (const std::string& option : drvfs_options_of(mount).value_or(std::vector<std::string>{})) {
    const std::string name = option.substr(0, option.find('='));
    for (const char* known : {"metadata", "case", "uid", "gid", "umask", "fmask", "dmask"}) {
      if (name == known) kept.push_back(option);
    }
  }
  return kept.empty() ? "" : " -o " + bash_quote(join(kept, ","));
}

std::string mount_again(const Mount& mount) {
  const std::string drive = drive_name(mount);
  if (!is_windows_drive_path(drive)) return "";
  return fmt::format(
      " `sudo umount {0}`, then `sudo mount -t drvfs{2} {1} {0}` takes it up again until the next "
      "start.",
      bash_quote(mount.mount_point), bash_quote(drive.size() > 3 ? drive : drive.substr(0, 2)),
      same_options(mount));
}

// What to do depends on why.
std::string remedy(const Context& context, const Mount& mount, const HostError& error) {
  if (error.kind == HostErrorKind::denied) {
    return "Look at uid=, umask= and dmask= in `[automount] options` of /etc/wsl.conf, and at the "
           "drive's permissions in Windows (BitLocker locked?).";
  }
  std::string text = "A drive that was unplugged, even for a moment, stays dead in WSL.";
  if (mount.type == "virtiofs") {
    text =
        "Drives that come through virtiofs can fail like this: take virtiofs=true out of "
        "%UserProfile%\\.wslconfig, then `wsl --shutdown` in PowerShell.";
  } else {
    text += mount_again(mount);
  }
  return text + fmt::format(" Or start the distribution anew: `{}` in PowerShell.",
                            restart_distribution_command(context.environment));
}

Finding unreadable(const Context& context, const Mount& mount, const HostError& error) {
  Finding finding;
  finding.evidence = {{mount.mount_point, describe(error)}, mount_evidence(mount)};
  if (is_dead(error)) {
    finding.id = "hung" + mount.mount_point;
    finding.severity = Status::error;
    finding.summary =
        fmt::format("The {} mount at {} has stopped answering.", mount.type, mount.mount_point);
    finding.detail =
        "Every program that looks there hangs. Save your work, then run `wsl --shutdown` in "
        "PowerShell; if it comes back, look at the drive in Windows (asleep, disconnected, a VPN "
        "or cloud drive).";
    return finding;
  }
  const bool answered = error.kind == HostErrorKind::failed ||
                        error.kind == HostErrorKind::missing || error.kind == HostErrorKind::denied;
  finding.id = "unreadable" + mount.mount_point;
  if (!answered) {
    finding.severity = Status::unknown;
    finding.summary = fmt::format("Could not find out whether {} can be read.", mount.mount_point);
    return finding;
  }
  finding.summary = fmt::format("{} is mounted at {}, but cannot be read: {}.", drive_name(mount),
                                mount.mount_point, describe(error));
  finding.detail = remedy(context, mount, error);
  return finding;
}

// 'C', unless the user's profile tells of another system drive.
char system_drive(const Host& host) {
  const auto windows = host.windows();
  if (!windows || !is_windows_drive_path(windows->user_profile)) return 'c';
  return to_lower(windows->user_profile.substr(0, 1)).front();
}

bool is_mounted(const MountFacts& facts, char drive) {
  return std::ranges::any_of(facts.drives, [&](const Mount& mount) {
    const std::string target = facts.automount_root + drive;
    return mount.mount_point == target ||
           equals_ignoring_case(drive_name(mount), std::string{drive} + ":\\");
  });
}

// A setting of .wslconfig that keeps every drive away; "" for none.
std::string switched_off_by(const WslConfig& config) {
  const auto value = [&](std::string_view name) {
    const WslConfigEntry* entry = find_entry(config, name);
    return entry ? wsl_bool(entry->value) : std::nullopt;
  };
  if (value("wsl2.hostfilesystemaccess") == false) return "hostFileSystemAccess=false";
  if (value("wsl2.safemode") == true) return "safeMode=true";
  return "";
}

bool asks_for_virtiofs(const WslConfig& config) {
  const WslConfigEntry* entry = find_entry(config, "wsl2.virtiofs");
  return entry && wsl_bool(entry->value) == true;
}

}  // namespace

std::vector<Finding> unreadable_drives(const Context& context, const MountFacts& facts) {
  // All at once: each dead drive costs its deadline.
  std::vector<std::future<std::optional<HostError>>> answers;
  for (const Mount& drive : facts.drives) {
    answers.push_back(std::async(std::launch::async, [&context, &drive] {
      return trouble_with(context.host, drive.mount_point);
    }));
  }
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const Mount& drive = facts.drives[i];
    const auto error = answers[i].get();
    if (!error || (is_dead(*error) && holds_a_go_place(context, drive.mount_point))) continue;
    findings.push_back(unreadable(context, drive, *error));
  }
  return findings;
}

std::optional<Finding> missing_drive(const Context& context, const MountFacts& facts,
                                     std::vector<std::string>& notes) {
  if (!facts.automount) {
    notes.emplace_back(
        "Windows drives are not mounted by WSL itself: [automount] enabled=false in "
        "/etc/wsl.conf.");
    return std::nullopt;
  }
  if (!facts.conf || is_mounted(facts, 'c')) return std::nullopt;
  const char drive = system_drive(context.host);
  if (is_mounted(facts, drive)) return std::nullopt;

  const auto wslconfig = context.environment.kind == EnvironmentKind::wsl2
                             ? read_wslconfig(context.host)
                             : Answer<WslFile>(unexpected(HostError{}));
  if (wslconfig) {
    if (const auto setting = switched_off_by(wslconfig->config); !setting.empty()) {
      notes.push_back(
          fmt::format("No Windows drive is mounted: {} in {}.", setting, wslconfig->shown));
      return std::nullopt;
    }
  }
  const std::string name{static_cast<char>(drive - 'a' + 'A'), ':'};
  Finding finding;
  finding.id = "drive-missing";
  finding.summary =
      fmt::format("WSL has not mounted {} at {}{}.", name, facts.automount_root, drive);
  finding.detail = fmt::format(
      "Windows programs do not start from here without it. Open the distribution anew after `{}` "
      "in PowerShell, and read what it prints at the start (\"Failed to mount {}\\\"); `sudo dmesg "
      "| grep -i mount` says more.",
      restart_distribution_command(context.environment), name);
  // Without the drive nobody can ask Windows, so .wslconfig is mostly not known here.
  const bool wsl2 = context.environment.kind == EnvironmentKind::wsl2;
  if (wslconfig ? asks_for_virtiofs(wslconfig->config) : wsl2) {
    finding.detail +=
        " With virtiofs=true in .wslconfig, one drive letter of a cloud drive can keep all drives "
        "away: take it out, then `wsl --shutdown`.";
  }
  finding.evidence.push_back({"/proc/self/mountinfo", "no line for " + name});
  return finding;
}

}  // namespace doctor
