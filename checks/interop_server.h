#pragma once

// Which of WSL's interop servers a session talks to, as WSL itself finds it: $WSL_INTEROP, unless
// that is unset or names nothing; then the first parent process that has a socket in /run/WSL.

#include "lib/core/check.h"

namespace doctor {

// WSL 2 only: WSL 1 has no such sockets. Adds findings, and what an `ok` rests on.
void examine_interop_server(const Context& context, Diagnosis& diagnosis);

}  // namespace doctor
