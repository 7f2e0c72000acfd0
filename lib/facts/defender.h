#pragma once

// What Microsoft Defender's answers mean: whether it is the antivirus that scans, whether it shows
// its exclusions, and which folders they cover.
// Source: MicrosoftDocs/defender-docs
// defender-endpoint/configure-extension-file-exclusions-microsoft-defender-antivirus.md (wildcards,
// system variables) and configure-contextual-file-folder-exclusions-*.md (the `\:{...}` suffix).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/facts/windows_facts.h"

namespace doctor {

// productState holds the state in bits 12 to 15: 1 is on, 0 off, 2 snoozed, 3 expired.
bool is_enabled(const AntivirusProduct& product);

// Is the product Defender itself, under its old or its present name?
bool is_defender(const AntivirusProduct& product);

// Has Defender stepped back for another product ("Passive Mode", "SxS Passive Mode", "EDR Block
// Mode", "Not running")?
bool is_passive(const DefenderFacts& defender);

// Does Defender scan files as they are opened? No value when it did not tell.
std::optional<bool> scans_on_access(const DefenderFacts& defender);

enum class ExclusionList {
  shown,
  for_administrators,  // "N/A: Must be an administrator to view exclusions"
  hidden_by_policy,    // "N/A: Administrators are not allowed to view exclusions"
};
ExclusionList exclusion_list(const DefenderFacts& defender, bool elevated);

// `C:\dev\shop` for `\\?\C:\dev\shop\`: no long-path prefix, no backslash at the end but a drive's.
std::string plain_windows_path(std::string_view path);

// Is `path` the folder itself or below it? Case does not count.
bool is_windows_path_below(std::string_view path, std::string_view folder);

// The entry that excludes the whole of `folder` from on-access scans, as it is written; none when
// no entry does. `system_drive` ("C:") is what %SystemDrive% stands for.
// Defender runs as LocalSystem, so %USERPROFILE% in an entry is its own profile, never the user's.
std::optional<std::string> covering_exclusion(const std::vector<std::string>& entries,
                                              std::string_view folder,
                                              std::string_view system_drive = "C:");

// Why a folder must never be proposed for exclusion ("it is a whole drive"), none when it may be.
std::optional<std::string> too_broad_to_exclude(std::string_view folder,
                                                std::string_view user_profile);

}  // namespace doctor
