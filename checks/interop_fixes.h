#pragma once

// What brings WSL's entry of binfmt_misc back.

#include <optional>
#include <string_view>

#include "lib/core/check.h"

namespace doctor {

// Registers the entry as WSL itself does. Where systemd is PID 1 it also writes a file for
// systemd-binfmt, which would otherwise throw the entry out at the next start.
std::optional<Fix> register_again(const Context& context);

// `name` is one of WSL's own: WSLInterop, WSLInterop-late.
Fix enable_entry(std::string_view name);
Fix enable_all();

}  // namespace doctor
