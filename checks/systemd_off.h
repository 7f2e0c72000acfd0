#pragma once

#include "lib/core/check.h"

namespace doctor {

// WSL 2 without systemd: is it wanted, and what keeps it from running? `pid1` is PID 1's name.
Diagnosis diagnose_systemd_off(const Context& context, const std::string& pid1);

}  // namespace doctor
