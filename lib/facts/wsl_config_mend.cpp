#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/wsl_config_lint.h"
#include "lib/facts/wsl_keys.h"

namespace doctor {
namespace {

constexpr std::size_t largest_mended = 16 << 10;
constexpr std::size_t most_rounds = 200;

using Settings = std::map<const WslKey*, std::string>;

// What WSL takes from a text: the values of the keys that it knows.
Settings settings_in(std::string_view bytes, WslConfigKind kind) {
  Settings settings;
  for (const WslConfigEntry& entry : parse_wsl_config(bytes, kind).entries) {
    const WslKey* key = find_wsl_key(kind, entry.name);
    if (key != nullptr) settings.emplace(key, entry.value);  // the first counts
  }
  return settings;
}

bool differs(const Settings& settings, const WslKey* key, const std::string& value) {
  const auto found = settings.find(key);
  return found == settings.end() || found->second != value;
}

std::optional<std::string> apply(std::string_view bytes, WslConfigKind kind,
                                 const WslConfigMend& mend) {
  std::string edited = apply_edit(bytes, mend.edit);
  if (mend.key.empty()) return edited;
  const auto rest = set_wsl_config(edited, kind, mend.section, mend.key, mend.value);
  if (!rest) return std::nullopt;
  return apply_edit(edited, *rest);
}

// The text with the mistake mended; no value when WSL would not read from it what was meant, or
// would read another setting differently from before.
std::optional<std::string> try_mend(std::string_view bytes, WslConfigKind kind,
                                    const WslConfigMend& mend) {
  const auto edited = apply(bytes, kind, mend);
  if (!edited || *edited == bytes) return std::nullopt;
  const Settings before = settings_in(bytes, kind);
  const Settings after = settings_in(*edited, kind);
  const WslKey* meant =
      mend.key.empty() ? nullptr : find_wsl_key(kind, fmt::format("{}.{}", mend.section, mend.key));
  if (!mend.key.empty() && (meant == nullptr || differs(after, meant, mend.value))) {
    return std::nullopt;
  }
  for (const auto& [key, value] : before) {
    if (key != meant && differs(after, key, value)) return std::nullopt;
  }
  return edited;
}

// One and the same mistake may be found again after an edit that moved it.
std::string mark_of(const WslConfigMistake& mistake, const std::vector<std::string>& text) {
  const std::string line =
      mistake.line >= 1 && mistake.line <= text.size() ? text[mistake.line - 1] : "";
  return mistake.id + '\n' + line;
}

// What a value comes to: an invalid one, or none, leaves the default.
std::string what_counts(const WslKey& key, const std::string& value) {
  if (key.type == WslKeyType::boolean) {
    const auto told = wsl_bool(value);
    return told ? (*told ? "true" : "false") : std::string(key.fallback);
  }
  return value.empty() ? to_lower(key.fallback) : to_lower(value);
}

}  // namespace

MendedWslConfig mend_wsl_config(std::string_view bytes, WslConfigKind kind,
                                const WslConfigFacts& facts) {
  MendedWslConfig mended{std::string(bytes), {}, false};
  if (bytes.size() > largest_mended) return mended;
  std::set<std::string> tried;
  for (std::size_t round = 0; round < most_rounds; ++round) {
    const WslConfig config = parse_wsl_config(mended.bytes, kind);
    const WslConfigLint lint = lint_wsl_config(config, mended.bytes, facts);
    const auto text = wsl_config_lines(config, mended.bytes);
    const auto next = std::ranges::find_if(lint.mistakes, [&](const WslConfigMistake& mistake) {
      return mistake.mend && tried.insert(mark_of(mistake, text)).second;
    });
    if (next == lint.mistakes.end()) break;
    auto edited = try_mend(mended.bytes, kind, *next->mend);
    if (!edited) continue;
    tried.clear();  // what failed before may be possible now
    mended.bytes = *std::move(edited);
    if (std::ranges::find(mended.done, next->id) == mended.done.end()) {
      mended.done.push_back(next->id);
    }
  }
  mended.weighty = turns_on_weighty(bytes, mended.bytes, kind);
  return mended;
}

bool turns_on_weighty(std::string_view before, std::string_view after, WslConfigKind kind) {
  const Settings old_settings = settings_in(before, kind);
  return std::ranges::any_of(settings_in(after, kind), [&](const auto& setting) {
    const auto& [key, value] = setting;
    const auto old_value = old_settings.find(key);
    const std::string was = old_value == old_settings.end() ? "" : old_value->second;
    return key->weighty && what_counts(*key, value) != what_counts(*key, was);
  });
}

TextEdit edit_between(std::string_view before, std::string_view after) {
  const auto first = std::ranges::mismatch(before, after);
  const auto same = static_cast<std::size_t>(first.in1 - before.begin());
  before.remove_prefix(same);
  after.remove_prefix(same);
  const auto last = std::mismatch(before.rbegin(), before.rend(), after.rbegin(), after.rend());
  const auto tail = static_cast<std::size_t>(last.first - before.rbegin());
  return {same, before.size() - tail, std::string(after.substr(0, after.size() - tail))};
}

}  // namespace doctor
