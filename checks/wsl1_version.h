#pragma once

#include "lib/core/check.h"

namespace doctor {

// What check wsl-version says of WSL 1.
Diagnosis diagnose_wsl1_version(const Context& context);

}  // namespace doctor
