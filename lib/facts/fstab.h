#pragma once

// /etc/fstab, as mount(8) reads it. Pure functions: text in, values out.
// Source: fstab(5); what counts as an error was tried with util-linux 2.38.1 (`mount -a -f -T`,
// `findmnt --verify`): a line is ignored when it has fewer than three fields, or when its fifth or
// sixth field is no number. Whatever follows the sixth field is not looked at.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "lib/facts/wsl_config.h"

namespace doctor {

struct FstabField {
  std::string text;        // octal escapes (\040) undone
  std::size_t column = 0;  // from 1, in bytes; 0: the line has no such field
};

struct FstabEntry {
  std::size_t line = 0;
  FstabField source;       // "LABEL=cloudimg-rootfs", "C:", "//server/share", "tmpfs"
  FstabField mount_point;  // "/mnt/data", "none"
  FstabField type;         // "drvfs", "ext4", "none"
  FstabField options;      // "defaults,nofail", "" when left out

  // Is `name` among the comma-separated options, alone or with a value?
  bool has_option(std::string_view name) const;
};

// What `mount -a` leaves alone: swap, noauto, and the root file system, whatever its source (tried
// with util-linux 2.38.1: "/: ignored").
bool is_left_alone(const FstabEntry& entry);

// A share on another machine.
bool needs_network(const FstabEntry& entry);

// A disk that is there only once `wsl --mount` has attached it.
bool needs_disk(const FstabEntry& entry);

struct FstabProblem {
  std::size_t line = 0;
  std::size_t column = 0;
  std::string message;   // "expected a mount point after the source"
  bool ignored = false;  // mount(8) leaves the whole line out
};

struct Fstab {
  std::vector<FstabEntry> entries;     // lines that mount(8) accepts, the first 1000
  std::vector<FstabProblem> problems;  // the first 1000
};

// Never fails: whatever is wrong is in `problems`.
Fstab parse_fstab(std::string_view text);

// The edit that puts "# " before each of the given lines (numbers from 1); every other byte stays.
TextEdit comment_out_lines(std::string_view text, const std::vector<std::size_t>& lines);

// A line or a field of it, as it may be shown: what follows `pass...=` (cifs) up to the next comma
// or blank, and a password in `//name:password@server`, become "...".
std::string without_passwords(std::string_view text);

// "C:", "C:\", "C:/Users": a Windows drive or a folder on one.
bool is_windows_drive_path(std::string_view source);

// "//server/share" or "\\server\share", as drvfs and cifs take it.
bool is_unc_path(std::string_view source);

}  // namespace doctor
