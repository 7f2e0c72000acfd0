#include "checks/defender_exclusion.h"

#include <algorithm>
#include <array>
#include <optional>

#include "checks/defender_fix.h"
#include "checks/defender_notes.h"
#include "checks/go_places.h"
#include "checks/scanned_folders.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/defender.h"

namespace doctor {
namespace {

constexpr std::string_view price =
    "An exclusion is second best: Defender then also overlooks malware that a dependency brings "
    "into the folder.";
constexpr std::string_view better =
    "Best is to move the work to the Linux disk: nothing there is scanned file by file, and "
    "access is much faster anyway (see windows-drive).";

// Other products that are switched on, named; "" when there is none.
std::string other_antivirus(const WindowsFacts& windows) {
  std::vector<std::string> names;
  for (const AntivirusProduct& product : windows.antivirus) {
    if (is_enabled(product) && !is_defender(product)) names.push_back(product.name);
  }
  return join(names, " and ");
}

// Another product has taken Defender's place, so that Defender's exclusions mean nothing.
std::optional<Diagnosis> replaced(const WindowsFacts& windows, const DefenderFacts& defender) {
  const bool service_stopped = to_lower(defender.error).find("800106ba") != std::string::npos;
  const std::string other = other_antivirus(windows);
  if (!other.empty() && scans_on_access(defender) != true) {
    return skipped(
        fmt::format("{} is the antivirus here, so Defender's exclusions mean nothing; "
                    "if builds on a Windows drive are slow, look into its exclusions.",
                    other));
  }
  if (service_stopped || is_passive(defender)) {
    const std::string sign =
        service_stopped ? "error 0x800106ba" : "mode \"" + defender.running_mode + "\"";
    return skipped(
        fmt::format("Defender is not the antivirus that scans here ({}), so its "
                    "exclusions mean nothing; Windows does not name the one that does.",
                    sign));
  }
  return {};
}

// Whether the folder is excluded cannot be seen.
Finding hidden_finding(const ScannedFolder& folder, ExclusionList list) {
  Finding finding;
  finding.id = folder.id;
  finding.severity = Status::unknown;
  if (list == ExclusionList::hidden_by_policy) {
    finding.summary = fmt::format(
        "Whether Defender scans {} ({}) cannot be seen: a policy hides the exclusions even from "
        "administrators.",
        folder.windows, join(folder.names, ", "));
    finding.detail =
        fmt::format("{} Whoever manages this computer can tell about exclusions.", better);
    return finding;
  }
  finding.summary = fmt::format(
      "Whether Defender scans {} ({}) cannot be seen: only an administrator may look at the "
      "exclusions.",
      folder.windows, join(folder.names, ", "));
  finding.detail = fmt::format(
      "In a PowerShell started as administrator, (Get-MpPreference).ExclusionPath lists them. {}",
      better);
  return finding;
}

Finding scanned_finding(const ScannedFolder& folder) {
  Finding finding;
  finding.id = folder.id;
  finding.summary = fmt::format("Defender scans every file that is opened in {} ({}).",
                                folder.windows, join(folder.names, ", "));
  finding.detail = folder.id == "distribution"
                       ? "On WSL 1 each file of the distribution is a file of Windows. Best is to "
                         "turn the distribution into WSL 2 (wsl --set-version)."
                       : std::string(better);
  return finding;
}

Finding finding_for(const ScannedFolder& folder, const WindowsFacts& windows, ExclusionList list) {
  Finding finding =
      list == ExclusionList::shown ? scanned_finding(folder) : hidden_finding(folder, list);
  finding.evidence = {{folder.path, folder.windows}};
  if (list == ExclusionList::hidden_by_policy) return finding;
  if (const auto why = too_broad_to_exclude(folder.windows, windows.user_profile)) {
    finding.detail += fmt::format(" No exclusion is proposed: {}.", *why);
    return finding;
  }
  finding.detail += fmt::format(" {}", price);
  finding.fix = exclude_from_defender(folder.id, folder.windows);
  return finding;
}

Diagnosis judge(const Context& context, const WindowsFacts& windows, const GoPlaces& go) {
  const DefenderFacts& defender = *windows.defender;
  const ExclusionList list = exclusion_list(defender, windows.elevated);
  const std::string system_drive =
      windows.user_profile.size() > 1 ? windows.user_profile.substr(0, 2) : "C:";

  ScannedFolders scanned = scanned_folders(context, windows, go);
  std::vector<ScannedFolder> open;
  std::vector<Evidence> covered;
  for (ScannedFolder& folder : scanned.folders) {
    const auto entry = covering_exclusion(defender.exclusion_paths, folder.windows, system_drive);
    if (entry) {
      covered.push_back({"excluded by " + *entry, folder.windows});
    } else {
      open.push_back(std::move(folder));
    }
  }

  std::vector<Finding> findings = std::move(scanned.unknown);
  for (const ScannedFolder& folder : outermost(std::move(open))) {
    findings.push_back(finding_for(folder, windows, list));
  }
  Diagnosis diagnosis =
      conclude(covered.empty() ? "No exclusion is needed: the work is on Linux."
                               : "Defender leaves out every folder of Go work on a Windows drive.",
               std::move(findings));
  if (!covered.empty()) diagnosis.notes.emplace_back(price);
  std::ranges::move(covered, std::back_inserter(diagnosis.evidence));
  return diagnosis;
}

Diagnosis run(const Context& context) {
  if (context.environment.kind == EnvironmentKind::container_on_wsl) {
    return skipped(
        "A container cannot ask Windows; run the doctor in the WSL distribution instead.");
  }
  if (!context.environment.is_wsl()) return skipped("Not WSL: there is no Defender here.");

  const auto windows = context.host.windows();
  if (!windows) return unknown("Windows could not be asked: " + describe(windows.error()) + ".");
  const DefenderFacts defender = windows->defender.value_or(DefenderFacts{});
  const auto evidence = defender_evidence(*windows);
  const auto with_evidence = [&](Diagnosis diagnosis) {
    diagnosis.evidence.insert(diagnosis.evidence.begin(), evidence.begin(), evidence.end());
    return diagnosis;
  };

  if (auto other = replaced(*windows, defender)) return with_evidence(*std::move(other));
  const auto scans = scans_on_access(defender);
  if (!scans) {
    return with_evidence(unknown(defender.error.empty()
                                     ? "Defender did not tell whether it scans opened files."
                                     : "Defender could not be asked: " + defender.error));
  }
  if (!*scans) {
    Diagnosis off = conclude("Defender's real-time protection is off: it scans no opened files.");
    off.notes.emplace_back(
        "Without real-time protection Windows itself is at risk; builds on the Linux disk do not "
        "get faster by it.");
    return with_evidence(std::move(off));
  }

  const auto go = go_places(context);
  if (!go) {
    return with_evidence(
        unknown("Where the Go work lies could not be found out: " + describe(go.error()) + "."));
  }
  Diagnosis diagnosis = judge(context, *windows, *go);
  std::ranges::move(defender_notes(context, *windows), std::back_inserter(diagnosis.notes));
  if (const std::string other = other_antivirus(*windows); !other.empty()) {
    diagnosis.notes.push_back(fmt::format("{} is on as well; its exclusions are its own.", other));
  }
  return with_evidence(std::move(diagnosis));
}

constexpr std::array sources{
    Source{"files on Windows drives are scanned, those inside WSL 2's virtual disk are not",
           "https://github.com/microsoft/WSL/issues/4163"},
    Source{"the files of a WSL 1 distribution are scanned",
           "https://github.com/microsoft/WSL/issues/1932"},
    Source{"what path exclusions, their wildcards and variables cover",
           "https://learn.microsoft.com/defender-endpoint/"
           "configure-extension-file-exclusions-microsoft-defender-antivirus"},
    Source{"restrictions written behind an exclusion",
           "https://learn.microsoft.com/defender-endpoint/"
           "configure-contextual-file-folder-exclusions-microsoft-defender-antivirus"},
    Source{"process exclusions are for files that a Windows process opens",
           "https://learn.microsoft.com/defender-endpoint/"
           "configure-process-opened-file-exclusions-microsoft-defender-antivirus"},
    Source{"passive mode: another product scans",
           "https://learn.microsoft.com/defender-endpoint/"
           "microsoft-defender-antivirus-compatibility"},
    Source{"exclusions can be hidden even from administrators",
           "https://github.com/HotCakeX/Harden-Windows-Security/issues/151"},
    Source{"0x800106ba: Defender's service is off because another product has replaced it",
           "https://github.com/MultiPoolMiner/MultiPoolMiner/issues/351"},
    Source{"projects belong on the Linux file system",
           "https://learn.microsoft.com/windows/wsl/filesystems"},
};

}  // namespace

const Check defender_exclusion_check{
    .id = "defender-exclusion",
    .group = "security",
    .title = "Defender and the folders of Go work",
    .why =
        "Defender looks at every file that is opened on a Windows drive, and a Go build opens "
        "thousands. Files on the Linux disk of WSL 2 are not looked at one by one, so there an "
        "exclusion gains nothing and only costs security.",
    .reads =
        "Defender's status and exclusion lists, Security Center's list of antivirus products, "
        "and where the project and Go's caches lie",
    .mends =
        "leaves a PowerShell script for an administrator that excludes exactly the folders "
        "that are scanned; moving them to the Linux disk is better",
    .thresholds = {},
    .sources = sources,
    .run = run,
};

}  // namespace doctor
