#pragma once

// Where a shell's start-up files set something.

#include <optional>
#include <string>
#include <vector>

#include "lib/host/host.h"

namespace doctor {

struct StartupLine {
  std::string file;
  std::string bytes;       // the whole file
  std::size_t line = 0;    // from 1
  std::size_t offset = 0;  // of the line's first byte
  std::string text;
  bool whole = false;   // the assignment is the whole line, so that commenting it out is safe
  bool system = false;  // below /etc: root's
};

// The start-up files that a shell of this user may read, in the order of a login; they need not be
// there.
std::vector<std::string> startup_files(const Host& host);

// The first line, in the order the files are read at a login, that sets the variable `name`.
std::optional<StartupLine> find_assignment(const Host& host, const std::string& name);

}  // namespace doctor
