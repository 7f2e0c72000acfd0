#include "lib/facts/binfmt.h"

#include <charconv>

#include "lib/base/text.h"

namespace doctor {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view dos_header = "MZ\x90\0\x03\0\0\0"sv;

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto high = hex_digit(text[i]), low = hex_digit(text[i + 1]);
    if (!high || !low) return std::nullopt;
    bytes += static_cast<char>(*high << 4 | *low);
  }
  return bytes;
}

// The rest of a line behind its keyword.
std::optional<std::string_view> after(std::string_view line, std::string_view keyword) {
  if (!line.starts_with(keyword)) return std::nullopt;
  return trim(line.substr(keyword.size()));
}

// False: the line is broken.
bool read_line(std::string_view line, BinfmtEntry& entry) {
  if (const auto path = after(line, "interpreter ")) {
    entry.interpreter = *path;
  } else if (const auto flags = after(line, "flags:")) {
    entry.flags = *flags;
  } else if (const auto extension = after(line, "extension .")) {
    entry.extension = *extension;
  } else if (const auto offset = after(line, "offset ")) {
    const char* end = offset->data() + offset->size();
    const auto result = std::from_chars(offset->data(), end, entry.offset);
    return result.ec == std::errc() && result.ptr == end;
  } else if (const auto magic = after(line, "magic ")) {
    const auto bytes = from_hex(*magic);
    if (bytes) entry.magic = *bytes;
    return bytes.has_value();
  } else if (const auto mask = after(line, "mask ")) {
    const auto bytes = from_hex(*mask);
    if (bytes) entry.mask = *bytes;
    return bytes.has_value();
  }
  return true;
}

}  // namespace

std::optional<BinfmtEntry> parse_binfmt_entry(std::string_view text) {
  const auto all = lines(text);
  if (all.empty()) return std::nullopt;
  const auto enabled = parse_binfmt_status(all.front());
  if (!enabled) return std::nullopt;
  BinfmtEntry entry;
  entry.enabled = *enabled;
  for (const std::string& line : all) {
    if (!read_line(line, entry)) return std::nullopt;
  }
  const bool complete =
      !entry.interpreter.empty() && entry.magic.empty() != entry.extension.empty();
  const bool fits = entry.mask.empty() || entry.mask.size() == entry.magic.size();
  if (!complete || !fits) return std::nullopt;
  return entry;
}

std::optional<bool> parse_binfmt_status(std::string_view text) {
  if (trim(text) == "enabled") return true;
  if (trim(text) == "disabled") return false;
  return std::nullopt;
}

bool claims_windows_programs(const BinfmtEntry& entry) {
  if (entry.magic.empty()) return entry.extension == "exe";
  if (entry.offset >= dos_header.size() || entry.magic.size() > dos_header.size() - entry.offset) {
    return false;
  }
  for (std::size_t i = 0; i < entry.magic.size(); ++i) {
    const char mask = entry.mask.empty() ? '\xff' : entry.mask[i];
    if (((dos_header[entry.offset + i] ^ entry.magic[i]) & mask) != 0) return false;
  }
  return true;
}

}  // namespace doctor
