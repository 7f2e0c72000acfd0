#include "checks/cgroup_version.h"

#include "checks/cgroup_fixes.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/cgroups.h"

namespace doctor {

namespace {

constexpr Source sources[] = {
    {"WSL 2 mounts pure cgroup v2 since 2.5.7; older releases a hybrid of v1 and v2",
     "https://github.com/microsoft/WSL tag 2.5.8 src/linux/init/config.cpp "
     "(ConfigInitializeCgroups); issues "
     "#6662, #11857"},
    {"`[automount] cgroups=v1` in /etc/wsl.conf asks for v1, from WSL 2.6.2 on",
     "https://github.com/microsoft/WSL commit 65eea7b31 (pull request #13546)"},
    {"`[wsl2] kernelCommandLine=cgroup_no_v1=all` in .wslconfig switches older releases; before "
     "1.0.1 WSL could "
     "not start with it",
     "https://github.com/microsoft/WSL/issues/6662"},
    {"There is no key `cgroupVersion`, in neither file",
     "https://github.com/microsoft/WSL src/linux/init/WslDistributionConfig.cpp, "
     "src/windows/common/WslCoreConfig.h"},
    {"A hybrid layout makes systemd 256 and newer wait 30 s at start",
     "https://github.com/microsoft/WSL/issues/11857"},
};

constexpr std::uint64_t cgroup2_magic = 0x63677270;  // linux/magic.h

std::string mount_line(const Mount& mount) {
  return fmt::format("{} is {} ({})", mount.mount_point, mount.type, mount.super_options);
}

Finding finding_for(CgroupLayout layout) {
  Finding finding;
  finding.id = "layout";
  switch (layout) {
    case CgroupLayout::hybrid:
      finding.summary = "cgroups are hybrid: v1 controllers beside an empty v2 tree.";
      finding.detail =
          "Programs that need v2 (rootless containers, systemd's resource limits, systemd 256 and "
          "newer) "
          "do not work right.";
      break;
    case CgroupLayout::v1:
      finding.summary = "cgroups are version 1 only.";
      finding.detail = "Docker, Podman and systemd have given up or are giving up v1.";
      break;
    case CgroupLayout::empty_tmpfs:
      finding.summary = "/sys/fs/cgroup is an empty tmpfs: no controller is mounted.";
      finding.detail =
          "Docker fails with \"cannot find cgroup mount destination\". Often an /etc/fstab line or "
          "a "
          "start-up script mounts over it.";
      break;
    case CgroupLayout::none:
    case CgroupLayout::v2:
      finding.summary = "No cgroups are mounted at /sys/fs/cgroup.";
      finding.detail = "Docker fails with \"cannot find cgroup mount destination\".";
      break;
  }
  return finding;
}

// What systemd hands on to the user's own services.
void note_delegation(const Host& host, Diagnosis& diagnosis) {
  if (const auto all = host.read_file("/sys/fs/cgroup/cgroup.controllers")) {
    diagnosis.evidence.push_back(
        {"/sys/fs/cgroup/cgroup.controllers", join(parse_controllers(*all), " ")});
  }
  const auto machine = host.machine();
  if (!machine) return;
  const std::string user_slice = fmt::format(
      "/sys/fs/cgroup/user.slice/user-{0}.slice/user@{0}.service/cgroup.controllers", machine->uid);
  if (const auto delegated = host.read_file(user_slice)) {
    diagnosis.evidence.push_back(
        {"delegated to your services", join(parse_controllers(*delegated), " ")});
  }
}

Diagnosis from_statfs(const Host& host, const std::string& why_not_mountinfo) {
  const auto info = host.file_system("/sys/fs/cgroup");
  if (info && info->magic == cgroup2_magic) return conclude("cgroup v2.");
  return unknown("The mount table could not be read: " + why_not_mountinfo + ".");
}

Diagnosis diagnose(const Context& context, const Cgroups& cgroups) {
  if (cgroups.layout == CgroupLayout::v2) {
    Diagnosis diagnosis = conclude("cgroup v2.");
    for (const Mount& mount : cgroups.told_by) {
      diagnosis.evidence.push_back({"/proc/self/mountinfo", mount_line(mount)});
    }
    note_delegation(context.host, diagnosis);
    return diagnosis;
  }
  Finding finding = finding_for(cgroups.layout);
  for (const Mount& mount : cgroups.told_by) {
    finding.evidence.push_back({"/proc/self/mountinfo", mount_line(mount)});
  }
  if (const auto info = context.host.file_system("/sys/fs/cgroup")) {
    finding.evidence.push_back({"statfs /sys/fs/cgroup", fmt::format("type {:#x}", info->magic)});
  }
  if (context.environment.kind == EnvironmentKind::wsl2) {
    mend_cgroups(context, cgroups.layout, finding);
  } else {
    finding.detail += " The layout is that of the WSL machine underneath: run wsl-go-doctor there.";
  }
  return conclude("", {std::move(finding)});
}

Diagnosis run(const Context& context) {
  if (context.environment.kind == EnvironmentKind::wsl1) return skipped("WSL 1 has no cgroups.");
  const auto text = context.host.read_file("/proc/self/mountinfo");
  if (!text) return from_statfs(context.host, describe(text.error()));
  const auto mounts = parse_mountinfo(*text);
  if (!mounts) return from_statfs(context.host, mounts.error().message);

  const Cgroups cgroups = cgroups_of(*mounts);
  const bool on_wsl = context.environment.kind == EnvironmentKind::wsl2 ||
                      context.environment.kind == EnvironmentKind::container_on_wsl;
  if (!on_wsl) {
    return skipped(
        fmt::format("Not a WSL machine; its cgroup layout is {}.", to_string(cgroups.layout)));
  }
  return diagnose(context, cgroups);
}

}  // namespace

const Check cgroup_version_check = {
    .id = "cgroup-version",
    .group = "wsl",
    .title = "cgroup version 2",
    .why =
        "Containers and systemd expect cgroup v2, and Go takes its CPU limit from cgroups. Old WSL "
        "releases and "
        "copied settings leave a mixture of v1 and v2 in which neither works as documented.",
    .reads =
        "/proc/self/mountinfo, the type of /sys/fs/cgroup, /proc/cmdline, [automount] cgroups of "
        "/etc/wsl.conf, kernelCommandLine of .wslconfig, the WSL release.",
    .mends =
        "Corrects the one setting that decides: [automount] cgroups in /etc/wsl.conf, or "
        "kernelCommandLine in "
        ".wslconfig, keeping its other parameters.",
    .thresholds = {},
    .sources = sources,
    .run = run,
};

}  // namespace doctor
