#pragma once

#include "checks/go_places.h"
#include "lib/core/check.h"

namespace doctor {

// Gives Go a temporary folder of its own in the home folder, where that can hold one; otherwise
// says in the detail what can be done.
void move_gotmpdir(const Context& context, const GoPlaces& places, Finding& finding);

// Gives /tmp the mode that it has everywhere.
void mend_tmp_mode(std::uint32_t mode, Finding& finding);

}  // namespace doctor
