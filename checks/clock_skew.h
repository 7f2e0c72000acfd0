#pragma once

#include <string>
#include <vector>

#include "lib/core/check.h"

namespace doctor {

extern const Check clock_skew_check;

// The time servers that are asked where the settings name none.
extern const std::vector<std::string> default_ntp_servers;

}  // namespace doctor
