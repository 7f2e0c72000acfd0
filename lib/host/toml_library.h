#pragma once

// The one way to toml++. Its assertions are off, also in builds for debugging: a stranger's text
// can reach some of them, and where they are not checked an error is told instead. (Every source
// file must agree on that, for the library is header-only.) Include in .cpp files only: it is
// large.

#define TOML_ASSERT(condition) static_assert(true)

#include <toml++/toml.h>
