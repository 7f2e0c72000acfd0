#pragma once

#include "lib/core/check.h"

namespace doctor {

extern const Check memory_check;

}  // namespace doctor
