#pragma once

// The grammar of wsl.conf and .wslconfig, below the questions of encoding, aliases and duplicates:
// what parse_wsl_config (wsl_config.h) is made of, of no use to others.

#include <cstddef>
#include <string_view>

#include "lib/facts/wsl_config.h"

namespace doctor {

// Section and key names are cut here, so that a file of one endless section name and a million keys
// does not fill the memory. WSL's own longest is experimental.virtioFsAggregateShares.
constexpr std::size_t longest_wsl_config_name = 64;

// Adds the sections, entries and problems of a text without BOM to `config`, by `config.kind`.
void read_wsl_config_text(std::string_view text, WslConfig& config);

}  // namespace doctor
