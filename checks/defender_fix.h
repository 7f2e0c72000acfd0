#pragma once

#include <string>
#include <string_view>

#include "lib/core/fix.h"

namespace doctor {

// A PowerShell script that excludes exactly one folder from Defender's scans; with -Undo it takes
// back only what it added itself. `id` tells its record from those of other folders.
Fix exclude_from_defender(std::string_view id, const std::string& folder);

}  // namespace doctor
