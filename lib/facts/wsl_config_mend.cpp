#include <algorithm>
#include <map>
#include <utility>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/wsl_config_lint.h"
#include "lib/facts/wsl_keys.h"

namespace doctor {
namespace {

constexpr std::size_t largest_mended = 16 << 10;
constexpr std::size_t most_tries = 300;

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
                                    const Settings& before, const WslConfigMend& mend) {
  const auto edited = apply(bytes, kind, mend);
  if (!edited || *edited == bytes) return std::nullopt;
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

struct Step {
  std::string bytes;
  std::string done;  // the mistake's id
};

// The first mistake that can be mended, mended. Counts what it tries.
std::optional<Step> mend_one(std::string_view bytes, WslConfigKind kind,
                             const WslConfigFacts& facts, std::size_t& tries) {
  const WslConfigLint lint = lint_wsl_config(parse_wsl_config(bytes, kind), bytes, facts);
  const Settings before = settings_in(bytes, kind);
  for (const WslConfigMistake& mistake : lint.mistakes) {
    if (!mistake.mend) continue;
    if (++tries > most_tries) break;
    if (auto edited = try_mend(bytes, kind, before, *mistake.mend)) {
      return Step{*std::move(edited), mistake.id};
    }
  }
  return std::nullopt;
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
  std::size_t tries = 0;
  while (auto step = mend_one(mended.bytes, kind, facts, tries)) {
    mended.bytes = std::move(step->bytes);
    const bool told = std::ranges::find(mended.done, step->done) != mended.done.end();
    if (!told) mended.done.push_back(std::move(step->done));
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
