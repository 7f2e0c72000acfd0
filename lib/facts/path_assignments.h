#pragma once

// Where a shell's start-up file puts folders into PATH. Pure: nothing is executed, and nothing but
// the home folder is expanded, so only folders that are written out are found. Knows the
// assignments of sh, bash and zsh, zsh's `path` array, fish's `set PATH` and `fish_add_path`, and
// /etc/environment. Source: POSIX Shell Command Language 2.2 (quoting), zsh(1), fish(1),
// pam_env.conf(5).

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doctor {

struct PathAssignment {
  std::size_t line = 0;              // from 1
  std::string text;                  // the line, trimmed
  std::vector<std::string> folders;  // absolute ones that stand there in full, in order
  std::vector<std::string> after;    // those of them that come after the PATH of before
  bool cut = false;                  // it ends at a blank that is not quoted, amid a folder's name

  bool operator==(const PathAssignment&) const = default;
};

// The lines that name at least one folder. `home` stands for $HOME and ~; "" when it is not known.
std::vector<PathAssignment> path_assignments(std::string_view text, std::string_view home = "");

// "export PATH=$PATH:/opt/bin" -> "export PATH=/opt/bin:$PATH", every other byte kept. No value for
// a line that is not quite as simple as that.
std::optional<std::string> put_in_front(std::string_view line);

}  // namespace doctor
