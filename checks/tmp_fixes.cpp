#include "checks/tmp_fixes.h"

#include <algorithm>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/fix/script.h"
#include "lib/host/paths.h"

namespace doctor {

namespace {

std::map<std::string, std::string> variables_for_go_env(const Host& host) {
  std::map<std::string, std::string> values;
  for (const char* name : {"HOME", "XDG_CONFIG_HOME", "GOENV"}) {
    if (auto value = host.variable(name)) values[name] = *std::move(value);
  }
  return values;
}

const GoPlace* home_of(const GoPlaces& places) {
  const auto found = std::ranges::find(places.places, "HOME", &GoPlace::name);
  return found == places.places.end() ? nullptr : &*found;
}

// Programs must be able to run there, and there must be a disk.
bool can_hold_programs(const Host& host, const GoPlace& home) {
  if (!home.resolved || !home.mount || storage_of(*home.mount) != Storage::linux_disk) return false;
  const auto space = host.file_system(*home.resolved);
  return space && !space->no_exec && !space->read_only;
}

// As `go env -w` writes it: the line that counts replaced, or one more at the end.
TextEdit set_line(std::string_view text, const GoValue& now, const std::string& line) {
  if (now.line == 0) {
    const bool open = !text.empty() && text.back() != '\n';
    return {text.size(), 0, (open ? "\n" : "") + line + "\n"};
  }
  TextEdit edit;
  std::size_t number = 0;
  for (const std::string& each : split(text, '\n')) {
    if (++number == now.line) {
      edit.length = each.size();
      break;
    }
    edit.offset += each.size() + 1;
  }
  edit.text = line;
  return edit;
}

void add_sentence(std::string_view sentence, Finding& finding) {
  if (!finding.detail.empty()) finding.detail += ' ';
  finding.detail += sentence;
}

// `settings`: none where Go's settings name the folder already, and it only has to be made.
Fix gotmpdir_fix(const std::string& folder, const std::optional<FileEdit>& settings) {
  const std::string marker = folder + "/README";
  const FileEdit make_folder{marker,
                             std::nullopt,
                             {0, 0,
                              "Go's temporary files (GOTMPDIR), instead of /tmp. Go removes "
                              "what it made; anything old in here may go.\n"}};
  Fix fix;
  fix.id = "tmp-gotmpdir";
  fix.title = fmt::format("Let Go work in {}", folder);
  fix.touches = {marker};
  if (settings) fix.touches.push_back(settings->path);
  fix.undo = "Puts Go's settings of before back, and removes the folder if nothing else is in it.";
  fix.script =
      bash_script({.id = fix.id,
                   .title = fix.title,
                   .about = {fmt::format(
                       "Does what `go env -w GOTMPDIR={}` does, and makes the folder, which Go "
                       "does not make itself. It counts at once.",
                       folder)},
                   .apply = file_edit_statements(make_folder) +
                            (settings ? file_edit_statements(*settings) : ""),
                   .undo = "",
                   .needs = Privilege::user});
  return fix;
}

}  // namespace

void move_gotmpdir(const Context& context, const GoPlaces& places, Finding& finding) {
  const GoValue& now = go_value(places.values, "GOTMPDIR");
  if (now.source == "environment") {
    add_sentence(
        "GOTMPDIR is set in the environment, which wins over Go's settings: look for who sets it, "
        "and let it name a folder in your home.",
        finding);
    return;
  }
  const GoPlace* home = home_of(places);
  const auto settings = user_go_env_path(variables_for_go_env(context.host));
  if (!home || !settings || !can_hold_programs(context.host, *home)) {
    add_sentence(
        "Let Go work elsewhere: `go env -w GOTMPDIR=FOLDER`; the folder must exist, and programs "
        "must be able to run there.",
        finding);
    return;
  }
  const std::string folder = normalise(home->path) + "/.cache/go-tmp";
  if (folder.find_first_of("\n\r") != std::string::npos) return;
  if (now.value == folder) {
    if (finding.id == "missing") finding.fix = gotmpdir_fix(folder, std::nullopt);
    return;
  }
  const auto bytes = context.host.read_file(*settings);
  if (!bytes && bytes.error().kind != HostErrorKind::missing) return;
  if (now.line > 0 && now.source != *settings) return;
  const std::string text = bytes.value_or("");
  finding.fix = gotmpdir_fix(folder, FileEdit{*settings, bytes ? std::optional(text) : std::nullopt,
                                              set_line(text, now, "GOTMPDIR=" + folder)});
}

void mend_tmp_mode(std::uint32_t mode, Finding& finding) {
  Fix fix;
  fix.id = "tmp-mode";
  fix.title = "Give /tmp its mode 1777";
  fix.needs = Privilege::root;
  fix.touches = {"/tmp (its mode)"};
  fix.undo = fmt::format("Gives /tmp the mode {:o} again.", mode);
  fix.script =
      bash_script({.id = fix.id,
                   .title = fix.title,
                   .about = {"Everybody may write there, and only the owner may remove a "
                             "file."},
                   .apply = "run_step 'Set the mode' chmod 1777 /tmp\n",
                   .undo = fmt::format("run_step 'Set the mode' chmod {:04o} /tmp\n", mode),
                   .needs = Privilege::root});
  finding.fix = std::move(fix);
}

}  // namespace doctor
