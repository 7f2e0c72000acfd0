#pragma once

#include <chrono>
#include <string>

#include "lib/host/host.h"

namespace doctor {

// Counts the inotify instances and watches of every process below `proc` ("/proc") that may be
// looked into. What other users run is hidden from all but root, and counts to their limits anyway.
Answer<InotifyUse> count_inotify(const std::string& proc, std::chrono::milliseconds deadline);

}  // namespace doctor
