#pragma once

#include "lib/core/check.h"

namespace doctor {

extern const Check container_check;

}  // namespace doctor
