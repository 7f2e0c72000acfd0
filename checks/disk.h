#pragma once

#include "lib/core/check.h"

namespace doctor {

extern const Check disk_check;

}  // namespace doctor
