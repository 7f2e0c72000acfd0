#include "lib/core/report.h"

#include <algorithm>

namespace doctor {

namespace {

// Also a warning may hide a part that could not be found out.
bool leaves_something_unknown(const Diagnosis& diagnosis) {
  return diagnosis.status == Status::unknown ||
         std::ranges::any_of(diagnosis.findings, [](const Finding& finding) {
           return finding.severity == Status::unknown && !finding.waived;
         });
}

bool fails(const Diagnosis& diagnosis, FailOn fail_on, bool strict) {
  if (fail_on == FailOn::never) return false;
  if (diagnosis.status == Status::error) return true;
  if (diagnosis.status == Status::warning && fail_on == FailOn::warning) return true;
  return strict && leaves_something_unknown(diagnosis);
}

}  // namespace

int exit_code(const std::vector<Diagnosis>& diagnoses, FailOn fail_on, bool strict) {
  const bool failed = std::ranges::any_of(
      diagnoses, [&](const Diagnosis& diagnosis) { return fails(diagnosis, fail_on, strict); });
  return failed ? 1 : 0;
}

bool is_waived(const Diagnosis& diagnosis) {
  return diagnosis.status == Status::ok &&
         std::ranges::any_of(diagnosis.findings,
                             [](const Finding& finding) { return finding.waived.has_value(); });
}

StatusCounts count_statuses(const std::vector<Diagnosis>& diagnoses) {
  StatusCounts counts;
  for (const Diagnosis& diagnosis : diagnoses) {
    switch (diagnosis.status) {
      case Status::ok:
        ++(is_waived(diagnosis) ? counts.waived : counts.ok);
        break;
      case Status::skipped:
        ++counts.skipped;
        break;
      case Status::unknown:
        ++counts.unknown;
        break;
      case Status::warning:
        ++counts.warning;
        break;
      case Status::error:
        ++counts.error;
        break;
    }
  }
  return counts;
}

}  // namespace doctor
