#pragma once

#include "lib/core/check.h"

namespace doctor {

extern const Check wslconfig_check;

}  // namespace doctor
