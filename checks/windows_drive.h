#pragma once

#include "lib/core/check.h"

namespace doctor {

extern const Check windows_drive_check;

}  // namespace doctor
