#include <array>
#include <cstdint>

#include "lib/base/text.h"

namespace doctor {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8 | (j < count ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      text += j <= count ? alphabet[group >> (18 - 6 * j) & 0x3F] : '=';
    }
  }
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string bytes;
  std::uint32_t group = 0;
  unsigned digits = 0, padding = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r' || c == ' ' || c == '\t') continue;
    const auto value = alphabet.find(c);
    if (c == '=') {
      ++padding;
    } else if (value == std::string_view::npos || padding > 0) {
      return std::nullopt;
    } else {
      group = group << 6 | static_cast<std::uint32_t>(value);
      if (++digits % 4 == 0) {
        for (const int shift : {16, 8, 0}) bytes += static_cast<char>(group >> shift & 0xFF);
        group = 0;
      }
    }
  }
  const unsigned rest = digits % 4;
  if (rest == 1 || (rest == 0 && padding > 0) || (padding > 0 && rest + padding != 4)) {
    return std::nullopt;
  }
  if (rest == 2) bytes += static_cast<char>(group >> 4 & 0xFF);
  if (rest == 3) {
    bytes += static_cast<char>(group >> 10 & 0xFF);
    bytes += static_cast<char>(group >> 2 & 0xFF);
  }
  return bytes;
}

}  // namespace doctor
