#pragma once

// The one PowerShell command line that asks the Windows side everything.

#include <string>
#include <string_view>
#include <vector>

namespace doctor {

// Arguments for powershell.exe. What it prints is read by parse_windows_answer with the same nonce
// (letters and digits only). It changes nothing on the machine, not even the console's code page.
std::vector<std::string> windows_script_arguments(std::string_view nonce);

}  // namespace doctor
