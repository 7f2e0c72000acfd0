#pragma once

// Which GCC brought which symbol version of libstdc++. A libstdc++.so.6 is dated by its own symbols
// and never by `gcc --version`: distributions ship a newer library than their compiler.
// Source: GCC's manual, "ABI Policy and Guidelines"; from 3.4.35 on read from Debian's packages.

#include <optional>
#include <string>

#include "lib/facts/versions.h"

namespace doctor {

// The first GCC release whose libstdc++ has GLIBCXX_<version>: 3.4.30 -> "12.1". No value for what
// is older than GLIBCXX_3.4.19 (GCC 4.8.3), newer than the table, or no such version at all.
std::optional<std::string> gcc_of_glibcxx(const Version& version);

}  // namespace doctor
