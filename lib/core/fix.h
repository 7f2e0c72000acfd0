#pragma once

// Fix: a standalone script that mends one finding, and what a person must know before running it.

#include <string>
#include <string_view>
#include <vector>

namespace doctor {

enum class Shell { bash, powershell };
enum class Privilege { user, root, windows_user, windows_administrator };
enum class Restart {
  nothing,
  new_shell,     // a new terminal (and VS Code window)
  distribution,  // wsl --terminate <name>
  wsl,           // wsl --shutdown: every distribution, and Docker Desktop
};
std::string_view to_string(Shell shell);
std::string_view to_string(Privilege privilege);
std::string_view to_string(Restart restart);

struct Fix {
  std::string id;     // unique in a run, a file name too: "systemd-enable", "windows-drive-gocache"
  std::string title;  // what it does, as an order: "Turn systemd on in /etc/wsl.conf"
  Shell shell = Shell::bash;
  Privilege needs = Privilege::user;
  Restart restart = Restart::nothing;
  std::string
      restart_command;  // as the user types it, and where: "wsl --shutdown  (in PowerShell)"
  std::vector<std::string> touches;  // files it may change, or what else in plain words
  std::string undo;                  // how it is undone, in one sentence
  std::string script;                // the whole script, see lib/fix/script.h
  // False: a person must look first (it moves work, or costs security); --apply leaves it alone
  // unless it is named with --only, and says so.
  bool automatic = true;
};

}  // namespace doctor
