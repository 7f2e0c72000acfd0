#pragma once

#include "lib/host/host.h"

namespace doctor {

// A HostError for an errno: missing, denied, loop and refused say all there is to say by their kind
// alone; anything else is `failed` with the operating system's words.
HostError os_error(int number);

}  // namespace doctor
