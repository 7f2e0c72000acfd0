#include "checks/path_order_fix.h"

#include <algorithm>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/fix/script.h"

namespace doctor {

namespace {

// From the first of the lines to the last, each of them turned round.
std::optional<TextEdit> turn_round(const std::string& text,
                                   const std::vector<const PathLine*>& wanted) {
  const auto is_wanted = [&](std::size_t number) {
    return std::ranges::any_of(
        wanted, [&](const PathLine* line) { return line->assignment.line == number; });
  };
  TextEdit edit;
  std::string pending;  // lines since the last one that was turned round
  std::size_t number = 0, turned = 0;
  for (const std::string& line : split(text, '\n')) {
    ++number;
    if (is_wanted(number)) {
      const auto other = put_in_front(line);
      if (!other) return std::nullopt;
      edit.text += pending + *other;
      edit.length += pending.size() + line.size();
      pending = "\n";
      ++turned;
    } else if (turned == 0) {
      edit.offset += line.size() + 1;
    } else {
      pending += line + '\n';
    }
  }
  return edit;
}

}  // namespace

std::optional<Fix> path_order_fix(const Host& host, const std::vector<const PathLine*>& lines) {
  if (lines.empty()) return std::nullopt;
  const std::string& file = lines.front()->file;
  const bool one_file =
      std::ranges::all_of(lines, [&](const PathLine* line) { return line->file == file; });
  const auto text = host.read_file(file);
  if (!one_file || !text) return std::nullopt;
  const auto edit = turn_round(*text, lines);
  if (!edit) return std::nullopt;
  const bool system = file.starts_with("/etc/");
  Fix fix;
  fix.id = "windows-path-order";
  fix.title = "Put the folders of Linux tools in front of PATH in " + file;
  fix.needs = system ? Privilege::root : Privilege::user;
  fix.restart = Restart::new_shell;
  fix.restart_command = "open a new terminal";
  fix.touches = {file};
  fix.undo = "Puts the file of before back, byte for byte.";
  fix.automatic = false;  // which of two programs of one name wins is for a person to decide
  fix.script = bash_script(
      {.id = fix.id,
       .title = fix.title,
       .about = {"Writes the folders before $PATH instead of behind it, and changes nothing else.",
                 "It counts in new terminals."},
       .apply = file_edit_statements({file, *text, *edit}),
       .undo = "",
       .needs = fix.needs});
  return fix;
}

}  // namespace doctor
