#pragma once

#include "lib/core/registry.h"

namespace doctor {

// Every check, in the order in which they are reported.
CheckList all_checks();

}  // namespace doctor
