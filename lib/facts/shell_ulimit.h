#pragma once

// `ulimit -n` in a shell's start-up file. Without -S it lowers the hard limit too, for good: only
// root can raise it again. Source: POSIX `ulimit`, bash(1), zshbuiltins(1).

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace doctor {

struct UlimitCommand {
  std::size_t line = 0;  // from 1
  std::uint64_t value = 0;
  bool whole = false;  // the command is the whole line

  bool operator==(const UlimitCommand&) const = default;
};

// Every `ulimit` command that sets the hard limit of open files to a number. By the words of each
// line alone: what is in quotes, variables and $(...) is not understood and not listed.
std::vector<UlimitCommand> hard_open_files_commands(std::string_view script);

}  // namespace doctor
