#pragma once

// The Windows side of a WSL machine, asked through interop.

#include <chrono>

#include "lib/host/host.h"

namespace doctor {

// Finds Windows PowerShell through `host` (PATH, then the mounted Windows drives), starts it once
// and reads its answer. `unsupported` says precisely why interop cannot be used; every other error
// carries PowerShell's, WSL's or the kernel's own words.
Answer<WindowsFacts> ask_windows(const Host& host, std::chrono::milliseconds deadline);

}  // namespace doctor
