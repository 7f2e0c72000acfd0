#include "lib/host/interop.h"

#include <algorithm>
#include <array>
#include <utility>

#include "lib/base/text.h"
#include "lib/facts/mounts.h"
#include "lib/host/paths.h"

namespace doctor {
namespace {

constexpr std::size_t greatest_sockets = 3;

std::vector<Mount> mounts_of(const Host& host) {
  const auto text = host.read_file("/proc/self/mountinfo");
  if (!text) return {};
  return parse_mountinfo(*text).value_or(std::vector<Mount>{});
}

std::vector<std::string> windows_drives(const std::vector<Mount>& mounts) {
  std::vector<std::string> points;
  for (const Mount& mount : mounts) {
    if (storage_of(mount) == Storage::windows_drive) points.push_back(mount.mount_point);
  }
  return points;
}

std::vector<std::string> candidates(const Host& host, const std::vector<std::string>& drives) {
  std::vector<std::string> paths;
  for (const std::string& folder : split(host.variable("PATH").value_or(""), ':')) {
    if (folder.starts_with('/')) paths.push_back(normalise(folder + "/powershell.exe"));
  }
  for (const std::string& drive : drives) {
    for (const char* windows : {"Windows", "WINDOWS"}) {
      paths.push_back(
          normalise(drive + "/" + windows + "/System32/WindowsPowerShell/v1.0/powershell.exe"));
    }
  }
  return paths;
}

Answer<FileInfo> look_at(const Host& host, const std::string& path) {
  const auto info = host.lstat(path);
  return info && info->kind == FileKind::link ? stat(host, path) : info;
}

// PATH often names folders of other users, so `denied` tells nothing.
bool is_obstacle(HostErrorKind kind) {
  return kind != HostErrorKind::missing && kind != HostErrorKind::unsupported &&
         kind != HostErrorKind::denied;
}

std::string directory_for(const std::string& program, const std::vector<Mount>& mounts,
                          const std::vector<std::string>& drives) {
  const Mount* mount = mount_of(mounts, program);
  if (mount != nullptr && storage_of(*mount) == Storage::windows_drive) return mount->mount_point;
  return drives.empty() ? "/" : drives.front();
}

HostError none_found(const Host& host, const std::vector<std::string>& drives,
                     const std::optional<HostError>& obstacle) {
  if (auto off = interop_is_off(host)) return {HostErrorKind::unsupported, std::move(*off)};
  if (obstacle) return *obstacle;
  if (drives.empty()) {
    return {HostErrorKind::unsupported,
            "no powershell.exe in PATH, and no Windows drive is mounted"};
  }
  return {HostErrorKind::unsupported,
          "no powershell.exe in PATH, nor on the Windows drives mounted at " + join(drives, ", ")};
}

}  // namespace

Answer<PowerShell> find_powershell(const Host& host) {
  const std::vector<Mount> mounts = mounts_of(host);
  const std::vector<std::string> drives = windows_drives(mounts);
  std::optional<HostError> obstacle;
  for (const std::string& path : candidates(host, drives)) {
    const auto info = look_at(host, path);
    if (info && info->kind == FileKind::file) {
      return PowerShell{path, directory_for(path, mounts, drives)};
    }
    if (!info && is_obstacle(info.error().kind) && !obstacle) {
      obstacle = HostError{info.error().kind, "cannot look for powershell.exe at " + path + ": " +
                                                  describe(info.error())};
    }
  }
  return unexpected(none_found(host, drives, obstacle));
}

std::optional<std::string> interop_is_off(const Host& host) {
  const std::string folder = "/proc/sys/fs/binfmt_misc/";
  std::optional<std::string> disabled;
  for (const char* entry : {"WSLInterop", "WSLInterop-late"}) {
    const auto text = host.read_file(folder + entry);
    if (!text && text.error().kind != HostErrorKind::missing) return std::nullopt;
    if (!text) continue;
    if (text->starts_with("enabled")) {
      const auto status = host.read_file(folder + "status");
      if (!status || !status->starts_with("disabled")) return std::nullopt;
      return "Windows interop is off: binfmt_misc as a whole is disabled";
    }
    disabled =
        std::string("Windows interop is off: the binfmt_misc entry ") + entry + " is disabled";
  }
  return disabled.value_or("Windows interop is off: binfmt_misc has no WSLInterop entry");
}

std::vector<std::string> other_interop_sockets(const Host& host) {
  const std::string folder = "/run/WSL";
  const std::string used = host.variable("WSL_INTEROP").value_or("");
  std::vector<std::pair<double, std::string>> found;
  for (const std::string& name : host.list(folder).value_or(std::vector<std::string>{})) {
    const std::string path = folder + "/" + name;
    if (!name.ends_with("_interop") || path == used) continue;
    const auto info = host.lstat(path);
    if (info && info->kind == FileKind::socket) found.emplace_back(-info->modified, path);
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> sockets;
  for (auto& [age, path] : found) {
    if (sockets.size() < greatest_sockets) sockets.push_back(std::move(path));
  }
  return sockets;
}

}  // namespace doctor
