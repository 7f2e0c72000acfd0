#pragma once

// The one way text comes onto the terminal: escaped, wrapped, and coloured, in this order.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace doctor {

// The terminal as the renderers need it.
struct Look {
  bool colour = false;
  bool ascii = false;      // the locale is not UTF-8
  std::size_t width = 80;  // columns a line may take
};

enum class Ink { plain, green, yellow, red, magenta, cyan, dim };

std::string paint(const Look& look, Ink ink, std::string_view text);

// Text from outside on one line: tabs are blanks, all else that is no plain character is escaped.
std::string clean_line(const Look& look, std::string_view text);

// The same, but line ends stay.
std::string clean_text(const Look& look, std::string_view text);

// A text behind a lead, such as "  fix: ", or "! warning  clock-skew  ".
struct Paragraph {
  std::size_t indent = 0;  // of the first line
  std::string mark;        // printed in `mark_ink`
  Ink mark_ink = Ink::plain;
  std::string label;     // behind the mark, plain
  std::size_t hang = 0;  // indent of the lines after the first
  std::string text;
  Ink ink = Ink::plain;
};

// Its lines, without line ends. Line ends in the text are kept when `text` has them: pass it
// through clean_line first where it must not.
std::vector<std::string> set_paragraph(const Look& look, const Paragraph& paragraph);

}  // namespace doctor
