#pragma once

// /proc/self/mountinfo, and what kind of disk a mount is. Pure functions: text in, values out.
// Source: proc(5); WSL's own lines: microsoft/WSL src/linux/init/drvfs.cpp, issues #7152 #14301.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/expected.h"
#include "lib/base/parse_error.h"

namespace doctor {

// One line of mountinfo. Octal escapes (\040) are decoded in root, mount_point and source; the
// super options are the rest of the line as it stands, since WSL writes unescaped blanks into them.
struct Mount {
  int id = 0;
  int parent = 0;
  std::string device;  // "8:32"
  std::string root;    // the part of the file system that is mounted: "/" or a bind's sub-path
  std::string mount_point;
  std::string options;        // per mount: "rw,noatime"
  std::string type;           // "ext4", "9p", "drvfs", "lxfs", "virtiofs", ...
  std::string source;         // "C:\", "drvfsC0", "/dev/sdc"
  std::string super_options;  // "rw,aname=drvfs;path=C:\;uid=1000;..."

  bool operator==(const Mount&) const = default;
};

// Lines that cannot be parsed are an error naming the line; an empty text is an empty table.
expected<std::vector<Mount>, ParseError> parse_mountinfo(std::string_view text);

// The mount that a resolved, absolute path lies on, found as the kernel finds it: from the root
// mount down the parent ids. A later mount of the same folder, or of a folder above, hides the
// earlier one; a mount over "/" itself is never seen by a process that started below it. Where the
// ids tell nothing (no such parent, or one that cannot be), the longest mount point wins, and of
// equal ones the later. Null when no line covers the path: an empty table, or that of a chroot.
const Mount* mount_of(const std::vector<Mount>& mounts, std::string_view path);

// What stands behind a mount, as far as speed and semantics for Go work are concerned.
enum class Storage {
  linux_disk,  // ext4, xfs, btrfs, lxfs, overlay, ... : the distribution's own or an attached disk
  memory,      // tmpfs, ramfs
  windows_drive,  // drvfs on WSL 1; 9p with aname=drvfs or virtiofs with a WSL tag on WSL 2
  wsl_internal,   // WSL's own 9p shares (aname=drivers, /init): not a Windows drive
  docker_share,   // grpcfuse, fakeowner, Docker Desktop's host shares that are no drvfs
  network,        // nfs, cifs, smb3, sshfs, 9p of another origin, unknown virtiofs
  kernel,         // proc, sysfs, cgroup, devtmpfs, ...
};
std::string_view to_string(Storage storage);
Storage storage_of(const Mount& mount);

// Newer WSL names a virtiofs share by a GUID only. The Windows path of the share is then the target
// of this link ("/run/wsl/virtiofs/<GUID>"), which windows_path wants as `share`. No value for a
// mount that needs no such link.
std::optional<std::string> virtiofs_share_link(const Mount& mount);

// "C:\Users\me\shop" for a path on a Windows drive, where the mount tells the drive: the `path=` of
// aname, the source of drvfs, the letter of a virtiofs tag ("drvfsC0"), or `share`; then the
// mount's root and the rest of `path`. Characters that Windows forbids in names are written as
// drvfs stores them (":" is U+F03A). No value where it cannot be told.
std::optional<std::string> windows_path(const Mount& mount, std::string_view path,
                                        std::string_view share = "");

// May looking at a path here block for ever? True for 9p, drvfs, virtiofs, cifs, smb3, nfs, fuse
// and autofs of any kind: such a path is only ever touched by the helper process.
bool is_foreign(const Mount& mount);

}  // namespace doctor
