#pragma once

// What mends a wrong clock, by whose fault it is.

#include <string>

#include "lib/core/check.h"

namespace doctor {

enum class ClockCause {
  wsl_drifted,    // Windows is right, the WSL kernel's clock is not
  windows_wrong,  // WSL follows Windows, and Windows is off
  both_wrong,
  not_known,      // WSL, but Windows could not be asked
  linux_clock,    // no WSL in it
  outer_machine,  // a container: the clock is its host's
};

// `timedatectl set-ntp true`, for a machine whose clock is its own.
Fix switch_ntp_on(std::string id);

void mend_clock(const Context& context, ClockCause cause, Finding& finding);

}  // namespace doctor
