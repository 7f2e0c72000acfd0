#include "lib/base/wrap.h"

#include <algorithm>
#include <cstdint>
#include <span>

#include "lib/base/column_widths.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"

namespace doctor {

namespace {

bool is_in(std::span<const ColumnRange> ranges, std::uint32_t code_point) {
  const auto next = std::ranges::upper_bound(ranges, code_point, {}, &ColumnRange::first);
  return next != ranges.begin() && code_point <= std::prev(next)->last;
}

std::size_t columns(std::uint32_t code_point) {
  if (code_point < zero_width[0].first) return 1;
  if (is_in(zero_width, code_point)) return 0;
  return is_in(double_width, code_point) ? 2 : 1;
}

struct Cell {
  std::size_t bytes;
  std::size_t columns;
};

Cell first_cell(std::string_view text) {
  const auto point = first_code_point(text);
  return point ? Cell{point->length, columns(point->value)} : Cell{1, 1};
}

// How many bytes of the text fit; at least one character, so that wrapping always comes to an end.
std::size_t fitting(std::string_view text, std::size_t width) {
  std::size_t bytes = 0;
  std::size_t used = 0;
  while (bytes < text.size()) {
    const Cell cell = first_cell(text.substr(bytes));
    if (bytes > 0 && used + cell.columns > width) break;
    used += cell.columns;
    bytes += cell.bytes;
  }
  return bytes;
}

std::string_view without_trailing_blanks(std::string_view text) {
  return text.substr(0, text.find_last_not_of(' ') + 1);  // npos + 1 is 0
}

std::string_view without_leading_blanks(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(' '), text.size()));
}

// Where to end a line of which `fit` bytes fit: at the last blank, and in a word only when there is
// none behind other text.
std::size_t break_at(std::string_view text, std::size_t fit) {
  const auto blank = text.rfind(' ', fit);
  if (blank == std::string_view::npos || blank <= text.find_first_not_of(' ')) {
    return std::string_view::npos;
  }
  return blank;
}

std::string_view first_word(std::string_view text) {
  const auto start = without_leading_blanks(text);
  return start.substr(0, start.find(' '));
}

void wrap_one(std::string_view text, std::size_t width, std::size_t first_width,
              std::vector<std::string>& lines) {
  text = without_trailing_blanks(text);
  std::size_t room = first_width;
  do {
    const std::size_t fit = fitting(text, room);
    if (fit == text.size() && display_width(text) <= room) {
      lines.emplace_back(text);
      return;
    }
    std::size_t end = break_at(text, fit);
    if (end == std::string_view::npos) {
      const bool fits_below = room < width && display_width(first_word(text)) <= width;
      end = fits_below ? 0 : fit;
    }
    lines.emplace_back(without_trailing_blanks(text.substr(0, end)));
    text = without_leading_blanks(text.substr(end));
    room = width;
  } while (!text.empty());
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Cell cell = first_cell(text);
    width += cell.columns;
    text.remove_prefix(cell.bytes);
  }
  return width;
}

std::vector<std::string> wrap(std::string_view text, std::size_t width, std::size_t first_width) {
  std::vector<std::string> lines;
  for (const std::string& line : split(text, '\n')) {
    wrap_one(line, width, lines.empty() ? first_width : width, lines);
  }
  return lines;
}

}  // namespace doctor
