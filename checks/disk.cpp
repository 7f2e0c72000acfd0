#include "checks/disk.h"

#include <algorithm>

#include "checks/disk_image.h"
#include "checks/go_places.h"
#include "lib/base/format.h"
#include "lib/base/size.h"
#include "lib/base/text.h"
#include "lib/facts/read_only.h"

namespace doctor {

namespace {

constexpr Threshold thresholds[] = {
    {"warning-free-gb", 2, 0, 1e6, "Free room on a Linux disk, in GB: what a large build writes"},
    {"error-free-gb", 0.5, 0, 1e6, "Free room, in GB, in which a large build does not fit"},
    {"warning-free-inodes", 30000, 0, 1e9, "Free inodes: the files of two Go toolchains"},
    {"error-free-inodes", 1000, 0, 1e9, "Free inodes below which nearly every build fails"},
    {"warning-drive-gb", 10, 0, 1e6,
     "Free room on the Windows drive, in GB: for a build, the module cache and WSL's swap file"},
    {"error-drive-gb", 2, 0, 1e6, "Free room on the Windows drive, in GB: what one build may take"},
    {"note-image-gb", 20, 0, 1e6, "Room in the disk image, in GB, that is taken but not in use"},
};

constexpr Source sources[] = {
    {"The image grows as files are written; Linux sees its largest size, 1 TB by default, however "
     "small the drive is; `wsl --manage --resize` raises that",
     "https://learn.microsoft.com/windows/wsl/disk-space (MicrosoftDocs/WSL: WSL/disk-space.md)"},
    {"A full Windows drive means input/output errors, and a distribution that does not start",
     "https://github.com/microsoft/WSL/issues/6986 (also #6174, #12067, #5895)"},
    {"WSL mounts the image with errors=remount-ro",
     "https://github.com/microsoft/WSL src/windows/service/exe/WslCoreVm.cpp"},
    {"After an error ext4 shows `ro` for the file system while the mount says `rw`; newer kernels "
     "show `emergency_ro`",
     "https://lkml.iu.edu/hypermail/linux/kernel/2501.2/06382.html"},
    {"A distribution whose disk is read-only or full starts with an overlay in memory over it, "
     "which is then made read-only",
     "https://github.com/microsoft/WSL src/linux/init/main.cpp"},
    {"How to repair a read-only disk; remounting it rw is not the way",
     "https://learn.microsoft.com/windows/wsl/disk-space#how-to-repair-a-vhd-mounting-error"},
    {"WSL refuses to make images sparse: data may get damaged; it can make them ordinary again",
     "https://github.com/microsoft/WSL src/windows/service/exe/LxssUserSession.cpp (SetSparse), "
     "localization MessageSparseVhdDisabled, from 2.5.8 to 2.9.4"},
    {"An image that is no longer sparse takes its full size",
     "https://learn.microsoft.com/openspecs/windows_protocols/ms-fscc (FSCTL_SET_SPARSE)"},
    {"An image does not shrink by itself; diskpart compacts it while WSL is shut down",
     "https://github.com/microsoft/WSL/issues/4699 (also #7875)"},
    {"The swap file, a quarter of the VM's memory, lies on the system drive",
     "https://learn.microsoft.com/windows/wsl/wsl-config (MicrosoftDocs/WSL: WSL/wsl-config.md)"},
    {"A large Go build writes more than 512 MB of temporary files; 2 GB is enough for most",
     "https://github.com/stacklok/brood-box/issues/55"},
    {"One Go toolchain is 15,000 files", "measured: go1.26.8"},
};

struct Disk {
  Mount mount;
  std::vector<std::string> holds;
  Answer<FileSystemInfo> space;
};

double threshold(const Context& context, std::string_view name) {
  return context.threshold(disk_check, name);
}

std::uint64_t bytes(const Context& context, std::string_view name) {
  return static_cast<std::uint64_t>(threshold(context, name) * static_cast<double>(gibibyte));
}

bool matters(const GoPlace& place) {
  return place.name != "GOTMPDIR" && place.name != "GOROOT" && place.name != "GOBIN";
}

// The Linux disks that "/" and the Go folders lie on, each once.
std::vector<Disk> disks_of(const Host& host, const std::vector<GoPlace>& places,
                           const std::vector<Mount>& mounts) {
  std::vector<Disk> disks;
  const auto add = [&](const Mount& mount, std::string name, const std::string& path) {
    if (storage_of(mount) != Storage::linux_disk) return;
    const auto known = std::ranges::find_if(
        disks, [&](const Disk& disk) { return disk.mount.mount_point == mount.mount_point; });
    if (known != disks.end()) {
      known->holds.push_back(std::move(name));
      return;
    }
    auto space = host.file_system(mount.mount_point);
    if (!space) space = host.file_system(path);
    disks.push_back({mount, {std::move(name)}, std::move(space)});
  };
  if (const Mount* root = mount_of(mounts, "/")) add(*root, "/", "/");
  for (const GoPlace& place : places) {
    if (place.mount && place.resolved && matters(place))
      add(*place.mount, place.name, *place.resolved);
  }
  return disks;
}

// WSL lays a file system in memory over a disk that it could mount only read-only, or that is full.
bool is_fallback(const Context& context, const Mount& mount) {
  return context.environment.kind == EnvironmentKind::wsl2 && mount.mount_point == "/" &&
         mount.type == "overlay";
}

std::string id_of(std::string_view what, const Disk& disk) {
  const std::string& at = disk.mount.mount_point;
  return std::string(what) + (at == "/" ? "" : at);
}

Evidence mount_line(const Mount& mount) {
  return {"/proc/self/mountinfo", fmt::format("{} {} {} {} ({})", mount.mount_point, mount.options,
                                              mount.type, mount.source, mount.super_options)};
}

std::string how_to_repair(const Context& context) {
  if (context.environment.kind != EnvironmentKind::wsl2) {
    return "`sudo dmesg | grep -i 'ext4\\|i/o error'` tells why. Save what you need elsewhere, "
           "then have the disk checked (e2fsck) while it is not mounted.";
  }
  const std::string image = image_path(context);
  return fmt::format(
      "First make room on the Windows drive if it is full, and copy what you need to /mnt/c. Then "
      "`wsl --shutdown`, and start again. If it is still read-only, repair it from another "
      "distribution: `wsl --mount \"{}\" --vhd --bare`, there `lsblk` and `sudo e2fsck -f "
      "/dev/sdX`, then `wsl --unmount`. Do not just remount it rw.",
      image.empty() ? "<path of ext4.vhdx>" : image);
}

// Elsewhere than in WSL, a "/" that is read-only by choice is nothing special.
bool may_be_read_only(const Context& context, const Disk& disk) {
  return context.environment.kind != EnvironmentKind::wsl2 && disk.holds.size() == 1 &&
         disk.holds[0] == "/";
}

std::optional<Finding> not_writable(const Context& context, const Disk& disk) {
  const ReadOnly state = read_only(disk.mount);
  const bool fallback = is_fallback(context, disk.mount);
  if (state == ReadOnly::no && !fallback) return std::nullopt;
  if (state == ReadOnly::by_choice && may_be_read_only(context, disk)) return std::nullopt;
  Finding finding;
  finding.id = id_of("read-only", disk);
  finding.severity = Status::error;
  finding.evidence.push_back(mount_line(disk.mount));
  const std::string at = disk.mount.mount_point;
  if (fallback) {
    finding.summary =
        state == ReadOnly::no
            ? "WSL could not write to this distribution's disk: what is written now will be lost."
            : "WSL could not write to this distribution's disk and shows it read-only.";
    finding.detail = "The disk is damaged, or full. " + how_to_repair(context);
  } else if (state == ReadOnly::after_an_error) {
    finding.summary = fmt::format("Linux has made the disk at {} read-only after an error.", at);
    finding.detail = "It protects what is on it. " + how_to_repair(context);
  } else {
    finding.summary =
        fmt::format("{} lies on {}, which is mounted read-only.", join(disk.holds, ", "), at);
    finding.detail = "Go must write there.";
  }
  return finding;
}

std::string how_to_make_room(const Context& context) {
  std::string text =
      "`go clean -cache` empties the build cache, `go clean -modcache` the module cache; Go fills "
      "them again. `sudo du -xh --max-depth=2 / | sort -h | tail` shows what is large.";
  if (context.environment.kind == EnvironmentKind::wsl2) {
    text +=
        " The disk can be made larger: `wsl --shutdown`, then `wsl --manage <distribution> "
        "--resize 2TB` (WSL 2.5 and newer).";
  }
  return text;
}

std::optional<Finding> full(const Context& context, const Disk& disk) {
  const FileSystemInfo& space = *disk.space;
  if (space.total_bytes == 0 || space.free_bytes >= bytes(context, "warning-free-gb")) return {};
  Finding finding;
  finding.id = id_of("full", disk);
  finding.severity =
      space.free_bytes < bytes(context, "error-free-gb") ? Status::error : Status::warning;
  finding.summary =
      fmt::format("{} of {} is free at {} ({}).", human_size(space.free_bytes),
                  human_size(space.total_bytes), disk.mount.mount_point, join(disk.holds, ", "));
  finding.detail = how_to_make_room(context);
  finding.evidence.push_back(mount_line(disk.mount));
  return finding;
}

std::optional<Finding> no_inodes(const Context& context, const Disk& disk) {
  const FileSystemInfo& space = *disk.space;
  // WSL 1 tells more free inodes than there are: it has none to run out of.
  if (space.total_files == 0 || space.free_files > space.total_files) return std::nullopt;
  const double free = static_cast<double>(space.free_files);
  if (free >= threshold(context, "warning-free-inodes")) return std::nullopt;
  Finding finding;
  finding.id = id_of("inodes", disk);
  finding.severity =
      free < threshold(context, "error-free-inodes") ? Status::error : Status::warning;
  finding.summary = fmt::format("Only {} can still be made at {} ({}): its inodes run out.",
                                count_of(space.free_files, "file"), disk.mount.mount_point,
                                join(disk.holds, ", "));
  finding.detail =
      "Programs say \"No space left on device\" although `df` shows room; `df -i` shows this. "
      "`go clean -modcache` frees many.";
  finding.measurements.push_back({"free inodes", free, ""});
  return finding;
}

Finding not_told(const Disk& disk) {
  Finding finding;
  finding.id = id_of("space", disk);
  finding.severity = Status::unknown;
  finding.summary =
      fmt::format("Could not find out how much room is left at {}.", disk.mount.mount_point);
  finding.evidence.push_back({"statfs " + disk.mount.mount_point, describe(disk.space.error())});
  return finding;
}

void look_at_disk(const Context& context, const Disk& disk, Diagnosis& facts,
                  std::vector<Finding>& findings) {
  if (auto finding = not_writable(context, disk)) findings.push_back(*std::move(finding));
  if (is_fallback(context, disk.mount)) return;  // statfs tells of the memory above the disk
  if (!disk.space) {
    findings.push_back(not_told(disk));
    return;
  }
  // What was mounted read-only, a squashfs say, has no room by its nature.
  if (read_only(disk.mount) != ReadOnly::by_choice) {
    if (auto finding = full(context, disk)) findings.push_back(*std::move(finding));
    if (auto finding = no_inodes(context, disk)) findings.push_back(*std::move(finding));
  }
  facts.evidence.push_back(
      {"statfs " + disk.mount.mount_point,
       fmt::format("{} of {} free ({})", human_size(disk.space->free_bytes),
                   human_size(disk.space->total_bytes), join(disk.holds, ", "))});
}

Diagnosis run(const Context& context) {
  const auto text = context.host.read_file("/proc/self/mountinfo");
  const auto places = go_places(context);
  if (!text || !places) {
    return unknown("The mount table could not be read: " +
                   describe(text ? places.error() : text.error()) + ".");
  }
  const auto mounts = parse_mountinfo(*text);
  const auto disks =
      disks_of(context.host, places->places, mounts ? *mounts : std::vector<Mount>{});
  if (disks.empty()) return unknown("No Linux disk was found that / or a Go folder lies on.");

  Diagnosis facts;
  std::vector<Finding> findings;
  for (const Disk& disk : disks) look_at_disk(context, disk, facts, findings);
  if (context.environment.kind == EnvironmentKind::wsl2) {
    look_at_image(context, context.host.file_system("/"),
                  {bytes(context, "error-drive-gb"), bytes(context, "warning-drive-gb"),
                   bytes(context, "note-image-gb")},
                  facts, findings);
  } else if (context.environment.kind == EnvironmentKind::container_on_wsl) {
    facts.notes.emplace_back(
        "How full the Windows drive below is, a container cannot see: run wsl-go-doctor in WSL, "
        "too.");
  }
  Diagnosis diagnosis =
      conclude("There is room on every disk that Go writes to.", std::move(findings));
  diagnosis.evidence = std::move(facts.evidence);
  diagnosis.notes = std::move(facts.notes);
  return diagnosis;
}

}  // namespace

const Check disk_check = {
    .id = "disk",
    .group = "storage",
    .title = "Room on the Linux disks and below them",
    .why =
        "The disk of a WSL 2 distribution is an image file that grows on a Windows drive. Linux "
        "sees up to 1 TB, whatever is left there; when the drive is full, writes fail, the file "
        "system turns read-only and may break.",
    .reads =
        "/proc/self/mountinfo and statfs(2) of the disks that / and the Go folders lie on; on "
        "WSL 2, from Windows, where the distribution's image is, its size, and the room on "
        "that drive.",
    .mends = "",
    .thresholds = thresholds,
    .sources = sources,
    .run = run,
};

}  // namespace doctor
