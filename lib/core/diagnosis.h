#pragma once

// Diagnosis: what a check concluded, with its evidence.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/core/fix.h"

namespace doctor {

enum class Status {
  ok,
  skipped,  // does not apply here; `summary` says why
  unknown,  // could not be found out; `summary` says what kept it from an answer
  warning,
  error,
};
std::string_view to_string(Status status);
std::optional<Status> status_from(std::string_view text);

// What was read, and from where: {"/proc/self/mountinfo", "/mnt/c 9p C:\ (aname=drvfs)"}.
struct Evidence {
  std::string source;
  std::string text;

  bool operator==(const Evidence&) const = default;
};

// A figure with its unit ("s", "ratio", "MiB", ...).
struct Measurement {
  std::string name;
  double value = 0;
  std::string unit;

  bool operator==(const Measurement&) const = default;
};

// Where in a file a finding lies; line and column count from 1, 0 for the whole file.
struct Location {
  std::string file;
  std::size_t line = 0;
  std::size_t column = 0;

  bool operator==(const Location&) const = default;
};

// A waiver of the settings that covers a finding.
struct Waived {
  std::string reason;
  std::string expires;  // "2027-01-31"

  bool operator==(const Waived&) const = default;
};

// One thing that is wrong, or (severity `unknown`) one part that could not be found out.
struct Finding {
  std::string id;                     // stable within the check: "gocache", "not-running"
  Status severity = Status::warning;  // warning, error or unknown
  std::string summary;                // one plain sentence
  std::string detail;                 // why it matters here, what to do by hand; may be empty
  std::vector<Evidence> evidence;
  std::vector<Measurement> measurements;
  std::optional<Location> location;
  std::optional<Fix> fix;
  std::optional<Waived> waived;
};

struct Diagnosis {
  std::string check;
  Status status = Status::ok;
  std::string summary;  // one plain sentence; the worst finding's where there is one
  std::vector<Finding> findings;
  std::vector<Evidence> evidence;  // what an `ok` rests on, and what findings share
  std::vector<Measurement> measurements;
  std::vector<std::string> notes;  // true things worth knowing that change nothing
  std::chrono::microseconds duration{0};
};

// A diagnosis of the status that its findings make: the worst of them (error > warning > unknown),
// or ok with `summary_if_ok`. Waived findings do not count.
Diagnosis conclude(std::string summary_if_ok, std::vector<Finding> findings = {});
Diagnosis skipped(std::string why);
Diagnosis unknown(std::string why);

// Applies the rule of `conclude` again, after waivers or severities have changed findings.
void settle(Diagnosis& diagnosis, const std::string& summary_if_ok);

}  // namespace doctor
