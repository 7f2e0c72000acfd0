#pragma once

// The symbol versions that an ELF shared library defines. No `strings`, no running of anything.
// Source: System V ABI; LSB "Symbol Versioning" (Elf64_Verdef, Verdaux).

#include <string>
#include <string_view>
#include <vector>

#include "lib/base/expected.h"

namespace doctor {

// The dynamic-symbol versions that a shared library defines (SHT_GNU_verdef), in the file's order.
struct LibrarySymbols {
  std::string soname;
  std::string machine;  // "x86_64", "aarch64", "arm", "i386", or "machine N" for e_machine N
  std::vector<std::string> versions;

  bool operator==(const LibrarySymbols&) const = default;
};

// Reads 32- and 64-bit files of either byte order through section headers or, where those are
// stripped, the dynamic segment. Every offset is bounds-checked; a file cut short or with wild
// offsets is an error in plain words ("not an ELF file", "cut short: ..."). A library without
// versions has none: no error.
expected<LibrarySymbols, std::string> parse_elf_symbols(std::string_view bytes);

}  // namespace doctor
