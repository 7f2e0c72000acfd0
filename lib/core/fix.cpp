#include "lib/core/fix.h"

namespace doctor {

std::string_view to_string(Shell shell) {
  switch (shell) {
    case Shell::bash:
      return "bash";
    case Shell::powershell:
      return "powershell";
  }
  return "bash";
}

std::string_view to_string(Privilege privilege) {
  switch (privilege) {
    case Privilege::user:
      return "user";
    case Privilege::root:
      return "root";
    case Privilege::windows_user:
      return "windows-user";
    case Privilege::windows_administrator:
      return "windows-administrator";
  }
  return "user";
}

std::string_view to_string(Restart restart) {
  switch (restart) {
    case Restart::nothing:
      return "nothing";
    case Restart::new_shell:
      return "new-shell";
    case Restart::distribution:
      return "distribution";
    case Restart::wsl:
      return "wsl";
  }
  return "nothing";
}

}  // namespace doctor
