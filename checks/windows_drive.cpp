#include "checks/windows_drive.h"

#include <algorithm>
#include <map>

#include "checks/go_places.h"
#include "checks/mount_facts.h"
#include "checks/windows_drive_fixes.h"
#include "lib/base/format.h"
#include "lib/base/text.h"

namespace doctor {

namespace {

constexpr Source sources[] = {
    {"Work on Linux files belongs on the Linux file system; across the two it is slow",
     "https://learn.microsoft.com/windows/wsl/filesystems (MicrosoftDocs/WSL: WSL/filesystems.md)"},
    {"`go build` under /mnt is many times slower", "https://github.com/microsoft/WSL/issues/2674"},
    {"File changes made on the Windows side raise no inotify events",
     "https://github.com/microsoft/WSL/issues/4739"},
    {"A Windows drive is type drvfs (WSL 1), 9p with aname=drvfs, or virtiofs (WSL 2); the mount "
     "root is "
     "configurable, so the text /mnt tells nothing",
     "https://github.com/microsoft/WSL src/linux/init/drvfs.cpp"},
    {"GOCACHE defaults to the user's cache folder, GOMODCACHE to GOPATH/pkg/mod; both are on the "
     "Linux "
     "disk unless somebody moved them",
     "https://pkg.go.dev/cmd/go#hdr-Environment_variables; Go source: "
     "cmd/go/internal/cache/default.go"},
};

// What it costs to have this place on a Windows drive.
std::string_view consequence(std::string_view place, bool wsl1) {
  if (place == "project" && wsl1) {
    return "Every file that Go, gopls and git look at there goes through Windows: builds and the "
           "editor are slow.";
  }
  if (place == "project") {
    return "Every file that Go, gopls and git look at there is a round trip to Windows: builds and "
           "the editor are slow, and changes made from Windows raise no file events.";
  }
  if (place == "GOCACHE" || place == "GOMODCACHE" || place == "GOPATH") {
    return "Go reads and writes thousands of small files there in every build.";
  }
  if (place == "GOTMPDIR") return "Go links and runs test programs there.";
  if (place == "HOME")
    return "Go's caches, its settings and VS Code Server live in the home folder.";
  return "Programs start more slowly from there, and file modes may be lost.";
}

std::string id_of(const std::vector<Finding>& findings, const std::string& name) {
  const std::string id = to_lower(name);
  const auto taken = [&](const std::string& wanted) {
    return std::ranges::find(findings, wanted, &Finding::id) != findings.end();
  };
  std::string unique = id;
  for (int n = 2; taken(unique); ++n) unique = fmt::format("{}-{}", id, n);
  return unique;
}

// The price of small files on this mount against the native disk, measured once per mount.
class CostRatios {
 public:
  CostRatios(const Host& host, const std::vector<GoPlace>& places) : host_(host) {
    for (const GoPlace& place : places) {
      const bool native = place.mount && storage_of(*place.mount) == Storage::linux_disk;
      if (place.name == "HOME" && native && place.resolved) native_ = *place.resolved;
    }
  }

  std::optional<Measurement> of(const GoPlace& place) {
    if (!place.resolved || native_.empty()) return std::nullopt;
    const auto known = ratios_.find(place.mount->mount_point);
    if (known != ratios_.end()) return known->second;
    auto& ratio = ratios_[place.mount->mount_point];
    const auto here = host_.file_cost(*place.resolved);
    const auto native = host_.file_cost(native_);
    if (here && native && native->median_seconds > 0) {
      ratio = Measurement{"small-file cost against the Linux disk",
                          here->median_seconds / native->median_seconds, "times"};
    }
    return ratio;
  }

