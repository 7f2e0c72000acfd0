#pragma once

#include "lib/core/check.h"

namespace doctor {

extern const Check mounts_check;

}  // namespace doctor
