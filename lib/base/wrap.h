#pragma once

// Breaking text into lines that fit a terminal, counted in columns, not in bytes.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace doctor {

// How many columns a terminal gives to the text: East Asian wide characters take two, combining
// ones none, and a byte that is no UTF-8 one.
std::size_t display_width(std::string_view text);

// Lines of at most `width` columns, the first of at most `first_width`. Broken at blanks, inside a
// word only where the word is wider than a line. Line ends in the text are kept, blanks at the end
// of a line are not. The first line is empty when its first word fits only the wider lines below.
// Never returns nothing: an empty text is one empty line.
std::vector<std::string> wrap(std::string_view text, std::size_t width, std::size_t first_width);

inline std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  return wrap(text, width, width);
}

}  // namespace doctor
