#include "lib/facts/ld_so_cache.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

namespace doctor {
namespace {

constexpr std::string_view magic = "glibc-ld.so.cache1.1";
constexpr std::size_t header_size = 48;
constexpr std::size_t entry_size = 24;
constexpr std::string_view old_magic = "ld.so-1.7.0";
constexpr std::size_t old_header_size = 16;
constexpr std::size_t old_entry_size = 12;
constexpr std::size_t longest_string = 4096;  // PATH_MAX
// A real cache names a library by the end of its path, so its texts are read about twice. Entries
// that all name one long text would otherwise cost memory without bound.
constexpr std::size_t most_readings = 16;

constexpr std::uint32_t type_mask = 0x00ff;
constexpr std::uint32_t abi_mask = 0xff00;
constexpr std::uint32_t type_libc6 = 3;

std::uint32_t number(std::string_view bytes, std::size_t offset, bool big_endian) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const char byte = bytes.substr(offset + (big_endian ? i : 3 - i), 1).front();
    value = value << 8 | static_cast<unsigned char>(byte);
  }
  return value;
}

std::string cut_short(std::string_view bytes) {
  return "cut short: its table does not fit in its " + std::to_string(bytes.size()) + " bytes";
}

// Older glibc puts a table for libc5 programs in front; the one that counts begins behind it, on a
// multiple of 8 or, where 64-bit numbers need no more, of 4.
std::optional<std::string_view> behind_old_table(std::string_view bytes) {
  if (bytes.size() < old_header_size) return std::nullopt;
  for (const bool big_endian : {false, true}) {
    const std::uint64_t end =
        old_header_size + std::uint64_t{number(bytes, 12, big_endian)} * old_entry_size;
    for (const std::uint64_t alignment : {8U, 4U}) {
      const std::uint64_t start = (end + alignment - 1) / alignment * alignment;
      if (start >= bytes.size()) continue;
      const std::string_view rest = bytes.substr(static_cast<std::size_t>(start));
      if (rest.starts_with(magic)) return rest;
    }
  }
  return std::nullopt;
}

bool fits(std::string_view bytes, std::uint32_t count) {
  return count <= (bytes.size() - header_size) / entry_size;
}

// The header's flags tell the byte order since glibc 2.33; before, only one order makes sense.
std::optional<bool> is_big_endian(std::string_view bytes) {
  const int flag = bytes[28] & 3;
  if (flag == 2) return false;
  if (flag == 3) return true;
  for (const bool big_endian : {false, true}) {
    if (fits(bytes, number(bytes, 20, big_endian))) return big_endian;
  }
  return std::nullopt;
}

std::optional<std::string> text_at(std::string_view bytes, std::uint32_t offset) {
  if (offset >= bytes.size()) return std::nullopt;
  const std::string_view start = bytes.substr(offset, longest_string + 1);
  const std::size_t end = start.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  return std::string(start.substr(0, end));
}

}  // namespace

expected<std::vector<LoaderCacheEntry>, std::string> parse_ld_so_cache(std::string_view bytes) {
  if (bytes.starts_with(old_magic)) {
    const auto rest = behind_old_table(bytes);
    if (!rest) return unexpected(std::string("cut short, or written by a glibc older than 2.2"));
    bytes = *rest;
  }
  if (!bytes.starts_with(magic)) return unexpected(std::string("not an ld.so.cache of glibc"));
  if (bytes.size() < header_size) return unexpected(cut_short(bytes));
  const auto big_endian = is_big_endian(bytes);
  if (!big_endian) return unexpected(cut_short(bytes));
  const std::uint32_t count = number(bytes, 20, *big_endian);
  if (!fits(bytes, count)) return unexpected(cut_short(bytes));

  std::vector<LoaderCacheEntry> entries;
  std::size_t text_size = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::size_t at = header_size + std::size_t{i} * entry_size;
    auto soname = text_at(bytes, number(bytes, at + 4, *big_endian));
    auto path = text_at(bytes, number(bytes, at + 8, *big_endian));
    if (!soname || !path) {
      return unexpected("cut short: entry " + std::to_string(i + 1) +
                        " names a library outside of the file");
    }
    text_size += soname->size() + path->size();
    if (text_size > most_readings * bytes.size()) {
      return unexpected(std::string("not an ld.so.cache of glibc: its names overlap"));
    }
    entries.push_back({std::move(*soname), std::move(*path), number(bytes, at, *big_endian)});
  }
  return entries;
}

bool is_native_abi(const LoaderCacheEntry& entry, std::string_view architecture) {
  struct Abi {
    std::string_view architecture;
    std::uint32_t bits;
  };
  // Where there are two rows, the loader takes either. Source: glibc's ldconfig.h and dl-cache.h.
  constexpr auto native = std::to_array<Abi>({{"x86_64", 0x0300},
                                              {"aarch64", 0x0a00},
                                              {"armv6l", 0x0900},
                                              {"armv6l", 0},
                                              {"armv7l", 0x0900},
                                              {"armv7l", 0},
                                              {"armv8l", 0x0900},
                                              {"armv8l", 0},
                                              {"i386", 0},
                                              {"i486", 0},
                                              {"i586", 0},
                                              {"i686", 0},
                                              {"ppc64le", 0x0500},
                                              {"s390x", 0x0400},
                                              {"riscv64", 0x1000},
                                              {"riscv64", 0x0f00}});
  bool known = false;
  for (const Abi& abi : native) {
    if (abi.architecture != architecture) continue;
    known = true;
    if ((entry.flags & type_mask) == type_libc6 && (entry.flags & abi_mask) == abi.bits) {
      return true;
    }
  }
  return !known;
}

}  // namespace doctor
