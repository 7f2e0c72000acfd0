#pragma once

// What a Linux program needs to start a Windows one under WSL: a powershell.exe, a folder that
// Windows knows, and an interop that is switched on.

#include <optional>
#include <string>
#include <vector>

#include "lib/host/host.h"

namespace doctor {

struct PowerShell {
  std::string program;
  std::string directory;  // to start it in: where a Windows drive is mounted, or "/"
};

// The first powershell.exe of PATH, else that of a mounted Windows drive. `unsupported` says which
// of the reasons it is: interop switched off, no Windows drive, or none on any of them.
Answer<PowerShell> find_powershell(const Host& host);

// Why Windows programs cannot be run, by what binfmt_misc says; no value when it says they can, or
// nothing.
std::optional<std::string> interop_is_off(const Host& host);

// The sockets of WSL's interop servers, newest first, without the one that WSL_INTEROP names.
std::vector<std::string> other_interop_sockets(const Host& host);

}  // namespace doctor
