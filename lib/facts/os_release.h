#pragma once

// /etc/os-release: which distribution this is. Source: os-release(5); read the tolerant way that
// systemd reads it.

#include <string>
#include <string_view>
#include <vector>

namespace doctor {

// "" and no entries for what the file does not say.
struct OsRelease {
  std::string id;                    // "ubuntu"
  std::vector<std::string> id_like;  // {"debian"}, {"suse", "opensuse"}
  std::string version_id;            // "24.04"; rolling releases have none
  std::string pretty_name;           // "Ubuntu 24.04.2 LTS"

  bool operator==(const OsRelease&) const = default;
};

// Never fails: a line that is no assignment is skipped, a missing closing quote ends with its line.
// Of several assignments to one name the last counts, as in a shell.
OsRelease parse_os_release(std::string_view text);

// Is it this distribution, or one derived from it? ("debian" for Ubuntu, Kali, Pengwin, ...)
bool is_like(const OsRelease& release, std::string_view id);

}  // namespace doctor
