#pragma once

// What the parts of the check `mounts` share: the mount table, the Windows drives in it, and the
// two files that decide about them.

#include <optional>
#include <string>
#include <vector>

#include "checks/wsl_files.h"
#include "lib/core/check.h"
#include "lib/facts/fstab.h"
#include "lib/facts/mounts.h"

namespace doctor {

struct MountFacts {
  std::vector<Mount> mounts;
  std::vector<Mount> drives;       // Windows drives that can be seen, the first 64
  Answer<WslFile> conf;            // /etc/wsl.conf
  std::string automount_root;      // "/mnt/"
  bool automount = true;           // [automount] enabled
  Answer<std::string> fstab_text;  // /etc/fstab; `missing` where there is none
  Fstab fstab;
  bool wsl_reads_fstab = true;  // [automount] mountFsTab
  bool systemd = false;         // it runs, and reads /etc/fstab as well
};

// Fails where the mount table itself cannot be had.
Answer<MountFacts> mount_facts(const Context& context);

// The line of /etc/fstab that mounts a drive there, if one does: then [automount] options do not
// count for it.
const FstabEntry* fstab_entry_of(const MountFacts& facts, const std::string& mount_point);

// "/mnt/c is 9p C:\ (rw,aname=drvfs;...)"
Evidence mount_evidence(const Mount& mount);

// "C:\" where the mount tells, else its mount point.
std::string drive_name(const Mount& mount);

}  // namespace doctor
