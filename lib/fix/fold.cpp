#include "lib/fix/fold.h"

#include <algorithm>

#include "lib/base/utf8.h"
#include "lib/base/wrap.h"

namespace doctor {

namespace {

// How many bytes of the text fit; at least one character.
std::size_t fitting(std::string_view text, std::size_t width) {
  std::size_t bytes = 0, columns = 0;
  while (bytes < text.size()) {
    const auto point = first_code_point(text.substr(bytes));
    const std::size_t length = point ? point->length : 1;
    columns += display_width(text.substr(bytes, length));
    if (columns > width && bytes > 0) break;
    bytes += length;
  }
  return bytes;
}

}  // namespace

std::vector<std::string> fold_exactly(std::string_view text, std::size_t width) {
  std::vector<std::string> pieces;
  do {
    const std::size_t bytes = fitting(text, width);
    pieces.emplace_back(text.substr(0, bytes));
    text.remove_prefix(bytes);
  } while (!text.empty());
  return pieces;
}

}  // namespace doctor
