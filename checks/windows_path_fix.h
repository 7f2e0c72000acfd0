#pragma once

// What would go and what would stay with `[interop] appendWindowsPath=false`, and the fix that
// writes it.

#include <optional>
#include <string>
#include <vector>

#include "checks/path_lines.h"
#include "checks/search_path.h"

namespace doctor {

struct WindowsPathFix {
  std::optional<Fix> fix;
  std::string detail;              // what would be lost and kept, or why there is no fix
  std::vector<Evidence> evidence;  // folder by folder
};

// `lines` name folders that WSL does not append, so that its setting cannot remove them.
WindowsPathFix windows_path_fix(const Context& context, const SearchPath& path,
                                const std::vector<PathLine>& lines);

}  // namespace doctor
