#pragma once

#include "lib/core/check.h"

namespace doctor {

extern const Check windows_path_check;

}  // namespace doctor
