#pragma once

#include <string>

#include "lib/host/host.h"

namespace doctor {

// The project that a folder belongs to: the nearest folder upwards that holds .git, else the
// nearest with go.work or go.mod, else the folder itself. The home folder counts only when it is
// the folder itself.
std::string find_project(const Host& host, const std::string& folder);

}  // namespace doctor
