#pragma once

// Fixes that change one of WSL's two settings files, whichever check offers them. Where two checks
// find the same fault they offer the very same fix, so that a plan runs it once.

#include <optional>
#include <string>
#include <vector>

#include "checks/wsl_files.h"
#include "lib/core/check.h"
#include "lib/facts/wsl_config_lint.h"

namespace doctor {

struct WslFileChange {
  std::string id;
  std::string title;
  TextEdit edit;
  std::vector<std::string> about;  // more lines for the reader of the script
  bool automatic = true;
};

// No fix where the file cannot be reached from here (its drive is not mounted), or the new text has
// NUL bytes.
std::optional<Fix> change_wsl_file(const Context& context, const WslFile& file,
                                   const WslFileChange& change);

// Saves the file as plain UTF-8, the one encoding that WSL reads everywhere.
std::optional<Fix> encoding_fix(const Context& context, const WslFile& file);

// All mistakes mended whose intention is clear, as one fix; none where there is nothing to mend.
struct WslFileMend {
  MendedWslConfig mended;
  std::optional<Fix> fix;
};
WslFileMend mend_wsl_file(const Context& context, const WslFile& file);

}  // namespace doctor
