#pragma once

#include "lib/host/host.h"

namespace doctor {

// Reads adjtimex(2), and changes nothing.
Answer<KernelClock> read_kernel_clock();

}  // namespace doctor
