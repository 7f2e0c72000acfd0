#pragma once

// Decoding UTF-8 one code point at a time.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace doctor {

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t length = 0;  // bytes it takes
};

// The code point at the start of a non-empty text; no value for anything but shortest-form UTF-8.
std::optional<CodePoint> first_code_point(std::string_view text);

void append_utf8(std::string& text, std::uint32_t code_point);

}  // namespace doctor
