#pragma once

#include "lib/core/check.h"

namespace doctor {

extern const Check tmp_check;

}  // namespace doctor
