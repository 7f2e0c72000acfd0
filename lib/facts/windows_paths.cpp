#include "lib/facts/windows_paths.h"

#include <algorithm>

#include "lib/base/text.h"

namespace doctor {

std::optional<std::string> linux_path(const std::vector<Mount>& mounts, std::string_view windows) {
  if (windows.starts_with("\\\\?\\")) windows.remove_prefix(4);
  const bool has_drive =
      windows.size() >= 3 && windows[1] == ':' && (windows[2] == '\\' || windows[2] == '/');
  if (!has_drive) return std::nullopt;

  const std::string drive = std::string(windows.substr(0, 2)) + "\\";
  for (auto mount = mounts.rbegin(); mount != mounts.rend(); ++mount) {
    const auto mounted = windows_path(*mount, mount->mount_point);
    if (storage_of(*mount) != Storage::windows_drive || !mounted) continue;
    if (!equals_ignoring_case(*mounted, drive)) continue;
    std::string path = mount->mount_point == "/" ? "" : mount->mount_point;
    path += '/';
    path += windows.substr(3);
    std::ranges::replace(path, '\\', '/');
    return path;
  }
  return std::nullopt;
}

}  // namespace doctor
