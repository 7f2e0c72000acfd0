#pragma once

// Check: a plain constant. One file per check in checks/, one line per check in
// checks/registry.cpp.

#include <span>
#include <string>
#include <string_view>

#include "lib/core/diagnosis.h"
#include "lib/core/environment.h"
#include "lib/core/settings.h"
#include "lib/host/host.h"

namespace doctor {

// Everything a check may look at. It asks the host, and keeps no state.
struct Context {
  const Host& host;
  const Settings& settings;
  const Environment& environment;
  std::string project;  // absolute path of the project folder

  // The threshold `name` of the check, as the settings have it or as declared.
  double threshold(const struct Check& check, std::string_view name) const;
};

// A number that settings may change: [checks.clock-skew] warning-seconds = 1
struct Threshold {
  std::string_view name;
  double value;  // the default
  double least;  // bounds that a settings file must keep to
  double most;
  std::string_view meaning;  // for `explain`
};

// Where a rule comes from: documentation, source code, or a measured figure.
struct Source {
  std::string_view claim;
  std::string_view where;  // a URL, or "repository path @ commit"
};

struct Check {
  std::string_view id;  // "windows-drive"
  // "storage", "time", "security", "toolchain", "wsl", "system", "network", "container"
  std::string_view group;
  std::string_view title;  // "Project and Go caches on the Linux disk"
  std::string_view why;    // why it matters, two or three sentences
  std::string_view reads;  // what is read, for `explain` and the privacy page
  std::string_view mends;  // what the fix does, "" when there is none
  std::span<const Threshold> thresholds;
  std::span<const Source> sources;
  Diagnosis (*run)(const Context& context);
};

}  // namespace doctor
