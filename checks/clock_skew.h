#pragma once

#include "lib/core/check.h"

namespace doctor {

extern const Check clock_skew_check;

}  // namespace doctor
