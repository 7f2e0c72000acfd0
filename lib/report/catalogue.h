#pragma once

// What checks there are, and what each is about: `list` and `explain`.

#include <cstddef>
#include <string>

#include "lib/core/registry.h"

namespace doctor {

// Id, group and title in columns of a terminal that is `width` wide.
std::string list_text(CheckList checks, std::size_t width);

// The README's table.
std::string list_markdown(CheckList checks);

// Title, why, what is read, thresholds with their bounds, the fix, and the sources. URLs are never
// broken, so that they can be copied.
std::string explain_text(const Check& check, std::size_t width);

}  // namespace doctor
