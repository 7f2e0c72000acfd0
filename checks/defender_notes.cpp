#include "checks/defender_notes.h"

#include <algorithm>
#include <optional>

#include "checks/scanned_folders.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/defender.h"

namespace doctor {
namespace {

std::string list_of(const std::vector<std::string>& entries) {
  constexpr std::size_t most = 12;
  std::vector<std::string> shown(
      entries.begin(),
      entries.begin() + static_cast<std::ptrdiff_t>(std::min(entries.size(), most)));
  if (entries.size() > most) shown.push_back(fmt::format("{} more", entries.size() - most));
  return shown.empty() ? "none" : join(shown, ", ");
}

std::string on_off(std::optional<bool> value) {
  if (!value) return "not told";
  return *value ? "on" : "off";
}

// The file that holds a WSL 2 distribution, "" when Windows did not name it.
std::string virtual_disk(const Context& context, const WindowsFacts& windows) {
  const WslDistribution* distribution = this_distribution(context.environment, windows);
  if (!distribution || distribution->base_path.empty()) return "";
  const std::string& file = distribution->vhd_file;
  return plain_windows_path(distribution->base_path) + "\\" + (file.empty() ? "ext4.vhdx" : file);
}

std::string note_on_virtual_disk(const std::string& disk, const WindowsFacts& windows) {
  constexpr std::string_view useless = "Defender does not scan the files inside it";
  const bool shown = exclusion_list(*windows.defender, windows.elevated) == ExclusionList::shown;
  if (disk.empty() || !shown) {
    return fmt::format("The distribution's virtual disk needs no exclusion: {}.", useless);
  }
  const auto entry = covering_exclusion(windows.defender->exclusion_paths, disk);
  if (!entry) return fmt::format("{} is not excluded and need not be: {}.", disk, useless);
  const std::string by = *entry == disk ? "" : fmt::format(" (by {})", *entry);
  return fmt::format("{} is excluded{}. That has no known use: {}.", disk, by, useless);
}

bool names_go(const std::string& process) {
  const std::string name = split(to_lower(process), '\\').back();
  return name == "go" || name == "go.exe" || name == "gopls" || name == "gopls.exe";
}

}  // namespace

std::vector<Evidence> defender_evidence(const WindowsFacts& windows) {
  const DefenderFacts defender = windows.defender.value_or(DefenderFacts{});
  std::vector<Evidence> evidence;
  std::string status = "real-time protection " + on_off(defender.real_time_protection);
  if (!defender.running_mode.empty()) status += ", mode " + defender.running_mode;
  evidence.push_back({"Get-MpComputerStatus", std::move(status)});
  evidence.push_back({"Get-MpPreference", "ExclusionPath: " + list_of(defender.exclusion_paths)});
  if (!defender.error.empty()) evidence.push_back({"PowerShell", defender.error});
  for (const AntivirusProduct& product : windows.antivirus) {
    evidence.push_back(
        {"SecurityCenter2", fmt::format("{}: {}", product.name, on_off(is_enabled(product)))});
  }
  return evidence;
}

std::vector<std::string> defender_notes(const Context& context, const WindowsFacts& windows) {
  std::vector<std::string> notes;
  const DefenderFacts& defender = *windows.defender;
  if (context.environment.kind == EnvironmentKind::wsl2) {
    notes.push_back(note_on_virtual_disk(virtual_disk(context, windows), windows));
    if (std::ranges::any_of(defender.exclusion_processes, names_go)) {
      notes.emplace_back(
          "The process exclusion for go or gopls does nothing for WSL 2, whose programs are no "
          "Windows processes.");
    }
  }
  for (const std::string& entry : defender.exclusion_paths) {
    const std::string lower = to_lower(entry);
    if (!lower.starts_with("%userprofile%") && !lower.starts_with("%localappdata%")) continue;
    notes.push_back(fmt::format(
        "The exclusion {} does not mean your folder: Defender runs as LocalSystem and reads the "
        "variable as its own profile.",
        entry));
  }
  return notes;
}

}  // namespace doctor
