#include "lib/fix/fold.h"

#include <algorithm>
#include <cstdint>

#include "lib/base/utf8.h"

namespace doctor {
namespace {

constexpr std::uint32_t first_wide = 0x1100;  // Hangul; narrow before, mixed from here on

struct Piece {
  std::size_t bytes = 0;
  std::size_t columns = 0;
};

// As much of the text as fits.
Piece fitting(std::string_view text, std::size_t width) {
  Piece piece;
  while (piece.bytes < text.size()) {
    const auto point = first_code_point(text.substr(piece.bytes));
    const std::size_t columns = point && point->value >= first_wide ? 2 : 1;
    if (piece.columns + columns > width) break;
    piece.bytes += point ? point->length : 1;
    piece.columns += columns;
  }
  return piece;
}

}  // namespace

std::vector<std::string> fold_exactly(std::string_view text, std::size_t width) {
  std::vector<std::string> pieces;
  do {
    const auto bytes = fitting(text, width).bytes;
    pieces.emplace_back(text.substr(0, bytes));
    text.remove_prefix(bytes);
  } while (!text.empty());
  return pieces;
}

std::vector<std::string> fold_words(std::string_view text, std::size_t width) {
  constexpr std::string_view blanks = " \t\r\n";
  std::vector<std::string> lines;
  std::size_t room = 0;  // columns left in the last line
  for (;;) {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    if (text.empty()) return lines;
    const auto word = text.substr(0, text.find_first_of(blanks));
    text.remove_prefix(word.size());
    const Piece whole = fitting(word, room > 0 ? room - 1 : 0);
    if (whole.bytes == word.size()) {
      lines.back().append(" ").append(word);
      room -= whole.columns + 1;
      continue;
    }
    for (auto& piece : fold_exactly(word, width)) lines.push_back(std::move(piece));
    room = width - fitting(lines.back(), width).columns;
  }
}

}  // namespace doctor
