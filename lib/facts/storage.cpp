#include <algorithm>
#include <array>
#include <cstddef>

#include "lib/base/text.h"
#include "lib/facts/mounts.h"

namespace doctor {
namespace {

constexpr std::size_t none = std::string_view::npos;

constexpr auto kernel_types = std::to_array<std::string_view>(
    {"autofs",    "binder",  "binfmt_misc", "bpf",      "cgroup",     "cgroup2",    "configfs",
     "debugfs",   "devpts",  "devtmpfs",    "efivarfs", "fuse.lxcfs", "fusectl",    "hugetlbfs",
     "mqueue",    "nfsd",    "nsfs",        "proc",     "pstore",     "rpc_pipefs", "securityfs",
     "selinuxfs", "smackfs", "sysfs",       "tracefs"});
constexpr auto memory_types = std::to_array<std::string_view>({"ramfs", "rootfs", "tmpfs"});
constexpr auto docker_types = std::to_array<std::string_view>(
    {"fakeowner", "fuse.fakeowner", "fuse.grpcfuse", "fuse.osxfs", "grpcfuse", "osxfs"});
constexpr auto network_types = std::to_array<std::string_view>(
    {"afs", "ceph", "cifs", "coda", "davfs", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4",
     "prl_fs", "smb2", "smb3", "smbfs", "sshfs", "vboxsf", "vmhgfs"});
// File systems in user space whose data lies on a local disk. Of any other the data may be
// anywhere.
constexpr auto local_fuse_types = std::to_array<std::string_view>(
    {"fuse.bindfs", "fuse.encfs", "fuse.fuse-overlayfs", "fuse.gocryptfs", "fuse.mergerfs",
     "fuse.ntfs", "fuse.ntfs-3g", "fuse.squashfuse", "fuse.unionfs", "fuseblk"});

bool is_one_of(std::string_view type, const auto& types) {
  return std::ranges::find(types, type) != types.end();
}

bool is_fuse(std::string_view type) {
  return type == "fuse" || type == "fuseblk" || type.starts_with("fuse.");
}

bool is_letter(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

char upper(char letter) {
  return letter >= 'a' ? static_cast<char>(letter - 'a' + 'A') : letter;
}

bool is_hex_digit(char byte) {
  return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') ||
         (byte >= 'A' && byte <= 'F');
}

bool is_guid(std::string_view text) {
  constexpr std::string_view shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return std::ranges::equal(text, shape, [](char byte, char expected) {
    return expected == '-' ? byte == '-' : is_hex_digit(byte);
  });
}

// WSL gives all its settings for a 9p share in one option: "aname=drvfs;path=C:\;uid=1000;...".
// Blanks in it are not escaped, and a comma cannot be in it, since WSL passes it through mount(8).
std::string_view aname_of(const Mount& mount) {
  constexpr std::string_view key = "aname=";
  std::string_view options = mount.super_options;
  while (!options.empty()) {
    const std::string_view option = options.substr(0, options.find(','));
    if (option.starts_with(key)) return option.substr(key.size());
    options.remove_prefix(std::min(options.size(), option.size() + 1));
  }
  return {};
}

std::string_view share_of(const Mount& mount) {
  const std::string_view aname = aname_of(mount);
  return aname.substr(0, aname.find(';'));
}

std::string_view path_in_aname(const Mount& mount) {
  constexpr std::string_view key = ";path=";
  std::string_view aname = aname_of(mount);
  const std::size_t found = aname.find(key);
  if (found == none) return {};
  aname.remove_prefix(found + key.size());
  return aname.substr(0, aname.find(';'));
}

// The virtiofs tags of WSL: "drvfsC0", "drvfsaC3" (for elevated shells), a GUID, and "drvfs" or
// "drvfsa" for a share of several drives.
constexpr std::string_view tag_prefix = "drvfs";

// 'C' of "drvfsC0" and "drvfsaC3". Source: microsoft/WSL src/linux/init/util.cpp
// (UtilParseVirtiofsMountSource).
std::optional<char> drive_of_tag(std::string_view tag) {
  if (!tag.starts_with(tag_prefix)) return std::nullopt;
  tag.remove_prefix(tag_prefix.size());
  if (tag.starts_with('a')) tag.remove_prefix(1);
  if (tag.empty() || !is_letter(tag.front())) return std::nullopt;
  return upper(tag.front());
}

bool is_aggregate_tag(std::string_view tag) {
  return tag == "drvfs" || tag == "drvfsa";
}

bool is_wsl_tag(std::string_view tag) {
  return is_aggregate_tag(tag) || is_guid(tag) || drive_of_tag(tag).has_value();
}

bool is_wsl_share(const Mount& mount) {
  const std::string_view share = share_of(mount);
  return share == "drivers" || share == "tools" || mount.source == "drivers" ||
         mount.source == "tools" || mount.mount_point == "/init" ||
         mount.mount_point.starts_with("/usr/lib/wsl/");
}

Storage storage_of_9p(const Mount& mount) {
  if (share_of(mount) == "drvfs") return Storage::windows_drive;
  return is_wsl_share(mount) ? Storage::wsl_internal : Storage::network;
}

// The first folder of a mount's root: the GUID of one drive in a share of several.
std::string_view first_folder(std::string_view root) {
  root.remove_prefix(std::min<std::size_t>(root.size(), 1));
  return root.substr(0, root.find('/'));
}

// "C:" -> "C:\", "UNC\server\share" (WSL's spelling in aname) -> "\\server\share"; no value for
// what is no absolute Windows path.
std::optional<std::string> absolute_windows_path(std::string_view text) {
  std::string path = replace_all(text, "/", "\\");
  if (path.starts_with("UNC\\")) path.replace(0, 3, "\\");
  if (path.starts_with("\\\\") && path.size() > 2) return path;
  if (path.size() < 2 || !is_letter(path[0]) || path[1] != ':') return std::nullopt;
  if (path.size() == 2) path += '\\';
  if (path[2] != '\\') return std::nullopt;
  return path;
}

std::optional<std::string> windows_root(const Mount& mount, std::string_view share) {
  if (!share.empty()) return absolute_windows_path(share);
  if (mount.type == "9p") return absolute_windows_path(path_in_aname(mount));
  if (mount.type == "drvfs") return absolute_windows_path(mount.source);
  if (const auto drive = drive_of_tag(mount.source)) return std::string{*drive} + ":\\";
  return std::nullopt;
}

// A byte of a Linux file name as drvfs stores it: what Windows forbids goes to U+F000 + byte.
void append_name_byte(std::string& path, char byte) {
  constexpr std::string_view forbidden = "\\:*?\"<>|";
  const auto code = static_cast<unsigned char>(byte);
  if (code >= 0x20 && forbidden.find(byte) == none) {
    path += byte;
    return;
  }
  path += '\xef';
  path += static_cast<char>(0x80 | (code >> 6));
  path += static_cast<char>(0x80 | (code & 0x3f));
}

void append_folders(std::string& windows, std::string_view folders) {
  for (const std::string& name : split(folders, '/')) {
    if (name.empty()) continue;
    if (!windows.ends_with('\\')) windows += '\\';
    for (const char byte : name) append_name_byte(windows, byte);
  }
}

}  // namespace

std::string_view to_string(Storage storage) {
  switch (storage) {
    case Storage::linux_disk:
      return "Linux disk";
    case Storage::memory:
      return "memory";
    case Storage::windows_drive:
      return "Windows drive";
    case Storage::wsl_internal:
      return "WSL share";
    case Storage::docker_share:
      return "Docker share";
    case Storage::network:
      return "network share";
    case Storage::kernel:
      return "kernel";
  }
  return "unknown";
}

Storage storage_of(const Mount& mount) {
  if (mount.type == "9p") return storage_of_9p(mount);
  if (mount.type == "drvfs") return Storage::windows_drive;
  if (mount.type == "virtiofs") {
    return is_wsl_tag(mount.source) ? Storage::windows_drive : Storage::network;
  }
  if (is_one_of(mount.type, kernel_types)) return Storage::kernel;
  if (is_one_of(mount.type, memory_types)) return Storage::memory;
  if (is_one_of(mount.type, docker_types)) return Storage::docker_share;
  if (is_one_of(mount.type, network_types)) return Storage::network;
  if (is_fuse(mount.type) && !is_one_of(mount.type, local_fuse_types)) return Storage::network;
  return Storage::linux_disk;
}

std::optional<std::string> virtiofs_share_link(const Mount& mount) {
  if (mount.type != "virtiofs") return std::nullopt;
  const std::string_view tag =
      is_aggregate_tag(mount.source) ? first_folder(mount.root) : std::string_view(mount.source);
  if (!is_guid(tag)) return std::nullopt;
  return "/run/wsl/virtiofs/" + std::string(tag);
}

std::optional<std::string> windows_path(const Mount& mount, std::string_view path,
                                        std::string_view share) {
  if (storage_of(mount) != Storage::windows_drive) return std::nullopt;
  if (mount.root.ends_with("//deleted")) return std::nullopt;
  std::string_view rest = path;
  if (mount.mount_point != "/") {
    if (!rest.starts_with(mount.mount_point)) return std::nullopt;
    rest.remove_prefix(mount.mount_point.size());
  }
  if (!rest.empty() && !rest.starts_with('/')) return std::nullopt;

  auto windows = windows_root(mount, share);
  if (!windows) return std::nullopt;
  std::string_view root = mount.root;
  if (mount.type == "virtiofs" && is_aggregate_tag(mount.source)) {
    root.remove_prefix(std::min(root.size(), first_folder(root).size() + 1));
  }
  append_folders(*windows, root);
  append_folders(*windows, rest);
  return windows;
}

bool is_foreign(const Mount& mount) {
  if (mount.type == "autofs" || is_fuse(mount.type)) return true;
  switch (storage_of(mount)) {
    case Storage::windows_drive:
    case Storage::wsl_internal:
    case Storage::docker_share:
    case Storage::network:
      return true;
    case Storage::linux_disk:
    case Storage::memory:
    case Storage::kernel:
      return false;
  }
  return true;
}

}  // namespace doctor
