#pragma once

#include "lib/core/check.h"

namespace doctor {

extern const Check cgroup_version_check;

}  // namespace doctor
