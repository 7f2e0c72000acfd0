#pragma once

// Who lowered the hard limit of open files.

#include <cstdint>

#include "lib/core/check.h"

namespace doctor {

// Adds to the finding what sets `hard`, where that can be told, what to do, and a fix where one
// line of a start-up file is to blame.
void explain_origin(const Context& context, std::uint64_t hard, Finding& finding);

}  // namespace doctor
