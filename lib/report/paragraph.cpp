#include "lib/report/paragraph.h"

#include <algorithm>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"
#include "lib/base/wrap.h"

namespace doctor {

namespace {

std::string_view code(Ink ink) {
  switch (ink) {
    case Ink::plain:
      return "";
    case Ink::green:
      return "\x1b[32m";
    case Ink::yellow:
      return "\x1b[33m";
    case Ink::red:
      return "\x1b[31m";
    case Ink::magenta:
      return "\x1b[35m";
    case Ink::cyan:
      return "\x1b[36m";
    case Ink::dim:
      return "\x1b[2m";
  }
  return "";
}

std::string ascii_only(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto point = first_code_point(text).value_or(CodePoint{'?', 1});
    if (point.value < 0x80) {
      result += static_cast<char>(point.value);
    } else {
      result += fmt::format("\\u{:04x}", point.value);
    }
    text.remove_prefix(point.length);
  }
  return result;
}

std::string clean(const Look& look, std::string_view text, bool keep_line_ends) {
  std::string result = replace_all(replace_all(text, "\r\n", "\n"), "\t", "  ");
  result = printable(result, keep_line_ends);
  return look.ascii ? ascii_only(result) : result;
}

std::size_t room(std::size_t width, std::size_t used) {
  return width > used ? width - used : 1;
}

void drop_trailing_blanks(std::string& line) {
  line.resize(line.find_last_not_of(' ') + 1);  // npos + 1 is 0
}

}  // namespace

std::string paint(const Look& look, Ink ink, std::string_view text) {
  if (!look.colour || ink == Ink::plain || text.empty()) return std::string(text);
  return fmt::format("{}{}\x1b[0m", code(ink), text);
}

std::string clean_line(const Look& look, std::string_view text) {
  return clean(look, text, false);
}

std::string clean_text(const Look& look, std::string_view text) {
  return clean(look, text, true);
}

std::vector<std::string> set_paragraph(const Look& look, const Paragraph& paragraph) {
  const std::string mark = clean_line(look, paragraph.mark);
  const std::string label = clean_line(look, paragraph.label);
  const std::size_t lead = paragraph.indent + display_width(mark) + display_width(label);
  const std::vector<std::string> texts = wrap(
      clean_text(look, paragraph.text), room(look.width, paragraph.hang), room(look.width, lead));

  std::vector<std::string> lines;
  for (const std::string& text : texts) {
    std::string line;
    if (lines.empty()) {
      line = std::string(paragraph.indent, ' ') + paint(look, paragraph.mark_ink, mark) + label;
    } else {
      line = std::string(paragraph.hang, ' ');
    }
    line += paint(look, paragraph.ink, text);
    drop_trailing_blanks(line);
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace doctor
