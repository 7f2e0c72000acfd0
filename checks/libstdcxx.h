#pragma once

#include "lib/core/check.h"

namespace doctor {

extern const Check libstdcxx_check;

}  // namespace doctor
