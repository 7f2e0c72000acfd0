#include <algorithm>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"
#include "lib/fix/script.h"

namespace doctor {
namespace {

bool is_plain_ascii(std::uint32_t c) {
  return c >= 0x20 && c < 0x7f;
}

bool is_harmless(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_./:@%+,-").find(c) != std::string_view::npos;
}

// Letters of any language may stand for themselves. Punctuation and blanks beyond ASCII are
// escaped: they look like something else, and shellcheck stumbles over them.
bool shows_as_itself(std::uint32_t c) {
  if (c < 0x80) return is_plain_ascii(c);
  return c > 0xbf && (c < 0x2000 || c > 0x2e7f) && (c < 0xd800 || c > 0xf8ff) && c != 0x3000 &&
         c < 0xfe00;
}

// Single quotes that shellcheck has no doubts about: it asks about $, ` and ~ that do not expand,
// and about a backslash before the closing quote.
bool fits_single_quotes(std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return is_plain_ascii(static_cast<unsigned char>(c)) && c != '\'' && c != '$' && c != '`';
  });
  return plain && !text.starts_with('~') && !text.ends_with('\\');
}

void append_escaped(std::string& quoted, std::string_view bytes) {
  for (const char c : bytes) {
    switch (c) {
      case '\n':
        quoted += "\\n";
        break;
      case '\r':
        quoted += "\\r";
        break;
      case '\t':
        quoted += "\\t";
        break;
      case '\\':
      case '\'':
        quoted += '\\';
        quoted += c;
        break;
      default:
        if (is_plain_ascii(static_cast<unsigned char>(c))) {
          quoted += c;
        } else {
          quoted += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        }
    }
  }
}

std::string without_nul(std::string_view text) {
  std::string kept(text);
  kept.erase(std::remove(kept.begin(), kept.end(), '\0'), kept.end());
  return kept;
}

void append_utf16(std::string& parts, std::uint32_t c) {
  if (c < 0x10000) {
    parts += fmt::format(" + [char]0x{:X}", c);
  } else {
    const auto rest = c - 0x10000;
    parts += fmt::format(" + [char]0x{:X} + [char]0x{:X}", 0xd800 + (rest >> 10),
                         0xdc00 + (rest & 0x3ff));
  }
}

}  // namespace

std::string bash_quote(std::string_view bytes) {
  std::string text = without_nul(bytes);
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_harmless)) return text;
  if (fits_single_quotes(text)) return "'" + text + "'";

  std::string quoted = "$'";
  for (std::string_view rest = text; !rest.empty();) {
    const auto point = first_code_point(rest);
    const auto length = point ? point->length : 1;
    if (length > 1 && shows_as_itself(point->value)) {
      quoted += rest.substr(0, length);
    } else {
      append_escaped(quoted, rest.substr(0, length));
    }
    rest.remove_prefix(length);
  }
  return quoted + "'";
}

std::string powershell_quote(std::string_view bytes) {
  const std::string text = without_nul(bytes);
  std::string parts;
  bool open = false;    // is the last part a string that can take another character?
  bool joined = false;  // are there parts to be joined?
  for (std::string_view rest = text; !rest.empty();) {
    const auto point = first_code_point(rest);
    const auto value = point ? point->value : 0xfffd;
    rest.remove_prefix(point ? point->length : 1);
    if (is_plain_ascii(value)) {
      if (!open) parts += parts.empty() ? "'" : " + '";
      open = true;
      parts += static_cast<char>(value);
      if (value == '\'') parts += '\'';
    } else {
      if (open) parts += '\'';
      // A leading string makes + join text, not add numbers.
      if (parts.empty()) parts = "''";
      open = false;
      joined = true;
      append_utf16(parts, value);
    }
  }
  if (open) parts += '\'';
  if (parts.empty()) return "''";
  return joined ? "(" + parts + ")" : parts;
}

std::string comment_text(std::string_view text) {
  std::string line = printable(replace_all(text, "\n", " "));
  // Directives of shellcheck, and the mark of a PowerShell signature block.
  if (line.starts_with("shellcheck") || line.starts_with("SIG #")) line.insert(0, "- ");
  return line;
}

}  // namespace doctor
