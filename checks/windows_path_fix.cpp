#include "checks/windows_path_fix.h"

#include <algorithm>
#include <set>

#include "checks/wsl_files.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/fix/script.h"

namespace doctor {

namespace {

constexpr const char* drop_in = "/etc/profile.d/wsl-go-doctor-windows-path.sh";

// Folders of Windows' PATH by how they end (Windows does not look at case), and the commands that
// people know from there.
struct KnownFolder {
  std::string_view ending;
  bool keep;
  std::vector<std::string> commands;
};

const std::vector<KnownFolder>& known_folders() {
  static const std::vector<KnownFolder> all = {
      {"/windows/system32", true, {"clip.exe", "cmd.exe", "wsl.exe"}},
      {"/windows", true, {"explorer.exe"}},
      {"/windowspowershell/v1.0", true, {"powershell.exe"}},
      {"/microsoft vs code/bin", true, {"code"}},
      {"/microsoft vs code insiders/bin", true, {"code-insiders"}},
      {"/docker/resources/bin", false, {"docker", "kubectl.exe"}},
      {"/git/cmd", false, {"git.exe"}},
      {"/go/bin", false, {"go.exe"}},
      {"/nodejs", false, {"node.exe", "npm"}},
      {"/openssh", false, {"ssh.exe"}},
      {"/powershell/7", false, {"pwsh.exe"}},
      {"/microsoft/windowsapps", false, {"winget.exe", "wt.exe"}},
  };
  return all;
}

struct Fate {
  std::string folder;
  std::vector<std::string> commands;  // of the known ones, those that are there
  bool stays = false;
};

std::string without_last_slashes(std::string folder) {
  while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  return folder;
}

Fate fate_of(const Host& host, const PathFolder& folder) {
  Fate fate{folder.text, {}, false};
  if (!folder.exists) return fate;
  const std::string name = to_lower(without_last_slashes(folder.text));
  for (const KnownFolder& known : known_folders()) {
    if (!name.ends_with(known.ending)) continue;
    for (const std::string& command : known.commands) {
      if (host.lstat(*folder.resolved + "/" + command)) fate.commands.push_back(command);
    }
    fate.stays = known.keep && !fate.commands.empty() && printable(folder.text) == folder.text;
    break;
  }
  return fate;
}

// What WSL has appended: the Windows folders of PATH that no start-up file names, each once.
std::vector<Fate> fates(const Host& host, const SearchPath& path,
                        const std::vector<PathLine>& lines) {
  std::vector<Fate> all;
  std::set<std::string> seen;
  for (const PathFolder* folder : path.on_windows()) {
    if (!seen.insert(folder->text).second || line_naming(lines, folder->text)) continue;
    all.push_back(fate_of(host, *folder));
  }
  return all;
}

// A word for every POSIX shell, which know no $'...'.
std::string posix_quote(const std::string& text) {
  return "'" + replace_all(text, "'", "'\\''") + "'";
}

// Whether a folder is there is not asked at a login: on a drive that does not answer, it would
// hang.
std::string drop_in_text(const std::vector<Fate>& all) {
  std::string words;
  for (const Fate& fate : all) {
    if (fate.stays) words += " \\\n  " + posix_quote(fate.folder);
  }
  return "# Made by wsl-go-doctor: the Windows folders that stay in PATH although /etc/wsl.conf "
         "has\n# appendWindowsPath=false. Add or remove folders as you like.\nfor folder in" +
         words +
         "; do\n"
         "  case \":$PATH:\" in\n"
         "    *\":$folder:\"*) ;;\n"
         "    *) PATH=\"$PATH:$folder\" ;;\n"
         "  esac\n"
         "done\n"
         "export PATH\n"
         "unset folder\n";
}

std::string commands_of(const std::vector<Fate>& all, bool stays) {
  std::vector<std::string> names;
  for (const Fate& fate : all) {
    if (fate.stays == stays) names.insert(names.end(), fate.commands.begin(), fate.commands.end());
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return join(names, ", ");
}

// Is it known that this user's shell reads /etc/profile.d, or that it does not?
std::string who_reads_it(const Host& host) {
  const std::string shell = host.variable("SHELL").value_or("");
  const std::string name = shell.substr(shell.rfind('/') + 1);
  if (name == "bash" || name == "sh" || name == "dash" || name == "ash") return "";
  if (name == "fish") {
    return " Your shell, fish, does not read that file: use `fish_add_path --append FOLDER` there.";
  }
  return " zsh reads that file only where /etc/zsh/zprofile or /etc/zprofile reads /etc/profile; "
         "fish does not.";
}

std::string what_happens(const Host& host, const std::vector<Fate>& all) {
  const auto staying = static_cast<std::size_t>(std::ranges::count(all, true, &Fate::stays));
  const std::string lost = commands_of(all, false);
  std::string text = fmt::format("The fix sets appendWindowsPath=false: {} of {} leave PATH{}.",
                                 all.size() - staying, count_of(all.size(), "Windows folder"),
                                 lost.empty() ? "" : ", and with them " + lost);
  if (staying > 0) {
    text += fmt::format(" It keeps {}: {} appends their folders in login shells of bash and sh.{}",
                        commands_of(all, true), drop_in, who_reads_it(host));
  }
  return text + " Everything else still starts by its full path.";
}

std::vector<std::string> about(const Fix& fix, const std::vector<Fate>& all) {
  std::vector<std::string> text = {
      "WSL no longer appends Windows' PATH to this distribution's. These folders leave it:"};
  for (const Fate& fate : all) {
    if (fate.stays) continue;
    text.push_back("  " + fate.folder +
                   (fate.commands.empty() ? "" : " (" + join(fate.commands, ", ") + ")"));
  }
  text.push_back("Then restart the distribution: " + fix.restart_command + " (in PowerShell)");
  return text;
}

FileEdit drop_in_edit(const Host& host, const std::vector<Fate>& all) {
  FileEdit edit{drop_in, std::nullopt, {0, 0, drop_in_text(all)}};
  if (auto bytes = host.read_file(drop_in)) {
    edit.edit.length = bytes->size();
    edit.before = *std::move(bytes);
  }
  return edit;
}

Fix make_fix(const Context& context, const WslFile& conf, const TextEdit& edit,
             const std::vector<Fate>& all) {
  Fix fix;
  fix.id = "windows-path-append";
  fix.title = "Stop appending Windows' PATH, and keep what is used from it";
  fix.needs = Privilege::root;
  fix.restart = Restart::distribution;
  fix.restart_command = restart_distribution_command(context.environment);
  fix.touches = {"/etc/wsl.conf"};
  fix.undo = "Puts /etc/wsl.conf back as it was, byte for byte.";
  fix.automatic = false;  // people lose commands: they must look first
  std::string apply;
  if (std::ranges::any_of(all, &Fate::stays)) {
    fix.touches.emplace_back(drop_in);
    fix.undo = fmt::format("Puts /etc/wsl.conf and {} back as they were, byte for byte.", drop_in);
    apply = file_edit_statements(drop_in_edit(context.host, all));
  }
  apply += file_edit_statements({"/etc/wsl.conf", conf.bytes, edit});
  fix.script = bash_script({.id = fix.id,
                            .title = fix.title,
                            .about = about(fix, all),
                            .apply = apply,
                            .undo = "",
                            .needs = Privilege::root});
  return fix;
}

std::string already_off(const Host& host) {
  return wsl_conf_changed_since_start(host) == true
             ? "/etc/wsl.conf has appendWindowsPath=false already, and waits for a restart of the "
               "distribution."
             : "/etc/wsl.conf has appendWindowsPath=false already: something else puts Windows "
               "folders into PATH.";
}

}  // namespace

WindowsPathFix windows_path_fix(const Context& context, const SearchPath& path,
                                const std::vector<PathLine>& lines) {
  WindowsPathFix result;
  const auto conf = read_wsl_conf(context.host);
  if (!conf) {
    result.detail = "/etc/wsl.conf could not be read: " + describe(conf.error()) + ".";
    return result;
  }
  const WslConfigEntry* entry = find_entry(conf->config, "interop.appendWindowsPath");
  if (entry && wsl_bool(entry->value) == false) {
    result.detail = already_off(context.host);
    return result;
  }
  const std::vector<Fate> all = fates(context.host, path, lines);
  if (all.empty()) return result;
  const auto edit = set_wsl_config(conf->bytes.value_or(""), WslConfigKind::wsl_conf, "interop",
                                   "appendWindowsPath", "false");
  if (!edit) {
    result.detail = edit.error();
    return result;
  }
  result.fix = make_fix(context, *conf, *edit, all);
  result.detail = what_happens(context.host, all);
  for (const Fate& fate : all) {
    result.evidence.push_back(
        {fate.stays ? "stays in PATH" : "leaves PATH",
         fate.folder + (fate.commands.empty() ? "" : " (" + join(fate.commands, ", ") + ")")});
  }
  return result;
}

}  // namespace doctor
