#pragma once

// What a check says of a machine written inline. For tests of checks.

#include <algorithm>
#include <string>

#include "lib/core/check.h"
#include "tests/support/catch.h"
#include "tests/support/snapshots.h"

namespace doctor {

inline Diagnosis diagnose(const Check& check, const std::string& machine,
                          EnvironmentKind kind = EnvironmentKind::wsl2,
                          const std::string& project = "/home/me/shop") {
  const SnapshotHost host = machine_from(machine);
  Environment environment;
  environment.kind = kind;
  environment.distribution_name = "Ubuntu";
  return check.run({host, Settings{}, environment, project});
}

inline const Finding* find_finding(const Diagnosis& diagnosis, std::string_view id) {
  const auto found = std::ranges::find(diagnosis.findings, id, &Finding::id);
  return found == diagnosis.findings.end() ? nullptr : &*found;
}

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

inline bool has_note(const Diagnosis& diagnosis, const std::string& part) {
  return std::ranges::any_of(diagnosis.notes,
                             [&](const std::string& note) { return has(note, part); });
}

}  // namespace doctor
