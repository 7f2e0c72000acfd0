#pragma once

// Alpine and other distributions whose C library is musl.

#include <optional>
#include <string>

#include "lib/core/diagnosis.h"
#include "lib/facts/os_release.h"
#include "lib/facts/versions.h"
#include "lib/host/host.h"

namespace doctor {

// musl's dynamic loader, "" where there is none.
std::string musl_loader(const Host& host);

struct MuslVersion {
  std::optional<Version> version;
  std::string text;      // "1.2.5", or words where it is not known
  std::string evidence;  // where it comes from
};

// As apk's database has it, else what that release of Alpine came with; musl is not run.
MuslVersion musl_version(const Host& host, const OsRelease& release);

// VS Code Server's minimum, 1.2.3.
std::optional<Finding> judge_musl(const MuslVersion& musl);

}  // namespace doctor
