#pragma once

// A whole run, as renderers and `fix` see it.

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "lib/core/diagnosis.h"
#include "lib/core/environment.h"
#include "lib/core/settings.h"

namespace doctor {

inline constexpr std::string_view this_machine = "this machine";

struct Report {
  std::string version;  // of the program
  std::string source;   // `this_machine`, or the snapshot's file name
  std::string project;
  bool offline = false;
  FailOn fail_on = FailOn::error;
  bool strict = false;  // `unknown` fails the gate too
  Environment environment;
  std::vector<Diagnosis> diagnoses;
  std::chrono::microseconds duration{0};
};

// The gate's verdict, decided here and nowhere else: 0, or 1 when something is at or above
// `fail_on` (where `strict`, also when anything at all could not be found out). `never` is 0.
int exit_code(const std::vector<Diagnosis>& diagnoses, FailOn fail_on, bool strict);

// Is it ok only because everything that was found is waived?
bool is_waived(const Diagnosis& diagnosis);

// How many checks ended how. Every diagnosis counts once: `waived` are those of is_waived, which
// `ok` leaves out.
struct StatusCounts {
  std::size_t ok = 0;
  std::size_t skipped = 0;
  std::size_t unknown = 0;
  std::size_t warning = 0;
  std::size_t error = 0;
  std::size_t waived = 0;

  bool operator==(const StatusCounts&) const = default;
};
StatusCounts count_statuses(const std::vector<Diagnosis>& diagnoses);

}  // namespace doctor
