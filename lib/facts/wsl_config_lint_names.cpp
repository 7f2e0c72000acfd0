#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/wsl_config_rules.h"

namespace doctor {
namespace {

// Lines of headers that WSL rejects, in order.
std::vector<std::size_t> rejected_headers(const Linting& linting) {
  std::vector<std::size_t> lines;
  for (const WslConfigProblem& problem : linting.config.problems) {
    if (trim(linting.line(problem.line)).starts_with('[')) lines.push_back(problem.line);
  }
  return lines;
}

// Below a rejected header WSL looks keys up in the wrong section: that is the header's mistake.
bool below_rejected_header(const Linting& linting, const std::vector<std::size_t>& rejected,
                           std::size_t line) {
  const auto bad = std::ranges::upper_bound(rejected, line);
  if (bad == rejected.begin()) return false;
  const auto& sections = linting.config.sections;
  const auto good = std::ranges::upper_bound(sections, line, {}, &WslConfigSection::line);
  return good == sections.begin() || std::prev(good)->line < *std::prev(bad);
}

// The one key of the file with this name, whatever its section; null when there are several.
const WslKey* only_key_named(WslConfigKind file, std::string_view key) {
  const WslKey* found = nullptr;
  for (const WslKey& candidate : wsl_keys()) {
    if (candidate.file != file || !equals_ignoring_case(key_of(candidate.name), key)) continue;
    if (found != nullptr) return nullptr;
    found = &candidate;
  }
  return found;
}

// In the section, or in any of the file for "".
const WslKey* nearest_key(WslConfigKind file, std::string_view section, std::string_view key) {
  std::vector<std::string> names;
  std::vector<const WslKey*> keys;
  for (const WslKey& candidate : wsl_keys()) {
    if (candidate.file != file) continue;
    if (!section.empty() && !equals_ignoring_case(section_of(candidate.name), section)) continue;
    names.emplace_back(key_of(candidate.name));
    keys.push_back(&candidate);
  }
  const auto nearest = did_you_mean(key, names);
  if (!nearest) return nullptr;
  return keys[static_cast<std::size_t>(std::ranges::find(names, *nearest) - names.begin())];
}

// One letter too many, too few, wrong, or two swapped: nobody means anything else by it.
bool is_slip_of(std::string_view written, std::string_view meant) {
  constexpr std::size_t shortest = 6;
  if (meant.size() < shortest) return false;
  const std::string a = to_lower(written);
  const std::string b = to_lower(meant);
  const auto differ = std::ranges::mismatch(a, b);
  const auto at = static_cast<std::size_t>(differ.in1 - a.begin());
  const auto same_from = [&](std::size_t i, std::size_t j) {
    return i <= a.size() && j <= b.size() &&
           std::string_view(a).substr(i) == std::string_view(b).substr(j);
  };
  if (same_from(at + 1, at + 1) || same_from(at + 1, at) || same_from(at, at + 1)) return true;
  return at + 1 < a.size() && at + 1 < b.size() && a[at] == b[at + 1] && a[at + 1] == b[at] &&
         same_from(at + 2, at + 2);
}

WslConfigMend set_to(const WslKey& key, const WslConfigEntry& entry, TextEdit edit) {
  return {std::move(edit), std::string(section_of(key.name)), std::string(key_of(key.name)),
          entry.value};
}

bool may_set(const Linting& linting, const WslKey& key) {
  // Nobody is led to a sparse disk: see lint_switches.
  if (key.name == "experimental.sparseVhd") return false;
  return linting.editable && find_entry(linting.config, key.name) == nullptr;
}

bool is_section_of(WslConfigKind file, std::string_view name) {
  return std::ranges::any_of(wsl_sections(file), [&](const std::string& section) {
    return equals_ignoring_case(section, name);
  });
}

std::string where_it_stands(const WslConfigEntry& entry) {
  return entry.section.empty() ? "above every section" : fmt::format("in [{}]", entry.section);
}

void wrong_section(Linting& linting, const WslConfigEntry& entry, const WslKey& key) {
  WslConfigMistake mistake = mistake_at(
      entry, "wrong-section", true,
      fmt::format("`{}` stands {}, where WSL ignores it.", entry.key, where_it_stands(entry)),
      fmt::format("It belongs in [{}].", section_of(key.name)));
  if (may_set(linting, key)) {
    mistake.mend = set_to(key, entry, without_assignment(linting, entry));
  } else if (const WslConfigEntry* set = find_entry(linting.config, key.name)) {
    mistake.advice = fmt::format("It is set in [{}] too, on line {}: remove this one.",
                                 section_of(key.name), set->line);
  }
  linting.add(std::move(mistake));
}

void wrong_file(Linting& linting, const WslConfigEntry& entry, const WslKey& key) {
  linting.add(mistake_at(
      entry, "wrong-file", true,
      fmt::format("`{}` is no setting of {}: WSL ignores it here.", entry.key, linting.file_name()),
      fmt::format("It belongs in {}, under [{}].", linting.other_file(), section_of(key.name))));
}

void misspelt(Linting& linting, const WslConfigEntry& entry, const WslKey& key) {
  WslConfigMistake mistake =
      mistake_at(entry, "unknown-key", false,
                 fmt::format("WSL knows no `{}` in [{}] and ignores it.", entry.key, entry.section),
                 fmt::format("Did you mean `{}`?", key_of(key.name)));
  if (is_slip_of(entry.key, key_of(key.name)) && may_set(linting, key)) {
    mistake.error = true;
    mistake.mend =
        set_to(key, entry, {entry.begin, entry.key.size(), std::string(key_of(key.name))});
  }
  linting.add(std::move(mistake));
}

void misspelt_elsewhere(Linting& linting, const WslConfigEntry& entry, const WslKey& key) {
  linting.add(mistake_at(
      entry, "unknown-key", false,
      fmt::format("`{}` stands {}, where WSL knows no such key.", entry.key,
                  where_it_stands(entry)),
      fmt::format("Did you mean `{}` in [{}]?", key_of(key.name), section_of(key.name))));
}

void unknown_key(Linting& linting, const WslConfigEntry& entry) {
  linting.add(mistake_at(
      entry, "unknown-key", false,
      entry.section.empty()
          ? fmt::format("WSL knows no `{}`, and it stands above every section.", entry.key)
          : fmt::format("WSL knows no `{}` in [{}] and ignores it.", entry.key, entry.section),
      "Remove the line, or see https://learn.microsoft.com/windows/wsl/wsl-config."));
}

void unread_key(Linting& linting, const WslConfigEntry& entry) {
  const WslConfigKind file = linting.config.kind;
  if (const FormerWslKey* former = find_former_wsl_key(file, entry.name)) {
    linting.add(mistake_at(entry, "former-key", false,
                           fmt::format("`{}` has no effect: it {}.", entry.key, former->what),
                           "Remove the line."));
    return;
  }
  const std::string_view key = key_of(entry.name);
  const std::string section(section_of(entry.name));
  if (const WslKey* elsewhere = find_wsl_key(linting.other_kind(), entry.name)) {
    wrong_file(linting, entry, *elsewhere);
  } else if (const WslKey* here = only_key_named(file, key)) {
    wrong_section(linting, entry, *here);
  } else if (const WslKey* there = only_key_named(linting.other_kind(), key)) {
    wrong_file(linting, entry, *there);
  } else if (const WslKey* near =
                 is_section_of(file, section) ? nearest_key(file, section, key) : nullptr) {
    misspelt(linting, entry, *near);
  } else if (const WslKey* anywhere = nearest_key(file, "", key);
             anywhere != nullptr && is_slip_of(key, key_of(anywhere->name))) {
    misspelt_elsewhere(linting, entry, *anywhere);
  } else {
    unknown_key(linting, entry);
  }
}

void duplicate(Linting& linting, const WslConfigEntry& entry, const WslConfigEntry& first) {
  const bool same = entry.value == first.value;
  WslConfigMistake mistake = mistake_at(
      entry, "duplicate", false,
      fmt::format("`{}` is set twice; WSL takes the first, on line {}, and ignores this one.",
                  entry.key, first.line),
      same ? "Both say the same: remove this one." : "Keep the one that you mean.");
  if (same && linting.editable) {
    mistake.mend = WslConfigMend{without_assignment(linting, entry), "", "", ""};
  }
  linting.add(std::move(mistake));
}

// A section whose name is a slip: its header is the mistake, not its keys.
std::string meant_by_slip(WslConfigKind file, const std::string& name) {
  const auto sections = wsl_sections(file);
  const auto nearest = did_you_mean(name, sections);
  return nearest ? *nearest : "";
}

// In order of first occurrence: what WSL reads below headers of this name.
using BySection = std::map<std::string, std::vector<const WslConfigEntry*>, std::less<>>;

bool all_known_in(WslConfigKind file, const std::vector<const WslConfigEntry*>& entries,
                  const std::string& section) {
  return std::ranges::all_of(entries, [&](const WslConfigEntry* entry) {
    return find_wsl_key(file, fmt::format("{}.{}", section, entry->key)) != nullptr;
  });
}

// True when the header is what is wrong, so that the keys need no word each.
bool misspelt_section(Linting& linting, const WslConfigSection& section,
                      const std::vector<const WslConfigEntry*>& entries) {
  const WslConfigKind file = linting.config.kind;
  const std::string meant = meant_by_slip(file, section.name);
  if (meant.empty() || !all_known_in(file, entries, meant)) return false;
  WslConfigMistake mistake;
  mistake.id = "unknown-section/" + to_lower(section.name);
  mistake.error = true;
  mistake.line = section.line;
  mistake.column = 1;
  mistake.message =
      fmt::format("WSL knows no section [{}] and ignores what stands below it.", section.name);
  mistake.advice = fmt::format("Did you mean [{}]?", meant);
  if (linting.editable) {
    mistake.mend =
        WslConfigMend{{section.begin, section.end - section.begin, "[" + meant + "]"}, "", "", ""};
  }
  linting.add(std::move(mistake));
  return true;
}

// The names of sections that are dealt with as a whole.
std::set<std::string, std::less<>> lint_sections(Linting& linting) {
  BySection unknown;
  for (const WslConfigEntry& entry : linting.config.entries) {
    if (!is_section_of(linting.config.kind, entry.section) &&
        !is_section_of(linting.other_kind(), entry.section)) {
      unknown[to_lower(entry.section)].push_back(&entry);
    }
  }
  std::set<std::string, std::less<>> done;
  std::size_t looked_at = 0;
  for (const WslConfigSection& section : linting.config.sections) {
    const auto entries = unknown.find(to_lower(section.name));
    if (entries == unknown.end()) continue;
    if (++looked_at > most_mistakes) break;
    if (misspelt_section(linting, section, entries->second)) done.insert(entries->first);
  }
  return done;
}

}  // namespace

void lint_names(Linting& linting) {
  const auto rejected = rejected_headers(linting);
  const auto done = lint_sections(linting);
  std::map<const WslKey*, const WslConfigEntry*> first;
  for (const WslConfigEntry& entry : linting.config.entries) {
    const WslKey* key = find_wsl_key(linting.config.kind, entry.name);
    if (key != nullptr) {
      const auto [known, fresh] = first.emplace(key, &entry);
      if (!fresh) duplicate(linting, entry, *known->second);
      continue;
    }
    if (done.contains(to_lower(entry.section)) ||
        below_rejected_header(linting, rejected, entry.line)) {
      continue;
    }
    if (linting.full()) {
      linting.add({});
    } else {
      unread_key(linting, entry);
    }
  }
}

}  // namespace doctor
