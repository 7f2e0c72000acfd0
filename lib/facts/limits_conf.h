#pragma once

// /etc/security/limits.conf and limits.d/*.conf, which pam_limits reads at a login.
// Source: limits.conf(5), pam_limits(8) of Linux-PAM.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace doctor {

// "mia hard nofile 4096". Lines of another shape are not listed.
struct LimitsLine {
  std::string file;
  std::size_t line = 0;                // from 1
  std::string domain;                  // "mia", "@developers", "*"
  std::string type;                    // "soft", "hard", "-" (both); lower case, as is `item`
  std::string item;                    // "nofile", "nproc", ...
  std::optional<std::uint64_t> value;  // none: unlimited

  bool operator==(const LimitsLine&) const = default;
};

std::vector<LimitsLine> parse_limits_conf(std::string_view text, std::string_view file);

struct LimitsUser {
  std::string name;
  bool root = false;
  std::vector<std::string> groups;
};

// The line that decides the hard limit of `item` for a user, of all files' lines in the order they
// are read: one for the user beats one for a group, and that beats `*`; of equals the last counts;
// groups and `*` do not count for root. Ranges of numbers ("1000:", "@100:200") are not understood
// and never decide. Null where none does.
const LimitsLine* deciding_hard_limit(std::span<const LimitsLine> lines, std::string_view item,
                                      const LimitsUser& user);

}  // namespace doctor
