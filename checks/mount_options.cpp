#include "checks/mount_options.h"

#include <algorithm>

#include "checks/wsl_file_fixes.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/drvfs_options.h"
#include "lib/host/paths.h"

namespace doctor {

namespace {

enum class Metadata { yes, no, not_told };

// What is on a drive that needs file modes of its own.
struct Place {
  std::string name;  // "project", "~/.ssh"
  std::string path;  // resolved
  Mount mount;
};

std::vector<Place> places_that_need_modes(const Context& context, const MountFacts& facts) {
  std::vector<std::pair<std::string, std::string>> wanted = {{"project", context.project}};
  const std::string home = context.host.variable("HOME").value_or("");
  if (home.starts_with('/')) wanted.emplace_back("~/.ssh", home + "/.ssh");
  std::vector<Place> places;
  for (const auto& [name, path] : wanted) {
    const auto resolved = resolve(context.host, path);
    if (!resolved || (name != "project" && !exists(context.host, *resolved))) continue;
    const Mount* mount = mount_of(facts.mounts, *resolved);
    if (mount && storage_of(*mount) == Storage::windows_drive) {
      places.push_back({name, *resolved, *mount});
    }
  }
  return places;
}

const WslConfigEntry* options_entry(const MountFacts& facts) {
  return facts.conf ? find_entry(facts.conf->config, "automount.options") : nullptr;
}

Location location_of(const MountFacts& facts, const WslConfigEntry& entry) {
  return {facts.conf->shown, entry.line, entry.column};
}

class Options {
 public:
  Options(const Context& context, const MountFacts& facts)
      : context_(context),
        facts_(facts),
        wsl2_(context.environment.kind == EnvironmentKind::wsl2),
        entry_(options_entry(facts)) {
    if (entry_) review_ = review_drvfs_options(entry_->value, wsl2_);
  }

  std::vector<Finding> findings(std::vector<std::string>& notes) {
    std::vector<Finding> findings;
    places_ = places_that_need_modes(context_, facts_);
    const auto missed = places_without_metadata();
    metadata_wanted_ = std::ranges::any_of(
        missed, [&](const Place& place) { return mounted_by_wsl(place.mount); });
    for (std::size_t i = 0; i < review_.problems.size(); ++i) {
      findings.push_back(mistake(review_.problems[i], i));
    }
    if (auto finding = not_in_effect()) findings.push_back(*std::move(finding));
    if (!missed.empty()) {
      findings.push_back(without_metadata(missed));
    } else {
      note_metadata(notes);
    }
    note_case(notes);
    return findings;
  }

 private:
  bool mounted_by_wsl(const Mount& mount) const {
    return !fstab_entry_of(facts_, mount.mount_point);
  }

  bool asks_for_metadata() const {
    return entry_ &&
           last_option(split(replace_all(entry_->value, ";", ","), ','), "metadata") == "";
  }

  Metadata metadata_of(const Mount& mount) const {
    if (const auto options = drvfs_options_of(mount)) {
      return last_option(*options, "metadata") ? Metadata::yes : Metadata::no;
    }
    // virtiofs: only what was asked for is known, and only while it was so at the start.
    if (!facts_.conf || !mounted_by_wsl(mount)) return Metadata::not_told;
    if (wsl_conf_changed_since_start(context_.host).value_or(true)) return Metadata::not_told;
    return asks_for_metadata() ? Metadata::yes : Metadata::no;
  }

  std::vector<Place> places_without_metadata() const {
    std::vector<Place> missed;
    std::ranges::copy_if(places_, std::back_inserter(missed), [&](const Place& place) {
      return metadata_of(place.mount) == Metadata::no;
    });
    return missed;
  }

  // The whole value as it should be: mistakes repaired, `metadata` added where it is missed.
  std::string wanted_value() const {
    std::string value = review_.problems.empty() ? (entry_ ? entry_->value : "") : review_.repaired;
    if (metadata_wanted_ && !last_option(split(replace_all(value, ";", ","), ','), "metadata")) {
      value += value.empty() ? "metadata" : ",metadata";
    }
    return value;
  }

  void mend(Finding& finding) const {
    if (!facts_.conf) return;
    const std::string wanted = wanted_value();
    if (wanted == (entry_ ? entry_->value : "")) return;
    const std::string bytes = facts_.conf->bytes.value_or("");
    const auto edit =
        wanted.empty()
            ? remove_wsl_config(bytes, WslConfigKind::wsl_conf, "automount", "options")
            : set_wsl_config(bytes, WslConfigKind::wsl_conf, "automount", "options", wanted);
    if (!edit) {
      finding.detail += " " + edit.error();
      return;
    }
    // It changes what every file on every Windows drive may do; a guess may be wrong.
    const bool automatic = !review_.guessed && !metadata_wanted_;
    finding.fix = change_wsl_file(
        context_, *facts_.conf,
        {"mounts-options",
         review_.problems.empty() ? "Ask for metadata on Windows drives in /etc/wsl.conf"
                                  : "Correct the options of Windows drives in /etc/wsl.conf",
         *edit,
         {wanted.empty() ? std::string("Takes [automount] options out: nothing of it is an option "
                                       "of drvfs.")
                         : "Sets [automount] options to: " + wanted,
          "It holds for all drives that WSL mounts."},
         automatic});
  }

