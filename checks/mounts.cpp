#include "checks/mounts.h"

#include <algorithm>
#include <iterator>

#include "checks/fstab_lines.h"
#include "checks/mount_options.h"
#include "checks/mounted_drives.h"
#include "lib/base/format.h"

namespace doctor {

namespace {

constexpr Source sources[] = {
    {"WSL reads /etc/fstab with `mount -a` first and then mounts the fixed drives that no line has "
     "mounted there; it adds `noatime,uid=,gid=` and [automount] options",
     "https://github.com/microsoft/WSL src/linux/init/config.cpp (ConfigMountFsTab, "
     "ConfigMountDrvFsVolumes); issues #7696, #9321, #11805"},
    {"The options drvfs knows, compared byte by byte between commas; case=force becomes case=dir "
     "on WSL 2; a virtiofs mount does not show them",
     "https://github.com/microsoft/WSL src/linux/init/drvfs.cpp (ConvertDrvfsMountOptionsToPlan9, "
     "MountVirtioFs)"},
    {"An option that drvfs does not know is dropped by 9p; virtiofs refuses the mount",
     "Linux fs/9p/v9fs.c (v9fs_parse_options), fs/fuse/virtio_fs.c (virtio_fs_parse_param)"},
    {"What the options mean; masks are octal; case is off, dir or force",
     "https://learn.microsoft.com/windows/wsl/wsl-config (MicrosoftDocs/WSL: WSL/wsl-config.md, "
     "WSL/case-sensitivity.md)"},
    {"WSL 1 refuses a mount with an option it does not know",
     "https://github.com/microsoft/WSL/issues/4423"},
    {"Of two uid= options the last one counts", "https://github.com/microsoft/WSL/issues/9005"},
    {"Without metadata chmod changes nothing but the read-only attribute, and every file looks "
     "executable",
     "https://learn.microsoft.com/windows/wsl/file-permissions (MicrosoftDocs/WSL: "
     "WSL/file-permissions.md); https://github.com/microsoft/WSL/issues/936"},
    {"git fails on .git/config.lock there",
     "https://github.com/docker/for-win/issues/6284 (also microsoft/WSL#4710, #3133 for ~/.ssh)"},
    {"A drive that was unplugged stays dead in WSL: No such device, by design",
     "https://github.com/microsoft/WSL/issues/41175 (also #9779)"},
    {"stat on a virtiofs drive can fail with an input/output error; a cloud drive's letter can "
     "keep all drives away",
     "https://github.com/microsoft/WSL/issues/14301, "
     "https://github.com/microsoft/WSL/issues/40790"},
    {"A share or disk that is not there yet when /etc/fstab is read; nofail does not help, noauto "
     "does",
     "https://github.com/microsoft/WSL/issues/4738 (also #6289, #7059, #8614, #11281)"},
    {"mount(8) ignores a line with fewer than three fields or a fifth or sixth field that is no "
     "number, and `mount -a` leaves `/` alone: Ubuntu's `LABEL=cloudimg-rootfs / ext4` is harmless",
     "fstab(5); tried with util-linux 2.38.1"},
};

std::string summary_if_ok(const MountFacts& facts) {
  if (facts.drives.empty()) return "No Windows drive is mounted, and none is missed.";
  return "The Windows drives can be read, and are mounted as they should be.";
}

void append(std::vector<Finding>& findings, std::vector<Finding> more) {
  std::ranges::move(more, std::back_inserter(findings));
}

Finding unread_wsl_conf(const HostError& error) {
  Finding finding;
  finding.id = "wsl-conf";
  finding.severity = Status::unknown;
  finding.summary = "/etc/wsl.conf could not be read: " + describe(error) + ".";
  return finding;
}

Diagnosis run(const Context& context) {
  switch (context.environment.kind) {
    case EnvironmentKind::container_on_wsl:
    case EnvironmentKind::container:
      return skipped("A container's mounts are made outside of it.");
    case EnvironmentKind::ci:
    case EnvironmentKind::linux_machine:
      return skipped("Not a WSL machine: it has no Windows drives.");
    case EnvironmentKind::wsl1:
    case EnvironmentKind::wsl2:
      break;
  }
  const auto facts = mount_facts(context);
  if (!facts) return unknown("The mount table could not be read: " + describe(facts.error()) + ".");

  std::vector<std::string> notes;
  std::vector<Finding> findings = unreadable_drives(context, *facts);
  if (!facts->conf) findings.push_back(unread_wsl_conf(facts->conf.error()));
  if (auto finding = missing_drive(context, *facts, notes)) {
    findings.push_back(*std::move(finding));
  }
  append(findings, mount_option_findings(context, *facts, notes));
  append(findings, fstab_findings(context, *facts, notes));

  Diagnosis diagnosis = conclude(summary_if_ok(*facts), std::move(findings));
  if (diagnosis.findings.empty()) {
    for (const Mount& drive : facts->drives) diagnosis.evidence.push_back(mount_evidence(drive));
  }
  diagnosis.notes = std::move(notes);
  return diagnosis;
}

}  // namespace

const Check mounts_check = {
    .id = "mounts",
    .group = "storage",
    .title = "Windows drives and /etc/fstab mounted as meant",
    .why =
        "A drive that is mounted but cannot be read stops every program that looks at it; a "
        "mistake in the mount options or in /etc/fstab is dropped without a word, or costs the "
        "whole line; and without `metadata` a Windows drive keeps no file modes, which git, "
        "scripts and ssh need.",
    .reads =
        "/proc/self/mountinfo, /etc/wsl.conf, /etc/fstab, the mount points (each Windows drive is "
        "looked at and listed), ~/.ssh (only where it lies), and .wslconfig if the system drive is "
        "missing.",
    .mends =
        "Corrects `[automount] options` in /etc/wsl.conf and adds `metadata` where the project "
        "needs it, every other option kept; comments out lines of /etc/fstab that cannot work, if "
        "asked to.",
    .thresholds = {},
    .sources = sources,
    .run = run,
};

}  // namespace doctor
