#include "checks/disk_image.h"

#include <algorithm>

#include "lib/base/format.h"
#include "lib/base/size.h"
#include "lib/base/text.h"
#include "lib/facts/windows_paths.h"

namespace doctor {

namespace {

struct Drive {
  std::string name;  // "C:\"
  std::uint64_t total = 0;
  std::uint64_t free = 0;
  std::string told_by;
};

// By its name; without one, the only distribution there is.
const WslDistribution* this_distribution(const WindowsFacts& windows, const std::string& name) {
  const auto& all = windows.distributions;
  if (name.empty()) return all.size() == 1 ? &all.front() : nullptr;
  const auto found = std::ranges::find(all, name, &WslDistribution::name);
  return found == all.end() ? nullptr : &*found;
}

std::string without_prefix(std::string_view path) {
  constexpr std::string_view prefix = R"(\\?\)";
  return std::string(path.starts_with(prefix) ? path.substr(prefix.size()) : path);
}

// "C:\" of "C:\Users\me"; "" for a share or a volume without a letter.
std::string drive_of(const std::string& path) {
  const bool has_letter =
      path.size() > 2 && path[1] == ':' && path[2] == '\\' &&
      std::string_view("abcdefghijklmnopqrstuvwxyz").find(to_lower(path.substr(0, 1))) !=
          std::string_view::npos;
  return has_letter ? path.substr(0, 3) : "";
}

// "C:" of "C:\\".
std::string_view letter(const Drive& drive) {
  return std::string_view(drive.name).substr(0, 2);
}

std::optional<Drive> space_on(const Host& host, const WindowsFacts& windows,
                              const std::string& name) {
  for (const WindowsDrive& drive : windows.drives) {
    if (equals_ignoring_case(drive.name, name)) {
      return Drive{name, drive.total_bytes, drive.free_bytes, "Windows"};
    }
  }
  const auto text = host.read_file("/proc/self/mountinfo");
  const auto mounts = text ? parse_mountinfo(*text) : std::vector<Mount>{};
  const auto path = mounts ? linux_path(*mounts, name) : std::nullopt;
  if (!path) return std::nullopt;
  const auto space = host.file_system(*path);
  if (!space || space->total_bytes == 0) return std::nullopt;
  return Drive{name, space->total_bytes, space->free_bytes, "statfs " + *path};
}

Finding not_told(std::string why, Evidence evidence) {
  Finding finding;
  finding.id = "windows-drive";
  finding.severity = Status::unknown;
  finding.summary = "Could not find out how full the Windows drive is that holds the disk image: " +
                    std::move(why) + ".";
  finding.evidence.push_back(std::move(evidence));
  return finding;
}

// Taken on the Windows drive and not in use inside. What statfs calls free leaves out what is kept
// for root, so this is rather too little than too much.
std::uint64_t unused(const WslDistribution& distribution, const Answer<FileSystemInfo>& root) {
  if (!root || !distribution.vhd_bytes || root->free_bytes > root->total_bytes) return 0;
  const std::uint64_t used = root->total_bytes - root->free_bytes;
  return *distribution.vhd_bytes > used ? *distribution.vhd_bytes - used : 0;
}

std::string how_to_compact(const std::string& image) {
  return fmt::format(
      "An image does not shrink by itself. To give room back to Windows: `sudo fstrim -v /`, then "
      "`wsl --shutdown`, then in an administrator's `diskpart`: `select vdisk file=\"{}\"` and "
      "`compact vdisk`.",
      image);
}

Finding drive_full(const Drive& drive, const Answer<FileSystemInfo>& root, const std::string& image,
                   std::uint64_t to_give_back, const ImageLimits& limits) {
  Finding finding;
  finding.id = "windows-drive";
  finding.severity = drive.free < limits.error ? Status::error : Status::warning;
  finding.summary = fmt::format("{} is left on {}, which holds this distribution's disk image.",
                                human_size(drive.free), letter(drive));
  if (root) {
    finding.detail = fmt::format("Linux believes it has {} more; that room does not exist. ",
                                 human_size(root->free_bytes));
  }
  finding.detail +=
      "When the drive is full, writes fail and Linux's file system may break. Make room on it in "
      "Windows now; do not run `wsl --shutdown` before. Files deleted in Linux give nothing back "
      "to "
      "Windows.";
  if (to_give_back >= limits.note) finding.detail += " " + how_to_compact(image);
  finding.evidence.push_back(
      {drive.told_by, fmt::format("{} {} of {} free", letter(drive), human_size(drive.free),
                                  human_size(drive.total))});
  finding.evidence.push_back({"Lxss in Windows' registry", image});
  return finding;
}

Finding sparse(const WslDistribution& distribution, const std::string& image) {
  Finding finding;
  finding.id = "sparse";
  finding.summary = "The disk image is sparse, which WSL no longer allows: data may get damaged.";
  finding.detail = fmt::format(
      "Make a backup (`wsl --export`). To make it an ordinary image again: `wsl --shutdown`, then "
      "`wsl --manage \"{}\" --set-sparse false`. It then takes its full size on the drive{}.",
      distribution.name,
      distribution.vhd_bytes ? ", up to " + human_size(*distribution.vhd_bytes) : "");
  finding.evidence.push_back({"Windows", image + " has the sparse attribute"});
  return finding;
}

}  // namespace

std::string image_path(const Context& context) {
  const auto windows = context.host.windows();
  if (!windows) return "";
  const auto* distribution = this_distribution(*windows, context.environment.distribution_name);
  if (!distribution || distribution->base_path.empty()) return "";
  return without_prefix(distribution->base_path) + "\\" + distribution->vhd_file;
}

void look_at_image(const Context& context, const Answer<FileSystemInfo>& root,
                   const ImageLimits& limits, Diagnosis& facts, std::vector<Finding>& findings) {
  const auto windows = context.host.windows();
  if (!windows) {
    findings.push_back(
        not_told("Windows could not be asked", {"Windows", describe(windows.error())}));
    return;
  }
  const auto* distribution = this_distribution(*windows, context.environment.distribution_name);
  if (!distribution) {
    findings.push_back(not_told("Windows does not list this distribution",
                                {"$WSL_DISTRO_NAME", context.environment.distribution_name}));
    return;
  }
  const std::string image = image_path(context);
  const std::string name = drive_of(image);
  const auto drive = name.empty() ? std::nullopt : space_on(context.host, *windows, name);
  const std::uint64_t to_give_back = unused(*distribution, root);
  if (!drive) {
    findings.push_back(not_told("its room was not told", {"Lxss in Windows' registry", image}));
  } else if (drive->free < limits.warning) {
    findings.push_back(drive_full(*drive, root, image, to_give_back, limits));
  } else {
    facts.evidence.push_back(
        {drive->told_by, fmt::format("{} {} of {} free", letter(*drive), human_size(drive->free),
                                     human_size(drive->total))});
    if (to_give_back >= limits.note) {
      facts.notes.push_back(
          fmt::format("The disk image takes {} on {}; at least {} of that is not "
                      "in use. {}",
                      human_size(*distribution->vhd_bytes), letter(*drive),
                      human_size(to_give_back), how_to_compact(image)));
    }
  }
  if (distribution->vhd_sparse == true) findings.push_back(sparse(*distribution, image));
}

}  // namespace doctor
