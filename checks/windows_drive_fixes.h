#pragma once

// What mends a place of Go work that lies on a Windows drive.

#include "checks/go_places.h"
#include "lib/core/diagnosis.h"

namespace doctor {

// Adds to the finding the fix for this place where there is one, and otherwise says what to do by
// hand.
void mend_place(const Context& context, const GoPlaces& all, const GoPlace& place,
                Finding& finding);

}  // namespace doctor
