#include "checks/limits_origin.h"

#include "checks/shell_startup.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/limits_conf.h"
#include "lib/facts/shell_ulimit.h"
#include "lib/facts/systemd_limits.h"
#include "lib/facts/versions.h"
#include "lib/fix/script.h"

namespace doctor {

namespace {

constexpr const char* limits_conf = "/etc/security/limits.conf";
constexpr const char* limits_folder = "/etc/security/limits.d";

// The first public source already starts everything with a hard limit of 1048576.
const Version first_known_high = {{2, 5, 8}};

std::size_t offset_of_line(std::string_view bytes, std::size_t number) {
  std::size_t offset = 0;
  for (std::size_t line = 1; line < number; ++line) offset = bytes.find('\n', offset) + 1;
  return offset;
}

Fix comment_out(const std::string& file, const std::string& bytes, std::size_t line) {
  Fix fix;
  fix.id = "limits-startup-line";
  fix.title = fmt::format("Comment out line {} of {}", line, file);
  fix.needs = file.starts_with("/etc/") ? Privilege::root : Privilege::user;
  fix.restart = Restart::new_shell;
  fix.restart_command = "open a new terminal";
  fix.touches = {file};
  fix.undo = "Puts the file of before back, byte for byte.";
  fix.automatic = false;  // somebody wrote it on purpose
  fix.script = bash_script(
      {.id = fix.id,
       .title = fix.title,
       .about =
           {"`ulimit -n` without -S lowers the hard limit too, for every program of the shell.",
            "It counts in new terminals."},
       .apply = file_edit_statements({file, bytes, {offset_of_line(bytes, line), 0, "# "}}),
       .undo = "",
       .needs = fix.needs});
  return fix;
}

// A `ulimit -n` in a start-up file that sets just this number.
bool set_at_startup(const Host& host, std::uint64_t hard, Finding& finding) {
  for (const std::string& file : startup_files(host)) {
    const auto bytes = host.read_file(file);
    if (!bytes) continue;
    for (const UlimitCommand& command : hard_open_files_commands(*bytes)) {
      if (command.value != hard) continue;
      finding.location = Location{file, command.line, 1};
      finding.evidence.push_back({fmt::format("{}:{}", file, command.line),
                                  std::string(trim(lines(*bytes)[command.line - 1]))});
      finding.detail += fmt::format(
          " {} sets it: `ulimit -n` without -S lowers the hard limit too. Take that line out, or "
          "write `ulimit -Sn`.",
          file);
      if (command.whole) finding.fix = comment_out(file, *bytes, command.line);
      return true;
    }
  }
  return false;
}

LimitsUser user_of(const Host& host) {
  LimitsUser user;
  if (const auto machine = host.machine()) {
    user.name = machine->user;
    user.root = machine->uid == 0;
  }
  const auto groups = host.run({{"id", "-Gn"}, std::chrono::milliseconds(2000)});
  if (groups && groups->exit_code == 0) user.groups = split(trim(groups->out), ' ');
  return user;
}

std::vector<std::string> with_drop_ins(const Host& host, const std::string& file) {
  std::vector<std::string> files = {file};
  const std::string folder = file + ".d";
  for (const std::string& name : host.list(folder).value_or(std::vector<std::string>{})) {
    if (name.ends_with(".conf")) files.push_back(folder + "/" + name);
  }
  return files;
}

// systemd's default for what it starts: services, sessions of ssh's, units of the user.
bool set_by_systemd(const Host& host, std::uint64_t hard, Finding& finding) {
  for (const char* conf : {"/etc/systemd/user.conf", "/etc/systemd/system.conf"}) {
    for (const std::string& file : with_drop_ins(host, conf)) {
      const auto text = host.read_file(file);
      const auto limit = text ? parse_default_open_files(*text) : std::nullopt;
      if (!limit || limit->hard != hard) continue;
      finding.location = Location{file, limit->line, 1};
      finding.evidence.push_back({fmt::format("{}:{}", file, limit->line),
                                  std::string(trim(lines(*text)[limit->line - 1]))});
      finding.detail += fmt::format(
          " systemd sets it for what it starts: raise DefaultLimitNOFILE in {}, then restart.",
          file);
      return true;
    }
  }
  return false;
}

// What pam_limits sets at a login: a line of limits.conf that sets just this number.
bool set_at_login(const Host& host, std::uint64_t hard, Finding& finding) {
  std::vector<std::string> files = {limits_conf};
  for (const std::string& name : host.list(limits_folder).value_or(std::vector<std::string>{})) {
    if (name.ends_with(".conf")) files.push_back(fmt::format("{}/{}", limits_folder, name));
  }
  std::vector<LimitsLine> all;
  for (const std::string& file : files) {
    const auto text = host.read_file(file);
    if (!text) continue;
    for (LimitsLine& line : parse_limits_conf(*text, file)) all.push_back(std::move(line));
  }
  if (all.empty()) return false;
  const LimitsLine* deciding = deciding_hard_limit(all, "nofile", user_of(host));
  if (!deciding || deciding->value != hard) return false;
  finding.location = Location{deciding->file, deciding->line, 1};
  finding.evidence.push_back(
      {fmt::format("{}:{}", deciding->file, deciding->line),
       fmt::format("{} {} {} {}", deciding->domain, deciding->type, deciding->item, hard)});
  finding.detail += fmt::format(
      " pam_limits set it at the login (su, sudo, ssh): raise the number in {}, then log in again.",
      deciding->file);
  return true;
}

// WSL starts shells itself, without PAM: what is in limits.conf counts for su, sudo, ssh and login.
std::string advice_for_wsl2(const Environment& environment) {
  const auto version = parse_version(environment.wsl_version);
  const bool current = version && *version >= first_known_high;
  return fmt::format(
      " {} Lines in /etc/security/limits.conf raise nothing here: WSL's shells do not go through "
      "PAM. In this shell: `sudo prlimit --pid $$ --nofile=:1048576`.",
      current
          ? "WSL itself starts everything with 1048576, so something in this session lowered "
            "it: open a new terminal."
          : "`wsl --update`, then `wsl --shutdown` in PowerShell: current WSL starts everything "
            "with 1048576.");
}

std::string advice(const Environment& environment) {
  switch (environment.kind) {
    case EnvironmentKind::wsl2:
      return advice_for_wsl2(environment);
    case EnvironmentKind::container_on_wsl:
    case EnvironmentKind::container:
      return " The container was started with it: `docker run --ulimit nofile=1048576`, "
             "\"runArgs\" "
             "in devcontainer.json, or `ulimits` in compose.yaml raise it.";
    case EnvironmentKind::wsl1:
    case EnvironmentKind::ci:
    case EnvironmentKind::linux_machine:
      break;
  }
  return " Look at DefaultLimitNOFILE of systemd, at limits.conf, or at what started this shell.";
}

}  // namespace

void explain_origin(const Context& context, std::uint64_t hard, Finding& finding) {
  if (set_at_startup(context.host, hard, finding)) return;
  if (set_at_login(context.host, hard, finding)) return;
  if (set_by_systemd(context.host, hard, finding)) return;
  finding.detail += advice(context.environment);
}

}  // namespace doctor
