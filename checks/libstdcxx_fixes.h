#pragma once

#include <optional>
#include <span>
#include <string>

#include "lib/core/fix.h"
#include "lib/facts/os_release.h"

namespace doctor {

// Takes libstdc++.so.6 back from update-alternatives, removes the looping links (absolute paths)
// and lets ldconfig make them anew, as a link to the library that is there.
Fix repair_libstdcxx_links(std::span<const std::string> links);

// Installs libstdc++ with the distribution's own package manager; none for one that is not known.
struct InstallCommand {
  std::string typed;  // "sudo apt-get install libstdc++6"
  Fix fix;
};
std::optional<InstallCommand> install_libstdcxx(const OsRelease& release);

}  // namespace doctor
