#include "lib/facts/defender.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "lib/base/text.h"

namespace doctor {
namespace {

using Components = std::vector<std::string>;

constexpr std::ptrdiff_t most_wildcards = 6;

bool is_wildcard(char c) {
  return c == '*' || c == '?';
}

bool has_wildcard(std::string_view text) {
  return std::ranges::any_of(text, is_wildcard);
}

// Lower-case components, so that everything after this compares as Windows does.
Components components_of(std::string_view path) {
  Components components;
  for (const auto& part : split(to_lower(path), '\\')) {
    if (!part.empty()) components.push_back(part);
  }
  return components;
}

// One component against a pattern with `*` and `?`, both already in lower case.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t retry = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  return std::ranges::all_of(pattern.substr(p), [](char c) { return c == '*'; });
}

bool is_same_or_below(const Components& path, const Components& pattern) {
  return pattern.size() <= path.size() &&
         std::equal(pattern.begin(), pattern.end(), path.begin(), matches);
}

// The variables of the LocalSystem account, as Microsoft's table lists them.
std::string expand_system_variables(std::string entry, std::string_view system_drive) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 10> variables{{
      {"%systemdrive%", ""},
      {"%systemroot%", "\\windows"},
      {"%windir%", "\\windows"},
      {"%programdata%", "\\programdata"},
      {"%allusersprofile%", "\\programdata"},
      {"%programfiles%", "\\program files"},
      {"%programfiles(x86)%", "\\program files (x86)"},
      {"%public%", "\\users\\public"},
      {"%userprofile%", "\\windows\\system32\\config\\systemprofile"},
      {"%localappdata%", "\\windows\\system32\\config\\systemprofile\\appdata\\local"},
  }};
  entry = to_lower(entry);
  for (const auto& [name, folder] : variables) {
    if (entry.starts_with(name)) {
      return std::string(system_drive) + std::string(folder) + entry.substr(name.size());
    }
  }
  return entry;
}

// The path of an entry without its `\:{...}` suffix; none when the suffix keeps the entry from
// covering a folder that any process opens.
std::optional<std::string_view> path_of(std::string_view entry) {
  const auto suffix = entry.find("\\:{");
  if (suffix == std::string_view::npos) return entry;
  const auto restriction = entry.substr(suffix + 2);
  if (restriction != "{PathType:folder}" && restriction != "{ScanTrigger:OnAccess}") return {};
  return entry.substr(0, suffix + 1);
}

bool covers(std::string_view entry, const Components& folder, std::string_view system_drive) {
  const auto path = path_of(trim(entry));
  if (!path) return false;
  const std::string expanded = expand_system_variables(std::string(*path), system_drive);
  const std::string plain = plain_windows_path(expanded);
  const bool other_variable = std::ranges::count(plain, '%') > 1;
  if (other_variable || std::ranges::count_if(plain, is_wildcard) > most_wildcards) return false;
  const Components pattern = components_of(plain);
  if (pattern.empty() || has_wildcard(pattern.front())) return false;
  // `C:\dev\sh*` without a backslash at the end is a file argument: it stops at files of C:\dev.
  const std::string& last = pattern.back();
  if (has_wildcard(last) && last != "*" && !path->ends_with('\\')) return false;
  return is_same_or_below(folder, pattern);
}

bool starts_with_ignoring_case(std::string_view text, std::string_view start) {
  return to_lower(text.substr(0, start.size())) == start;
}

bool is_placeholder(std::string_view entry) {
  return starts_with_ignoring_case(trim(entry), "n/a");
}

}  // namespace

bool is_enabled(const AntivirusProduct& product) {
  return ((product.state >> 12U) & 0xFU) == 1U;
}

bool is_defender(const AntivirusProduct& product) {
  const std::string name = to_lower(product.name);
  return name == "windows defender" || name == "microsoft defender antivirus" ||
         name == "windows defender antivirus";
}

bool is_passive(const DefenderFacts& defender) {
  return !defender.running_mode.empty() && !equals_ignoring_case(defender.running_mode, "Normal");
}

std::optional<bool> scans_on_access(const DefenderFacts& defender) {
  if (is_passive(defender)) return false;
  return defender.real_time_protection;
}

ExclusionList exclusion_list(const DefenderFacts& defender, bool elevated) {
  for (const auto* list :
       {&defender.exclusion_paths, &defender.exclusion_processes, &defender.exclusion_extensions}) {
    const auto entry = std::ranges::find_if(*list, is_placeholder);
    if (entry == list->end()) continue;
    const bool even_from_administrators =
        elevated || to_lower(*entry).find("not allowed") != std::string::npos;
    return even_from_administrators ? ExclusionList::hidden_by_policy
                                    : ExclusionList::for_administrators;
  }
  return ExclusionList::shown;
}

std::string plain_windows_path(std::string_view path) {
  path = trim(path);
  std::string plain;
  if (starts_with_ignoring_case(path, R"(\\?\unc\)")) {
    plain = "\\" + std::string(path.substr(7));
  } else if (path.starts_with(R"(\\?\)")) {
    plain = path.substr(4);
  } else {
    plain = path;
  }
  while (plain.size() > 1 && plain.ends_with('\\')) plain.pop_back();
  if (plain.size() == 2 && plain[1] == ':') plain += '\\';
  return plain;
}

bool is_windows_path_below(std::string_view path, std::string_view folder) {
  const Components outer = components_of(plain_windows_path(folder));
  return !outer.empty() && is_same_or_below(components_of(plain_windows_path(path)), outer);
}

std::optional<std::string> covering_exclusion(const std::vector<std::string>& entries,
                                              std::string_view folder,
                                              std::string_view system_drive) {
  const Components path = components_of(plain_windows_path(folder));
  if (path.empty()) return {};
  const auto found = std::ranges::find_if(
      entries, [&](const std::string& entry) { return covers(entry, path, system_drive); });
  if (found == entries.end()) return {};
  return *found;
}

std::optional<std::string> too_broad_to_exclude(std::string_view folder,
                                                std::string_view user_profile) {
  const Components path = components_of(plain_windows_path(folder));
  if (path.empty()) return "it is no folder on a drive";
  if (path.size() == 1) return "it is a whole drive";
  if (path.size() == 2 && plain_windows_path(folder).starts_with("\\\\")) {
    return "it is a whole network share";
  }
  const bool holds_profile = is_windows_path_below(user_profile, folder);
  if (holds_profile || (path[1] == "users" && path.size() <= 3)) {
    return "it holds a whole user profile";
  }
  static constexpr std::array<std::string_view, 4> folders_of_windows{
      "windows", "program files", "program files (x86)", "programdata"};
  const bool system = std::ranges::find(folders_of_windows, path[1]) != folders_of_windows.end();
  if (path[1] == "windows" || (system && path.size() == 2)) {
    return "it is a folder of Windows itself";
  }
  return {};
}

}  // namespace doctor
