#include <algorithm>
#include <utility>

#include "lib/base/format.h"
#include "lib/core/settings.h"

namespace doctor {

namespace {

bool covers(const Waiver& waiver, const Finding& finding) {
  return waiver.finding.empty() || waiver.finding == finding.id;
}

bool has_expired(const Waiver& waiver, std::string_view today) {
  return waiver.expires < today;  // "YYYY-MM-DD" sorts as the calendar does
}

std::string subject(const Waiver& waiver) {
  return waiver.finding.empty() ? waiver.check
                                : fmt::format("{} ({})", waiver.check, waiver.finding);
}

Finding expired_finding(const Waiver& waiver) {
  Finding finding;
  finding.id = "expired-waiver";
  finding.summary = fmt::format("The waiver for {} ended on {}.", subject(waiver), waiver.expires);
  finding.detail = fmt::format(
      "It was accepted because: {}. Mend what it covered and take the waiver out, or give it a "
      "later day.",
      waiver.reason.ends_with('.') ? waiver.reason.substr(0, waiver.reason.size() - 1)
                                   : waiver.reason);
  finding.location = waiver.location;
  return finding;
}

}  // namespace

void apply_settings(Diagnosis& diagnosis, const Settings& settings, std::string_view today) {
  const std::string summary_if_ok =
      diagnosis.status == Status::ok ? diagnosis.summary : "What was found here is waived.";

  const auto own = settings.checks.find(diagnosis.check);
  if (own != settings.checks.end() && own->second.severity) {
    for (Finding& finding : diagnosis.findings) {
      if (finding.severity != Status::unknown) finding.severity = *own->second.severity;
    }
  }

  std::vector<Finding> expired;
  for (const Waiver& waiver : settings.waivers) {
    if (waiver.check != diagnosis.check) continue;
    if (has_expired(waiver, today)) {
      expired.push_back(expired_finding(waiver));
      continue;
    }
    for (Finding& finding : diagnosis.findings) {
      if (covers(waiver, finding)) finding.waived = Waived{waiver.reason, waiver.expires};
    }
  }

  // A finding here would hide that the check does not apply, or could not find out.
  const bool nothing_to_say = diagnosis.findings.empty() && diagnosis.status != Status::ok;
  for (Finding& finding : expired) {
    if (nothing_to_say) {
      diagnosis.notes.push_back(std::move(finding.summary));
    } else {
      diagnosis.findings.push_back(std::move(finding));
    }
  }
  settle(diagnosis, summary_if_ok);
}

}  // namespace doctor
