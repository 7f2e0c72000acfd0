#pragma once

#include "lib/core/check.h"

namespace doctor {

extern const Check defender_exclusion_check;

}  // namespace doctor
