#pragma once

// A guard in front of toml++ for texts of strangers. toml++ bounds how deep values nest, but makes
// one nested table per dot of a dotted key and frees them recursively, so that a megabyte of
// "a.a.a" overflows the stack.

#include <optional>
#include <string_view>

#include "lib/base/parse_error.h"

namespace doctor {

// The first key or table name of more than `most_dots` dots; no value when there is none.
std::optional<ParseError> find_deep_key(std::string_view toml, unsigned most_dots = 8);

}  // namespace doctor
