#pragma once

#include "lib/core/check.h"

namespace doctor {

extern const Check systemd_check;

}  // namespace doctor
