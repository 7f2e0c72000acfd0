#pragma once

// Writing fix scripts for the Windows side.
//
// They are all ASCII, because Windows PowerShell 5.1 reads a file without a byte order mark in the
// machine's old code page. Lines end with LF: both PowerShells take it, and so do terminals, JSON
// and golden files, where a CR would show.

#include <string>
#include <vector>

#include "lib/core/fix.h"

namespace doctor {

// The parts of a PowerShell script. `apply` and `undo` are statements, all ASCII: every value in
// them comes from `powershell_quote`. Both have to be harmless when run twice.
struct PowershellScript {
  std::string id;
  std::string title;
  std::vector<std::string> about;  // comment lines for the reader
  std::string apply;
  std::string undo;  // "" when there is nothing to undo
  Privilege needs = Privilege::windows_administrator;
};

// Stands alone: `script.ps1` applies, `script.ps1 -Undo` takes it back, the first error ends it
// with code 1. One that needs an administrator refuses to run as anybody else.
std::string powershell_script(const PowershellScript& script);

}  // namespace doctor