 private:
  const Host& host_;
  std::string native_;
  std::map<std::string, std::optional<Measurement>> ratios_;
};

Finding on_windows_drive(const Context& context, const GoPlaces& all, const GoPlace& place,
                         CostRatios& ratios) {
  Finding finding;
  finding.summary = place.name == "project"
                        ? fmt::format("The project {} lies on a Windows drive.", place.path)
                        : fmt::format("{} = {} lies on a Windows drive.", place.name, place.path);
  finding.detail = consequence(place.name, place.mount->type == "drvfs");
  if (place.resolved && *place.resolved != place.path) {
    finding.evidence.push_back({place.path, "resolves to " + *place.resolved});
  }
  if (!place.source.empty()) finding.evidence.push_back({place.name, "set by: " + place.source});
  finding.evidence.push_back(mount_evidence(*place.mount));
  if (const auto windows = on_windows(context.host, place)) {
    finding.evidence.push_back({"on Windows", *windows});
  }
  if (place.name == "project" || place.name == "GOCACHE" || place.name == "GOMODCACHE") {
    if (auto ratio = ratios.of(place)) finding.measurements.push_back(*ratio);
  }
  mend_place(context, all, place, finding);
  return finding;
}

// A path that could not be followed: a drive that is dead is a finding, anything else is not known.
std::optional<Finding> unresolved(const GoPlace& place, const std::vector<Finding>& findings) {
  const HostError& error = place.resolved.error();
  const bool dead = error.kind == HostErrorKind::hung || error.kind == HostErrorKind::timed_out;
  Finding finding;
  if (dead && place.mount) {
    const std::string id = "hung" + place.mount->mount_point;
    if (std::ranges::find(findings, id, &Finding::id) != findings.end()) return std::nullopt;
    finding.id = id;
    finding.severity = Status::error;
    finding.summary = fmt::format("The {} mount at {} has stopped answering.", place.mount->type,
                                  place.mount->mount_point);
    finding.detail =
        "Every program that looks there hangs. Save your work, then run `wsl --shutdown` in "
        "PowerShell; if "
        "it comes back, look at the drive in Windows (asleep, disconnected, a VPN or cloud drive).";
    finding.evidence.push_back(mount_evidence(*place.mount));
  } else {
    finding.id = id_of(findings, place.name);
    finding.severity = Status::unknown;
    finding.summary = fmt::format("Could not find out where {} lies.", place.name);
  }
  finding.evidence.push_back({place.path, describe(error)});
  return finding;
}

bool any_windows_drive(const std::vector<GoPlace>& places) {
  return std::ranges::any_of(places, &GoPlace::on_windows_drive);
}

Evidence where_it_lies(const GoPlace& place) {
  if (!place.mount) return {place.name, place.path};
  return {place.name, fmt::format("{} on {} {}", place.resolved.value_or(place.path),
                                  place.mount->type, place.mount->mount_point)};
}

// Slow for other reasons, and true to say; not what this check is about.
void note_other_slow_storage(const std::vector<GoPlace>& places, Diagnosis& diagnosis) {
  for (const GoPlace& place : places) {
    if (!place.mount) continue;
    const Storage storage = storage_of(*place.mount);
    if (storage != Storage::network && storage != Storage::docker_share) continue;
    diagnosis.notes.push_back(fmt::format("{} ({}) lies on a {} ({}), which is slow for Go too.",
                                          place.name, place.path, to_string(storage),
                                          place.mount->type));
  }
}

Diagnosis run(const Context& context) {
  const auto all = go_places(context);
  if (!all) return unknown("The mount table could not be read: " + describe(all.error()) + ".");
  const bool may_have_drives =
      context.environment.is_wsl() || context.environment.kind == EnvironmentKind::container_on_wsl;
  const bool any_unresolved =
      std::ranges::any_of(all->places, [](const GoPlace& place) { return !place.resolved; });
  if (!may_have_drives && !any_windows_drive(all->places) && !any_unresolved) {
    Diagnosis diagnosis = skipped("Not a WSL machine: it has no Windows drives.");
    note_other_slow_storage(all->places, diagnosis);
    return diagnosis;
  }

  CostRatios ratios(context.host, all->places);
  std::vector<Finding> findings;
  for (const GoPlace& place : all->places) {
    if (!place.resolved) {
      if (auto finding = unresolved(place, findings)) findings.push_back(*std::move(finding));
    } else if (place.on_windows_drive()) {
      Finding finding = on_windows_drive(context, *all, place, ratios);
      finding.id = id_of(findings, place.name);
      findings.push_back(std::move(finding));
    }
  }
  Diagnosis diagnosis =
      conclude("Project and Go folders are on the Linux disk.", std::move(findings));
  if (diagnosis.findings.empty()) {
    for (const GoPlace& place : all->places) diagnosis.evidence.push_back(where_it_lies(place));
  }
  note_other_slow_storage(all->places, diagnosis);
  for (const GoValue& value : all->values) {
    if (!value.problem.empty())
      diagnosis.notes.push_back("Go refuses a setting: " + value.problem + ".");
  }
  return diagnosis;
}

}  // namespace

const Check windows_drive_check = {
    .id = "windows-drive",
    .group = "storage",
    .title = "Project and Go caches on the Linux disk",
    .why =
        "A Windows drive reaches WSL 2 through a network-like protocol (9p or virtiofs), one round "
        "trip for "
        "every file looked at. Go touches thousands of small files in a build, so a project or a "
        "cache "
        "there makes builds, tests and gopls many times slower, and in WSL 2 file events do not "
        "arrive.",
    .reads =
        "/proc/self/mountinfo, the Go environment (variables, go/env files; `go` is not run), the "
        "links "
        "on the way to the project, GOPATH, GOMODCACHE, GOCACHE, GOTMPDIR, GOROOT, GOBIN and HOME. "
        "Where one lies on a Windows drive, a few small files are written and removed to measure "
        "it.",
    .mends =
        "Takes GOPATH, GOMODCACHE, GOCACHE, GOTMPDIR and GOBIN settings that point to a Windows "
        "drive out "
        "of go/env or the shell's start-up file; copies a project to ~/src, checks the copy, and "
        "keeps "
        "the original.",
    .thresholds = {},
    .sources = sources,
    .run = run,
};

}  // namespace doctor
