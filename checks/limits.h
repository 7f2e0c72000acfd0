#pragma once

#include "lib/core/check.h"

namespace doctor {

extern const Check limits_check;

}  // namespace doctor
