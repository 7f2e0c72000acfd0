#pragma once

#include "lib/core/check.h"

namespace doctor {

extern const Check interop_check;

}  // namespace doctor
