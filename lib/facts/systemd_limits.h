#pragma once

// DefaultLimitNOFILE= in systemd's system.conf and user.conf.
// Source: systemd-system.conf(5), systemd.exec(5) ("Process Properties").

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace doctor {

struct SystemdLimit {
  std::size_t line = 0;               // from 1
  std::optional<std::uint64_t> hard;  // none: infinity

  bool operator==(const SystemdLimit&) const = default;
};

// The last assignment in [Manager] of one file: "N" sets soft and hard, "S:H" each. No value where
// there is none, an empty one resets it, or it cannot be read.
std::optional<SystemdLimit> parse_default_open_files(std::string_view text);

}  // namespace doctor
