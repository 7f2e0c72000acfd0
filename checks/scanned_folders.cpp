#include "checks/scanned_folders.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/defender.h"
#include "lib/host/paths.h"

namespace doctor {
namespace {

// GOROOT, GOBIN and HOME are left to windows-drive: builds hardly write there.
constexpr std::array<std::string_view, 5> work_names{"project", "GOPATH", "GOMODCACHE", "GOCACHE",
                                                     "GOTMPDIR"};

bool is_work(const GoPlace& place) {
  return std::ranges::find(work_names, place.name) != work_names.end();
}

std::string spoken(const std::string& name) {
  return name == "project" ? "the project" : name;
}

Finding unknown_place(const std::string& id, const GoPlace& place, std::string why) {
  Finding finding;
  finding.id = id;
  finding.severity = Status::unknown;
  finding.summary =
      fmt::format("Whether Defender scans {} could not be found out: {}.", place.path, why);
  finding.evidence = {{spoken(place.name), place.path}};
  return finding;
}

// On WSL 1 every file of the distribution is an NTFS file below its folder.
void add_distribution(ScannedFolders& scanned, const Environment& environment,
                      const WindowsFacts& windows) {
  const WslDistribution* distribution = this_distribution(environment, windows);
  if (distribution && !distribution->base_path.empty()) {
    scanned.folders.push_back({"distribution",
                               {"the distribution's files"},
                               "/",
                               plain_windows_path(distribution->base_path) + "\\rootfs"});
    return;
  }
  Finding finding;
  finding.id = "distribution";
  finding.severity = Status::unknown;
  finding.summary =
      "Whether Defender scans this WSL 1 distribution could not be found out: Windows did not "
      "name its folder.";
  scanned.unknown.push_back(std::move(finding));
}

}  // namespace

ScannedFolders scanned_folders(const Context& context, const WindowsFacts& windows,
                               const GoPlaces& go) {
  ScannedFolders scanned;
  bool work_on_linux_disk = false;
  std::map<std::string, int> seen;
  for (const GoPlace& place : go.places) {
    if (!is_work(place)) continue;
    std::string id = to_lower(place.name);
    if (const int count = ++seen[place.name]; count > 1) id += fmt::format("-{}", count);
    if (!place.on_windows_drive()) {
      if (!place.resolved) {
        scanned.unknown.push_back(unknown_place(id, place, describe(place.resolved.error())));
      } else {
        work_on_linux_disk = true;
      }
      continue;
    }
    const std::string path = place.resolved.value_or(normalise(place.path));
    if (const auto folder = windows_path(*place.mount, path)) {
      scanned.folders.push_back({id, {spoken(place.name)}, path, *folder});
    } else {
      scanned.unknown.push_back(unknown_place(
          id, place, "it lies on a Windows drive, but the mount does not tell in which folder"));
    }
  }
  const bool wsl1 = context.environment.kind == EnvironmentKind::wsl1;
  if (wsl1 && work_on_linux_disk) add_distribution(scanned, context.environment, windows);
  return scanned;
}

std::vector<ScannedFolder> outermost(std::vector<ScannedFolder> folders) {
  std::vector<ScannedFolder> outer;
  for (ScannedFolder& folder : folders) {
    const auto holder = std::ranges::find_if(outer, [&](const ScannedFolder& candidate) {
      return is_windows_path_below(folder.windows, candidate.windows);
    });
    if (holder != outer.end()) {
      std::ranges::move(folder.names, std::back_inserter(holder->names));
      continue;
    }
    const auto inside = [&](const ScannedFolder& candidate) {
      return is_windows_path_below(candidate.windows, folder.windows);
    };
    for (ScannedFolder& candidate : outer) {
      if (inside(candidate)) std::ranges::move(candidate.names, std::back_inserter(folder.names));
    }
    std::erase_if(outer, inside);
    outer.push_back(std::move(folder));
  }
  return outer;
}

const WslDistribution* this_distribution(const Environment& environment,
                                         const WindowsFacts& windows) {
  const auto found =
      std::ranges::find_if(windows.distributions, [&](const WslDistribution& distribution) {
        return equals_ignoring_case(distribution.name, environment.distribution_name);
      });
  return found == windows.distributions.end() ? nullptr : &*found;
}

}  // namespace doctor
