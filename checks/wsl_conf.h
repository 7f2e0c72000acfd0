#pragma once

#include "lib/core/check.h"

namespace doctor {

extern const Check wsl_conf_check;

}  // namespace doctor
