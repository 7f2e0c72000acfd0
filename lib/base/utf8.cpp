#include "lib/base/utf8.h"

#include "lib/base/format.h"
#include "lib/base/text.h"

namespace doctor {

namespace {

constexpr std::uint32_t replacement = 0xFFFD;

bool is_surrogate(std::uint32_t value) {
  return value >= 0xD800 && value <= 0xDFFF;
}

// Controls, line and paragraph separators, and what reorders or hides text on a terminal.
bool is_unprintable(std::uint32_t value) {
  return value < 0x20 || (value >= 0x7F && value < 0xA0) || value == 0x061C ||
         (value >= 0x200B && value <= 0x200F) || (value >= 0x2028 && value <= 0x202E) ||
         (value >= 0x2060 && value <= 0x206F) || value == 0xFEFF ||
         (value >= 0xE0000 && value <= 0xE007F);
}

}  // namespace

std::optional<CodePoint> first_code_point(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
  };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return CodePoint{lead, 1};

  std::size_t length = 0;
  std::uint32_t value = 0, least = 0;
  if (lead >= 0xC2 && lead < 0xE0) {
    length = 2, value = lead & 0x1F, least = 0x80;
  } else if (lead >= 0xE0 && lead < 0xF0) {
    length = 3, value = lead & 0x0F, least = 0x800;
  } else if (lead >= 0xF0 && lead < 0xF5) {
    length = 4, value = lead & 0x07, least = 0x10000;
  } else {
    return std::nullopt;
  }
  if (text.size() < length) return std::nullopt;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return std::nullopt;
    value = value << 6 | (byte(i) & 0x3F);
  }
  if (value < least || value > 0x10FFFF || is_surrogate(value)) return std::nullopt;
  return CodePoint{value, length};
}

void append_utf8(std::string& text, std::uint32_t code_point) {
  const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | code_point >> 6), put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | code_point >> 12), put(0x80 | (code_point >> 6 & 0x3F)),
        put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | code_point >> 18), put(0x80 | (code_point >> 12 & 0x3F));
    put(0x80 | (code_point >> 6 & 0x3F)), put(0x80 | (code_point & 0x3F));
  }
}

bool is_valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto point = first_code_point(text);
    if (!point) return false;
    text.remove_prefix(point->length);
  }
  return true;
}

std::string printable(std::string_view text, bool keep_line_ends) {
  std::string result;
  while (!text.empty()) {
    const auto point = first_code_point(text);
    if (!point) {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
      text.remove_prefix(1);
      continue;
    }
    if (keep_line_ends && point->value == '\n') {
      result += '\n';
    } else if (!is_unprintable(point->value)) {
      result += text.substr(0, point->length);
    } else if (point->value < 0x100) {
      result += fmt::format("\\x{:02x}", point->value);
    } else {
      result += fmt::format("\\u{:04x}", point->value);
    }
    text.remove_prefix(point->length);
  }
  return result;
}

std::string utf16_to_utf8(std::string_view bytes, bool big_endian) {
  const auto unit = [&](std::size_t i) {
    const auto first = static_cast<unsigned char>(bytes[i]);
    const auto second = static_cast<unsigned char>(bytes[i + 1]);
    return static_cast<std::uint32_t>(big_endian ? first << 8 | second : second << 8 | first);
  };
  std::string result;
  std::size_t i = 0;
  for (; i + 1 < bytes.size(); i += 2) {
    std::uint32_t value = unit(i);
    const bool high = value >= 0xD800 && value <= 0xDBFF;
    if (high && i + 3 < bytes.size() && unit(i + 2) >= 0xDC00 && unit(i + 2) <= 0xDFFF) {
      value = 0x10000 + ((value - 0xD800) << 10) + (unit(i + 2) - 0xDC00);
      i += 2;
    }
    append_utf8(result, is_surrogate(value) ? replacement : value);
  }
  if (i < bytes.size()) append_utf8(result, replacement);
  return result;
}

}  // namespace doctor
