#include "checks/windows_drive_fixes.h"

#include <algorithm>

#include "checks/project_copy.h"
#include "checks/shell_startup.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/fix/script.h"
#include "lib/host/paths.h"

namespace doctor {

namespace {

const GoPlace* find_place(const GoPlaces& all, std::string_view name) {
  const auto found = std::ranges::find(all.places, name, &GoPlace::name);
  return found == all.places.end() ? nullptr : &*found;
}

bool home_is_on_linux(const GoPlaces& all) {
  const GoPlace* home = find_place(all, "HOME");
  return home && home->resolved && !home->on_windows_drive();
}

// The setting that a place follows from: GOMODCACHE follows from GOPATH unless it is set itself.
const GoValue& deciding_value(const GoPlaces& all, const GoPlace& place) {
  const GoValue& own = go_value(all.values, place.name);
  const bool derived = place.name == "GOMODCACHE" && own.source == "default";
  return derived ? go_value(all.values, "GOPATH") : own;
}

// Drops, from the user's go/env file, every line that sends one of Go's folders to a Windows drive:
// one edit for all of them, since two edits of one file would invalidate each other.
std::optional<TextEdit> drop_lines(const GoPlaces& all, std::string_view file,
                                   std::string_view text) {
  std::vector<std::size_t> dropped;
  for (const GoPlace& place : all.places) {
    if (!place.on_windows_drive() || place.name == "project" || place.name == "HOME") continue;
    const GoValue& value = deciding_value(all, place);
    if (value.source == file) dropped.push_back(value.line);
  }
  if (dropped.empty()) return std::nullopt;
  const auto [first, last] = std::ranges::minmax(dropped);

  TextEdit edit;
  std::size_t number = 0;
  for (const std::string& line : split(text, '\n')) {
    ++number;
    if (number < first) edit.offset += line.size() + 1;
    if (number < first || number > last) continue;
    edit.length += line.size() + 1;
    if (std::ranges::find(dropped, number) == dropped.end()) edit.text += line + '\n';
  }
  edit.length = std::min(edit.length, text.size() - edit.offset);  // the last line may lack its end
  return edit;
}

void mend_go_env_file(const Context& context, const GoPlaces& all, const GoValue& value,
                      Finding& finding) {
  finding.location = Location{value.source, value.line, 1};
  const auto text = context.host.read_file(value.source);
  if (!text) return;
  const auto edit = drop_lines(all, value.source, *text);
  if (!edit) return;
  Fix fix;
  fix.id = "windows-drive-go-env";
  fix.title = "Take folders on Windows drives out of Go's settings";
  fix.touches = {value.source};
  fix.undo = "Puts the go/env file of before back, byte for byte.";
  fix.script = bash_script(
      {.id = fix.id,
       .title = fix.title,
       .about = {fmt::format("Removes lines from {} as `go env -u NAME` does; Go then uses its "
                             "own folders in your home.",
                             value.source),
                 "The old folders stay; delete them when you like (go clean -modcache -cache)."},
       .apply = file_edit_statements({value.source, *text, *edit}),
       .undo = "",
       .needs = Privilege::user});
  finding.fix = std::move(fix);
}

void mend_startup_line(const std::string& name, const StartupLine& found, Finding& finding) {
  finding.location = Location{found.file, found.line, 1};
  finding.evidence.push_back({fmt::format("{}:{}", found.file, found.line), found.text});
  if (!found.whole) {
    finding.detail += fmt::format(" Remove {} from that line.", name);
    return;
  }
  Fix fix;
  fix.id = "windows-drive-" + to_lower(name) + "-variable";
  fix.title = fmt::format("Comment out {} in {}", name, found.file);
  fix.needs = found.system ? Privilege::root : Privilege::user;
  fix.restart = Restart::new_shell;
  fix.restart_command = "open a new terminal";
  fix.touches = {found.file};
  fix.undo = "Puts the file of before back, byte for byte.";
  fix.script = bash_script(
      {.id = fix.id,
       .title = fix.title,
       .about = {"Go then uses its own folder in your home. It counts in new terminals."},
       .apply = file_edit_statements({found.file, found.bytes, {found.offset, 0, "# "}}),
       .undo = "",
       .needs = fix.needs});
  finding.fix = std::move(fix);
}

bool comes_through_wslenv(const Host& host, std::string_view name) {
  for (const std::string& entry : split(host.variable("WSLENV").value_or(""), ':')) {
    if (entry.substr(0, entry.find('/')) == name) return true;
  }
  return false;
}

void mend_variable(const Context& context, const std::string& name, Finding& finding) {
  if (comes_through_wslenv(context.host, name)) {
    finding.detail += fmt::format(
        " Windows passes {0} in through WSLENV: take {0} out of WSLENV in Windows.", name);
    finding.evidence.push_back({"$WSLENV", context.host.variable("WSLENV").value_or("")});
  } else if (const auto found = find_assignment(context.host, name)) {
    mend_startup_line(name, *found, finding);
  } else {
    finding.detail += fmt::format(
        " {} is set in the environment, but not in the usual start-up files: look for who "
        "sets it, and unset it.",
        name);
  }
}

void mend_setting(const Context& context, const GoPlaces& all, const GoPlace& place,
                  Finding& finding) {
  const GoValue& value = deciding_value(all, place);
  if (value.line > 0) {
    mend_go_env_file(context, all, value, finding);
  } else if (value.source == "environment") {
    mend_variable(context, value.name, finding);
  } else if (!home_is_on_linux(all)) {
    finding.detail += " It follows from HOME, which lies on a Windows drive itself.";
  } else {
    finding.detail +=
        " It is not set anywhere: it follows from XDG_CACHE_HOME, or a link on the way leads to "
        "Windows.";
  }
}

std::string copy_target(const std::string& home, const std::string& project) {
  return home + "/src/" + project.substr(project.rfind('/') + 1);
}

void mend_project(const Context& context, const GoPlaces& all, const GoPlace& place,
                  Finding& finding) {
  if (context.environment.kind == EnvironmentKind::container_on_wsl) {
    finding.detail +=
        " Clone it inside the WSL distribution and open the container from there, or clone it into "
        "a "
        "container volume.";
    return;
  }
  const std::string& project = place.resolved.value_or(place.path);
  const GoPlace* home = find_place(all, "HOME");
  const bool is_drive_itself = place.mount && project == place.mount->mount_point;
  if (!home_is_on_linux(all) || is_drive_itself || is_below(home->path, project)) return;
  finding.fix = copy_project_fix(project, copy_target(normalise(home->path), project));
}

}  // namespace

void mend_place(const Context& context, const GoPlaces& all, const GoPlace& place,
                Finding& finding) {
  if (place.name == "project") {
    mend_project(context, all, place, finding);
  } else if (place.name == "HOME") {
    finding.detail +=
        " Give the user a home on the Linux disk: `sudo usermod -d /home/NAME -m NAME`, from "
        "another "
        "account.";
  } else if (place.name == "GOROOT" && go_value(all.values, "GOROOT").source != "environment") {
    finding.detail += " Install Go on the Linux disk, and put it first in PATH.";
  } else if (place.name == "GOTMPDIR" && go_value(all.values, "GOTMPDIR").value.empty()) {
    finding.detail += " It follows from TMPDIR.";
  } else {
    mend_setting(context, all, place, finding);
  }
}

}  // namespace doctor
