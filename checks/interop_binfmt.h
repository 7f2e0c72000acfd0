#pragma once

// Who gets a Windows program to run: WSL's entry of binfmt_misc, and what can be in its way.

#include "lib/core/check.h"

namespace doctor {

// Adds findings, and what an `ok` rests on as evidence and notes.
void examine_binfmt(const Context& context, Diagnosis& diagnosis);

}  // namespace doctor
