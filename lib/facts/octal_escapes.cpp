#include "lib/facts/octal_escapes.h"

namespace doctor {
namespace {

bool is_octal(char byte) {
  return byte >= '0' && byte <= '7';
}

}  // namespace

std::string decode_octal_escapes(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size() && text[i + 1] <= '3' && is_octal(text[i + 1]) &&
        is_octal(text[i + 2]) && is_octal(text[i + 3])) {
      const int value = (text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0');
      decoded += static_cast<char>(value);
      i += 3;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

}  // namespace doctor
