#include "lib/core/registry.h"

#include <algorithm>

#include "lib/base/format.h"
#include "lib/base/text.h"

namespace doctor {

namespace {

std::optional<std::string> complaint_about(CheckList checks, const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    if (find_check(checks, id)) continue;
    std::vector<std::string> known;
    for (const Check* check : checks) known.emplace_back(check->id);
    const auto nearest = did_you_mean(id, known);
    return fmt::format("there is no check `{}`; {}", printable(id),
                       nearest ? fmt::format("did you mean `{}`?", *nearest)
                               : "`wsl-go-doctor list` shows them all");
  }
  return std::nullopt;
}

bool contains(const std::vector<std::string>& ids, std::string_view id) {
  return std::ranges::find(ids, id) != ids.end();
}

}  // namespace

const Check* find_check(CheckList checks, std::string_view id) {
  const auto found = std::ranges::find(checks, id, &Check::id);
  return found == checks.end() ? nullptr : *found;
}

expected<std::vector<const Check*>, std::string> select(CheckList checks,
                                                        const Selection& selection,
                                                        const Settings& settings) {
  for (const auto* ids : {&selection.only, &selection.skip}) {
    if (auto complaint = complaint_about(checks, *ids)) return unexpected(*complaint);
  }
  std::vector<const Check*> selected;
  for (const Check* check : checks) {
    // A check named on the command line runs even where the settings switch it off.
    const bool wanted = selection.only.empty() ? !contains(settings.disabled, check->id)
                                               : contains(selection.only, check->id);
    if (wanted && !contains(selection.skip, check->id)) selected.push_back(check);
  }
  return selected;
}

double Context::threshold(const Check& check, std::string_view name) const {
  const auto set = settings.checks.find(check.id);
  if (set != settings.checks.end()) {
    const auto value = set->second.thresholds.find(name);
    if (value != set->second.thresholds.end()) return value->second;
  }
  const auto declared = std::ranges::find(check.thresholds, name, &Threshold::name);
  return declared == check.thresholds.end() ? 0 : declared->value;
}

}  // namespace doctor
