#pragma once

// Entries of binfmt_misc, as /proc/sys/fs/binfmt_misc/NAME shows them.
// Source: Linux Documentation/admin-guide/binfmt-misc.rst and fs/binfmt_misc.c (entry_status,
// check_file).

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace doctor {

struct BinfmtEntry {
  bool enabled = false;
  std::string interpreter;  // "/init"
  std::string flags;        // "PF": of P, O, C and F
  std::size_t offset = 0;   // of the magic in the file
  std::string magic;        // bytes; empty for an entry that goes by the file's extension
  std::string mask;         // bytes, as many as the magic; empty when all bits count
  std::string extension;    // "exe", without the dot

  bool operator==(const BinfmtEntry&) const = default;
};

// No value for a text that is no entry: no "enabled" or "disabled", no interpreter, or neither a
// magic nor an extension.
std::optional<BinfmtEntry> parse_binfmt_entry(std::string_view text);

// What /proc/sys/fs/binfmt_misc/status says of all entries together; no value for another text.
std::optional<bool> parse_binfmt_status(std::string_view text);

// Would this entry, were it enabled, take an ordinary Windows program? Those begin with the DOS
// header that every linker writes ("MZ", 0x90, 0, 3, 0, 0, 0) and are called *.exe.
bool claims_windows_programs(const BinfmtEntry& entry);

}  // namespace doctor
