#pragma once

// What toml++ (3.0 to 3.4) must not be given by strangers. It makes one table per dot of a dotted
// key and frees them recursively; takes a hundred bytes for every value; has undefined behaviour at
// letters such as "é" where TOML allows none (is_non_ascii_horizontal_whitespace); and takes for
// granted what it has not looked at in "[=", "[}" and "2026-03-01T?" (its assertions say so).

#include <optional>
#include <string_view>

#include "lib/base/parse_error.h"

namespace doctor {

// The first such place; no value when the text may be parsed. What it says of a text that is no
// TOML holds up to the first place where that shows.
std::optional<ParseError> find_danger(std::string_view toml);

}  // namespace doctor
