#pragma once

// WSL's own dialect of ini: /etc/wsl.conf and %UserProfile%\.wslconfig.
// Faithful to microsoft/WSL src/shared/configfile/configfile.cpp (tags 2.5.8 to 2.9.4): only `#`
// comments, no blanks inside [section], case-insensitive names, first duplicate wins, a backslash
// escapes, and a syntax error ends /etc/wsl.conf but only skips its line in .wslconfig.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/expected.h"

namespace doctor {

enum class WslConfigKind {
  wsl_conf,   // /etc/wsl.conf: the first syntax error ends the reading
  wslconfig,  // %UserProfile%\.wslconfig: a bad line is skipped
};

// A `[section]` header that WSL accepts. One name may occur several times.
struct WslConfigSection {
  std::string name;  // as written
  std::size_t line = 0;
  std::size_t begin = 0;  // byte range from `[` ...
  std::size_t end = 0;    // ... to behind `]`
};

// One `key = value` that WSL reads. `name` is "section.key" in lower case ("boot.systemd"); a key
// above every section has no dot. In .wslconfig, keys below a header that WSL rejects are listed
// under the garbled section that WSL then looks them up in: "expe" for what follows `[wsl2]` and
// `[experimental ]`. Section and key are cut at 64 bytes each; WSL knows no name nearly as long.
struct WslConfigEntry {
  std::string name;
  std::string section;     // as written
  std::string key;         // as written
  std::string value;       // as WSL understands it: quotes and escapes undone
  std::size_t line = 0;    // real line, from 1 (WSL's own messages miscount CRLF files)
  std::size_t column = 0;  // of the key, from 1, in bytes
  std::size_t begin = 0;  // byte range of the assignment in the file: from the key's first byte ...
  std::size_t end = 0;    // ... to the end of its value, before any comment; both 0 in UTF-16
  bool shadowed = false;  // an earlier entry of the same name wins
};

// What WSL would complain about while reading, in WSL's own words without the "wsl: " and the "in
// F:N", at the place where WSL gives up on the line: "Invalid escaped character: 'U'",
// "Expected '='", "Invalid section name". Unknown keys and bad values are not syntax: see entries.
struct WslConfigProblem {
  std::size_t line = 0;
  std::size_t column = 0;
  std::string message;
  bool stops = false;  // everything below it is ignored
  // For a value with broken quotes or escapes: the name and byte range as in WslConfigEntry.
  std::string name = "";
  std::size_t begin = 0;
  std::size_t end = 0;
};

enum class TextEncoding { utf8, utf8_bom, utf16le, utf16be };

struct WslConfig {
  WslConfigKind kind = WslConfigKind::wsl_conf;
  TextEncoding encoding = TextEncoding::utf8;
  bool readable = true;  // false: the encoding alone makes WSL ignore the whole file
  std::vector<WslConfigSection> sections;
  std::vector<WslConfigEntry> entries;
  std::vector<WslConfigProblem> problems;  // the first 1000
};

// Never fails: whatever is wrong is in `problems`. A UTF-16 or BOM file of a kind that WSL cannot
// read has `readable == false`, a problem that says so, and no entries. Byte offsets refer to
// `bytes` itself (UTF-8, or a .wslconfig whose BOM WSL skips).
WslConfig parse_wsl_config(std::string_view bytes, WslConfigKind kind);

// The entry that counts for "section.key" (any case), or null. For the keys with an alias
// (networkingMode, dnsTunneling, firewall, autoProxy: wsl2 and experimental) either name finds it.
const WslConfigEntry* find_entry(const WslConfig& config, std::string_view name);

// WSL's value forms. No value: WSL calls it invalid and keeps its default.
std::optional<bool> wsl_bool(std::string_view value);  // true false 1 0, any case
std::optional<int> wsl_int(std::string_view value);    // strtol, base 0
std::optional<std::uint64_t> wsl_memory_size(
    std::string_view value);  // bytes; B K KB M MB G GB T TB

// A replacement of `length` bytes at `offset` by `text`.
struct TextEdit {
  std::size_t offset = 0;
  std::size_t length = 0;
  std::string text;

  bool operator==(const TextEdit&) const = default;
};
std::string apply_edit(std::string_view bytes, const TextEdit& edit);

// A value as it must stand in the file, quoted and escaped; no value if the dialect has no way to
// write it.
std::optional<std::string> written_wsl_value(std::string_view value);

// The smallest edit after which WSL reads `value` for section.key, every other byte kept, line ends
// in the file's own style: the entry that counts is replaced in place, or a line is added at the
// end of its section, or the section is added at the end of the file. The value is quoted and
// escaped as the dialect needs. An edit of length 0 and no text means it already reads so. Fails
// (in words for a person) where no such edit can work: an unreadable encoding, or a syntax error
// above the place that ends the reading of /etc/wsl.conf. Every edit returned has been tried: with
// it WSL reads `value`, and every other setting as before.
expected<TextEdit, std::string> set_wsl_config(std::string_view bytes, WslConfigKind kind,
                                               std::string_view section, std::string_view key,
                                               std::string_view value);

// The smallest edit that removes the entry that counts, its whole line included; an entry that it
// shadowed counts from then on. An edit of length 0 means there is none.
expected<TextEdit, std::string> remove_wsl_config(std::string_view bytes, WslConfigKind kind,
                                                  std::string_view section, std::string_view key);

}  // namespace doctor