  Finding mistake(const DrvfsOptionProblem& problem, std::size_t number) const {
    Finding finding;
    finding.id = number == 0 ? "options" : fmt::format("options-{}", number + 1);
    finding.summary = fmt::format("[automount] options: `{}` {}.", problem.option, problem.message);
    finding.detail = effect_of(problem, wsl2_);
    finding.location = location_of(facts_, *entry_);
    finding.evidence.push_back(
        {fmt::format("{}:{}", facts_.conf->shown, entry_->line), "options = " + entry_->value});
    mend(finding);
    return finding;
  }

  // Asked for without a mistake, and yet the drive that WSL has mounted does not have it.
  std::optional<Finding> not_in_effect() const {
    if (!entry_ || !review_.problems.empty() || !facts_.automount) return std::nullopt;
    for (const Mount& drive : facts_.drives) {
      const auto options = drvfs_options_of(drive);
      const bool by_wsl = mounted_by_wsl(drive) &&
                          drive.mount_point.size() == facts_.automount_root.size() + 1 &&
                          drive.mount_point.starts_with(facts_.automount_root);
      if (!options || !by_wsl) continue;
      const auto missing = options_not_in_effect(entry_->value, *options, wsl2_);
      if (missing.empty()) continue;
      return pending(drive, missing);
    }
    return std::nullopt;
  }

  Finding pending(const Mount& drive, const std::vector<std::string>& missing) const {
    Finding finding;
    finding.id = "options-pending";
    finding.summary = fmt::format(
        "/etc/wsl.conf asks for {} on Windows drives, but {} is mounted "
        "without.",
        join(missing, ","), drive.mount_point);
    const auto changed = wsl_conf_changed_since_start(context_.host);
    const std::string restart = restart_distribution_command(context_.environment);
    finding.detail =
        changed == false
            ? fmt::format(
                  "The file is older than this start of the distribution, so a drive was "
                  "mounted by hand, or WSL kept the mount: `{}` in PowerShell, and if that "
                  "does not help `wsl --shutdown`.",
                  restart)
            : fmt::format(
                  "It counts when the distribution starts anew: `{}` in PowerShell, then "
                  "open it again.",
                  restart);
    finding.location = location_of(facts_, *entry_);
    finding.evidence = {
        {fmt::format("{}:{}", facts_.conf->shown, entry_->line), "options = " + entry_->value},
        mount_evidence(drive)};
    return finding;
  }

  Finding without_metadata(const std::vector<Place>& places) const {
    const Place& first = places.front();
    Finding finding;
    finding.id = "metadata";
    finding.summary =
        fmt::format("{} lies on a drive without `metadata`: chmod has no effect there.",
                    first.name == "project" ? "The project" : first.name);
    finding.detail =
        first.name == "project"
            ? "Every file looks executable, git cannot keep modes (core.fileMode) and can fail "
              "with \"chmod on .git/config.lock failed\". On the Linux disk all of that works."
            : "Keys look readable for everybody, and ssh refuses them. On the Linux disk all of "
              "that works.";
    for (const Place& place : places) {
      finding.evidence.push_back({place.name, place.path});
    }
    finding.evidence.push_back(mount_evidence(first.mount));
    const FstabEntry* line = fstab_entry_of(facts_, first.mount.mount_point);
    if (line) {
      finding.detail += fmt::format(
          " Or add metadata to the options in /etc/fstab:{}, then restart "
          "the distribution.",
          line->line);
      finding.location = Location{"/etc/fstab", line->line, line->options.column};
    } else if (asks_for_metadata() && review_.problems.empty()) {
      finding.detail += " /etc/wsl.conf asks for it already, which counts after a restart.";
    } else {
      finding.detail += " Where it must stay, mount Windows drives with metadata.";
      mend(finding);
    }
    return finding;
  }

  void note_metadata(std::vector<std::string>& notes) const {
    std::vector<std::string> without;
    for (const Mount& drive : facts_.drives) {
      if (metadata_of(drive) == Metadata::no) without.push_back(drive.mount_point);
    }
    if (without.empty()) return;
    notes.push_back(
        fmt::format("{} without `metadata` (WSL's default): chmod has no effect there, "
                    "which nothing here needs.",
                    join(without, ", ")));
  }

  void note_case(std::vector<std::string>& notes) const {
    for (const Place& place : places_) {
      const auto options = drvfs_options_of(place.mount);
      if (place.name != "project" || !options) continue;
      if (last_option(*options, "case").value_or("off") != "off") continue;
      notes.push_back(fmt::format(
          "{} does not tell apart names that differ in case only (case=off): an import or a file "
          "name in the wrong case works there, and fails on Linux.",
          place.mount.mount_point));
    }
  }

  const Context& context_;
  const MountFacts& facts_;
  bool wsl2_;
  const WslConfigEntry* entry_;
  DrvfsOptionReview review_;
  std::vector<Place> places_;
  bool metadata_wanted_ = false;
};

}  // namespace

std::string effect_of(const DrvfsOptionProblem& problem, bool wsl2) {
  if (!wsl2) {
    return "WSL 1 can refuse to mount a drive for it (\"wrong fs type, bad option\").";
  }
  switch (problem.effect) {
    case DrvfsOptionEffect::lost:
      return "WSL 2 mounts the drive without it and says nothing; with virtiofs it does not mount "
             "the drive at all.";
    case DrvfsOptionEffect::replaced:
      return "";
    case DrvfsOptionEffect::not_documented:
      return "What WSL makes of it is not documented.";
  }
  return "";
}

std::vector<Finding> mount_option_findings(const Context& context, const MountFacts& facts,
                                           std::vector<std::string>& notes) {
  return Options(context, facts).findings(notes);
}

}  // namespace doctor
