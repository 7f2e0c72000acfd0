#pragma once

#include "lib/core/check.h"

namespace doctor {

extern const Check time_sync_check;

}  // namespace doctor
