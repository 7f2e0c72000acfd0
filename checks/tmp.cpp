#include "checks/tmp.h"

#include <algorithm>

#include "checks/go_places.h"
#include "checks/tmp_fixes.h"
#include "lib/base/format.h"
#include "lib/base/size.h"
#include "lib/base/text.h"
#include "lib/facts/read_only.h"
#include "lib/fix/script.h"
#include "lib/host/paths.h"

namespace doctor {

namespace {

constexpr Threshold thresholds[] = {
    {"warning-free-mb", 1024, 0, 1e6, "Free room, in MB: a large build writes more than 512"},
    {"error-free-mb", 128, 0, 1e6, "Free room, in MB, in which even a small test may not fit"},
    {"warning-free-inodes", 5000, 0, 1e9, "Free inodes: a build makes a few files a package"},
};

constexpr Source sources[] = {
    {"Go writes temporary files and programs to GOTMPDIR, or else to the system's temporary folder",
     "https://pkg.go.dev/cmd/go#hdr-Environment_variables"},
    {"That is $TMPDIR, or /tmp", "https://pkg.go.dev/os#TempDir"},
    {"Where it is noexec, `go test` and `go run` fail with `fork/exec /tmp/go-build...: permission "
     "denied`",
     "https://github.com/golang/go/issues/52941"},
    {"GOTMPDIR must exist: Go makes a folder in it, not itself",
     "Go source: cmd/go/internal/work/action.go (NewBuilder)"},
    {"A /tmp of 256 or 512 MB in memory is too small for a large module; 1 GB is a modest size, 2 "
     "GB enough for most",
     "https://github.com/stacklok/brood-box/issues/55"},
    {"`go build cmd/go cmd/compile` writes 350 MB in 1,900 files and folders there; testing a "
     "small "
     "program that imports net/http 73 MB",
     "measured: go1.26.8, -p 2, nothing cached"},
    {"/tmp has mode 1777: everybody writes, only the owner removes",
     "systemd tmpfiles.d/tmp.conf; Filesystem Hierarchy Standard 3.0, /tmp"},
    {"`go env -w` sets it; a variable of the same name wins",
     "https://pkg.go.dev/cmd/go#hdr-Print_Go_environment_information"},
};

// The folder that Go works in.
struct TmpFolder {
  std::string path;
  std::string source;  // "GOTMPDIR", "TMPDIR in the environment", "the default"
  bool is_gotmpdir = false;
  Answer<std::string> resolved;
  std::optional<Mount> mount;
};

TmpFolder tmp_folder(const Context& context, const GoPlaces& places,
                     const std::vector<Mount>& mounts) {
  const auto set = std::ranges::find(places.places, "GOTMPDIR", &GoPlace::name);
  if (set != places.places.end()) {
    const bool own = !go_value(places.values, "GOTMPDIR").value.empty();
    return {set->path, own ? "GOTMPDIR, set by: " + set->source : set->source, own, set->resolved,
            set->mount};
  }
  TmpFolder folder{"/tmp", "Go's default", false, resolve(context.host, "/tmp"), {}};
  if (const Mount* mount = mount_of(mounts, folder.resolved.value_or("/tmp"))) {
    folder.mount = *mount;
  }
  return folder;
}

Evidence where(const TmpFolder& folder) {
  const std::string at = folder.mount
                             ? fmt::format(" on {} {} ({})", folder.mount->type,
                                           folder.mount->mount_point, folder.mount->options)
                             : "";
  return {folder.source, folder.resolved.value_or(folder.path) + at};
}

Finding finding_of(std::string id, Status severity, std::string summary, std::string detail,
                   const TmpFolder& folder) {
  Finding finding;
  finding.id = std::move(id);
  finding.severity = severity;
  finding.summary = std::move(summary);
  finding.detail = std::move(detail);
  finding.evidence.push_back(where(folder));
  return finding;
}

Finding cannot_look(const TmpFolder& folder, const HostError& error) {
  const bool dead = error.kind == HostErrorKind::hung || error.kind == HostErrorKind::timed_out;
  const bool missing = error.kind == HostErrorKind::missing;
  Finding finding =
      finding_of("unreachable", dead || missing ? Status::error : Status::unknown, "", "", folder);
  finding.evidence.push_back({folder.path, describe(error)});
  if (dead) {
    finding.summary =
        fmt::format("{}, where Go works, does not answer: every build hangs.", folder.path);
  } else if (missing) {
    finding.id = "missing";
    finding.summary =
        fmt::format("{}, where Go is to work, does not exist: every build fails.", folder.path);
    finding.detail = fmt::format("Go does not make it: `mkdir -p {}`.", bash_quote(folder.path));
  } else {
    finding.summary = fmt::format("Could not look at {}, where Go works.", folder.path);
  }
  return finding;
}

std::optional<Finding> no_exec(const TmpFolder& folder, const FileSystemInfo& space) {
  if (!space.no_exec) return std::nullopt;
  return finding_of(
      "noexec", Status::error,
      fmt::format("Programs may not run in {}: `go test` and `go run` fail.", folder.path),
      "Both build a program there and start it: `fork/exec ...: permission denied`. `go build` "
      "works all the same.",
      folder);
}

std::optional<Finding> not_writable(const TmpFolder& folder, const FileSystemInfo& space,
                                    bool told_by_disk) {
  const bool broke = folder.mount && read_only(*folder.mount) == ReadOnly::after_an_error;
  if (!space.read_only && !broke) return std::nullopt;
  return finding_of(
      "read-only", Status::error,
      fmt::format("{}, where Go works, is read-only: every build fails.", folder.path),
      told_by_disk ? "See `disk`: the whole disk is." : "", folder);
}

bool may_write(const FileInfo& info, const Machine& machine) {
  if (machine.uid == 0) return true;
  if (info.uid == machine.uid) return (info.mode & 0300) == 0300;
  if (info.gid == machine.gid) return (info.mode & 0030) == 0030;
  return (info.mode & 0003) == 0003;
}

// A group of the user's other than the first may give the right, so nothing but /tmp is judged by
// its group.
std::optional<Finding> wrong_mode(const Context& context, const TmpFolder& folder) {
  const auto info = stat(context.host, folder.resolved.value_or(folder.path));
  const auto machine = context.host.machine();
  if (!info || !machine) {
    Finding finding =
        finding_of("mode", Status::unknown,
                   fmt::format("Could not find out who may write to {}.", folder.path), "", folder);
    finding.evidence.push_back({folder.path, describe(info ? machine.error() : info.error())});
    return finding;
  }
  const bool is_tmp = folder.path == "/tmp";
  const std::string mode = fmt::format("{:04o}, owner {}", info->mode, info->uid);
  std::optional<Finding> finding;
  if (info->kind != FileKind::directory) {
    finding =
        finding_of("no-folder", Status::error,
                   fmt::format("{}, where Go is to work, is no folder.", folder.path), "", folder);
  } else if (!may_write(*info, *machine) && (is_tmp || (info->mode & 0030) != 0030)) {
    finding = finding_of(
        "not-writable", Status::error,
        fmt::format("This user may not write to {}: every build fails.", folder.path), "", folder);
  } else if (is_tmp && (info->mode & 01002) == 0002) {
    finding = finding_of("not-sticky", Status::warning,
                         "/tmp lacks its sticky bit: everybody can replace what others make there.",
                         "", folder);
  }
  if (!finding) return std::nullopt;
  finding->evidence.push_back({folder.path, "mode " + mode});
  const bool linux_own = folder.mount && !is_foreign(*folder.mount);
  if (is_tmp && linux_own && finding->id != "no-folder") mend_tmp_mode(info->mode, *finding);
  return finding;
}

// The check `disk` tells of the disks that "/" and the other Go folders lie on.
bool is_told_by_disk(const TmpFolder& folder, const GoPlaces& places,
                     const std::vector<Mount>& mounts) {
  if (!folder.mount || storage_of(*folder.mount) != Storage::linux_disk) return false;
  const Mount* root = mount_of(mounts, "/");
  if (root && *root == *folder.mount) return true;
  return std::ranges::any_of(places.places, [&](const GoPlace& place) {
    return place.name == "HOME" && place.mount == folder.mount;
  });
}

std::optional<Finding> full(const Context& context, const TmpFolder& folder,
                            const FileSystemInfo& space) {
  const auto limit = [&](std::string_view name) { return context.threshold(tmp_check, name); };
  const auto free_mb = static_cast<double>(space.free_bytes) / static_cast<double>(mebibyte);
  const bool few_inodes = space.total_files > 0 && space.free_files <= space.total_files &&
                          static_cast<double>(space.free_files) < limit("warning-free-inodes");
  const bool little = space.total_bytes > 0 && free_mb < limit("warning-free-mb");
  if (!little && !few_inodes) return std::nullopt;
  const bool error = little && free_mb < limit("error-free-mb");
  Finding finding = finding_of(
      "full", error ? Status::error : Status::warning,
      little ? fmt::format("Only {} of {} is free in {}, where Go works.",
                           human_size(space.free_bytes), human_size(space.total_bytes), folder.path)
             : fmt::format("Only {} can still be made in {}, where Go works.",
                           count_of(space.free_files, "file"), folder.path),
      "A large build does not fit: \"no space left on device\".", folder);
  if (folder.mount && storage_of(*folder.mount) == Storage::memory) {
    finding.detail += " It lies in memory. Old go-build* folders in it can go.";
  }
  return finding;
}

std::optional<Finding> on_windows_drive(const TmpFolder& folder, Diagnosis& facts) {
  if (!folder.mount || storage_of(*folder.mount) != Storage::windows_drive) return std::nullopt;
  if (folder.path != "/tmp") {
    facts.notes.push_back(
        fmt::format("{} lies on a Windows drive: see windows-drive.", folder.path));
    return std::nullopt;
  }
  return finding_of(
      "windows-drive", Status::warning, "/tmp, where Go works, lies on a Windows drive.",
      "Every file that the compiler and the linker write there goes through Windows.", folder);
}

// What another folder for Go cures.
bool is_cured_by_moving(const Finding& finding) {
  const std::string& id = finding.id;
  return id == "noexec" || id == "full" || id == "read-only" || id == "missing" ||
         id == "windows-drive";
}

Diagnosis run(const Context& context) {
  const auto places = go_places(context);
  const auto text = context.host.read_file("/proc/self/mountinfo");
  if (!text || !places) {
    return unknown("The mount table could not be read: " +
                   describe(text ? places.error() : text.error()) + ".");
  }
  const auto mounts = parse_mountinfo(*text).value_or(std::vector<Mount>{});
  const TmpFolder folder = tmp_folder(context, *places, mounts);

  Diagnosis facts;
  std::vector<Finding> findings;
  const auto add = [&](std::optional<Finding> finding) {
    if (finding) findings.push_back(*std::move(finding));
  };
  const auto space = folder.resolved ? context.host.file_system(*folder.resolved)
                                     : unexpected(folder.resolved.error());
  const bool told_by_disk = is_told_by_disk(folder, *places, mounts);
  if (!space) {
    add(cannot_look(folder, space.error()));
  } else {
    add(no_exec(folder, *space));
    add(not_writable(folder, *space, told_by_disk));
    add(wrong_mode(context, folder));
    add(on_windows_drive(folder, facts));
    if (!told_by_disk) add(full(context, folder, *space));
  }
  const auto cured = std::ranges::find_if(findings, is_cured_by_moving);
  if (cured != findings.end() && !(told_by_disk && cured->id == "read-only"))
    move_gotmpdir(context, *places, *cured);
  Diagnosis diagnosis =
      conclude(fmt::format("Go can work in {}.", folder.resolved.value_or(folder.path)),
               std::move(findings));
  if (diagnosis.findings.empty()) diagnosis.evidence.push_back(where(folder));
  diagnosis.notes = std::move(facts.notes);
  return diagnosis;
}

}  // namespace

const Check tmp_check = {
    .id = "tmp",
    .group = "storage",
    .title = "A temporary folder that Go can work in",
    .why =
        "`go build`, `go test` and `go run` write objects and whole programs to a temporary "
        "folder, and `go test` and `go run` start them there. A /tmp that is noexec, small or not "
        "writable breaks them with messages that do not name it.",
    .reads =
        "The Go environment (GOTMPDIR), TMPDIR, /proc/self/mountinfo, and mode, options and room "
        "of that folder.",
    .mends =
        "Gives Go a folder in your home (GOTMPDIR in Go's own settings file), or /tmp its mode "
        "1777.",
    .thresholds = thresholds,
    .sources = sources,
    .run = run,
};

}  // namespace doctor
