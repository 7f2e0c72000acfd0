#pragma once

#include "lib/core/check.h"

namespace doctor {

extern const Check inotify_check;

}  // namespace doctor
