#include "lib/core/diagnosis.h"

#include <algorithm>
#include <utility>

namespace doctor {

namespace {

// What a finding contributes to its diagnosis: a waived one nothing.
int weight(const Finding& finding) {
  if (finding.waived) return 0;
  switch (finding.severity) {
    case Status::error:
      return 3;
    case Status::warning:
      return 2;
    case Status::unknown:
      return 1;
    case Status::ok:
    case Status::skipped:
      return 0;
  }
  return 0;
}

}  // namespace

std::string_view to_string(Status status) {
  switch (status) {
    case Status::ok:
      return "ok";
    case Status::skipped:
      return "skipped";
    case Status::unknown:
      return "unknown";
    case Status::warning:
      return "warning";
    case Status::error:
      return "error";
  }
  return "unknown";
}

std::optional<Status> status_from(std::string_view text) {
  for (const Status status :
       {Status::ok, Status::skipped, Status::unknown, Status::warning, Status::error}) {
    if (text == to_string(status)) return status;
  }
  return std::nullopt;
}

Diagnosis conclude(std::string summary_if_ok, std::vector<Finding> findings) {
  Diagnosis diagnosis;
  diagnosis.findings = std::move(findings);
  settle(diagnosis, summary_if_ok);
  return diagnosis;
}

Diagnosis skipped(std::string why) {
  Diagnosis diagnosis;
  diagnosis.status = Status::skipped;
  diagnosis.summary = std::move(why);
  return diagnosis;
}

Diagnosis unknown(std::string why) {
  Diagnosis diagnosis;
  diagnosis.status = Status::unknown;
  diagnosis.summary = std::move(why);
  return diagnosis;
}

void settle(Diagnosis& diagnosis, const std::string& summary_if_ok) {
  // A check that does not apply, or found out nothing at all, is never made ok.
  const bool found_out_nothing = diagnosis.status == Status::unknown && diagnosis.findings.empty();
  if (diagnosis.status == Status::skipped || found_out_nothing) return;

  const auto worst = std::ranges::max_element(diagnosis.findings, {}, weight);
  if (worst == diagnosis.findings.end() || weight(*worst) == 0) {
    diagnosis.status = Status::ok;
    diagnosis.summary = summary_if_ok;
  } else {
    diagnosis.status = worst->severity;
    diagnosis.summary = worst->summary;
  }
}

}  // namespace doctor
