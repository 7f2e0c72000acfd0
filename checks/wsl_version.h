#pragma once

#include "lib/core/check.h"

namespace doctor {

extern const Check wsl_version_check;

}  // namespace doctor
