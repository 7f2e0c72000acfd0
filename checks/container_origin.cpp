#include "checks/container_parts.h"
#include "lib/base/format.h"
#include "lib/facts/drvfs_options.h"
#include "lib/host/paths.h"

namespace doctor {

namespace {

// "vscode" of /var/lib/docker/volumes/vscode/_data, however Docker's own folder is called.
std::optional<std::string> volume_of(std::string_view root) {
  constexpr std::string_view folder = "/volumes/";
  const std::size_t found = root.find(folder);
  if (found == std::string_view::npos) return std::nullopt;
  root.remove_prefix(found + folder.size());
  const std::size_t end = root.find('/');
  if (end == 0 || end == std::string_view::npos || !root.substr(end).starts_with("/_data")) {
    return std::nullopt;
  }
  return std::string(root.substr(0, end));
}

// A newer virtiofs mount names its share only through a link.
std::optional<std::string> path_on_windows(const Host& host, const Mount& mount,
                                           const std::string& path) {
  const auto link = virtiofs_share_link(mount);
  const auto info = link ? host.lstat(*link) : Answer<FileInfo>(unexpected(HostError{}));
  return windows_path(mount, path, info ? info->target : "");
}

std::string on_the_linux_disk(const Mount& mount) {
  if (const auto volume = volume_of(mount.root)) {
    return fmt::format("The project lies in the volume {}.", *volume);
  }
  if (mount.mount_point == "/" && mount.type == "overlay") {
    return "The project lies in the container itself, and is gone when the container is built "
           "anew: push your work.";
  }
  if (mount.root == "/") return fmt::format("The project lies on {}.", mount.source);
  return fmt::format("The project is {} of the machine that runs the container ({}).", mount.root,
                     mount.source);
}

Finding without_modes(const Mount& mount) {
  Finding finding;
  finding.id = "modes";
  finding.summary = "The project lies on a Windows drive without `metadata`: chmod has no effect.";
  finding.detail =
      "git cannot keep modes there and can fail with \"chmod on .git/config.lock failed\". Clone "
      "it "
      "inside the WSL distribution, or into a volume (\"Dev Containers: Clone Repository in "
      "Container Volume\").";
  finding.evidence.push_back(
      {"/proc/self/mountinfo", fmt::format("{} is {} {} ({})", mount.mount_point, mount.type,
                                           mount.source, mount.super_options)});
  return finding;
}

}  // namespace

void workspace_origin(const Context& context, const std::vector<Mount>& mounts,
                      ContainerFacts& facts) {
  const auto project = resolve(context.host, context.project);
  if (!project) return;  // windows-drive tells of a project that cannot be looked at
  const Mount* mount = mount_of(mounts, *project);
  if (!mount) return;
  facts.evidence.push_back(
      {"/proc/self/mountinfo", fmt::format("{} is {} {} of {}", mount->mount_point, mount->root,
                                           mount->type, mount->source)});
  switch (storage_of(*mount)) {
    case Storage::windows_drive: {
      const auto windows = path_on_windows(context.host, *mount, *project);
      facts.notes.push_back(windows ? fmt::format("The project comes from {} on Windows.", *windows)
                                    : "The project comes from a Windows drive.");
      const auto options = drvfs_options_of(*mount);
      if (options && !last_option(*options, "metadata")) {
        facts.findings.push_back(without_modes(*mount));
      }
      break;
    }
    case Storage::linux_disk:
      facts.notes.push_back(on_the_linux_disk(*mount));
      break;
    case Storage::memory:
      facts.notes.emplace_back("The project lies in memory, and is gone with the container.");
      break;
    case Storage::docker_share:
    case Storage::network:
    case Storage::wsl_internal:
    case Storage::kernel:
      facts.notes.push_back(fmt::format("The project comes through a {} ({}).",
                                        to_string(storage_of(*mount)), mount->type));
      break;
  }
}

}  // namespace doctor
