#include "lib/fix/script.h"

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/base/wrap.h"
#include "lib/fix/prelude.h"

namespace doctor {
namespace {

constexpr std::size_t comment_width = 68;  // the plan shows scripts indented, in 80 columns

std::string comments(const BashScript& script) {
  std::vector<std::string> texts{script.title};
  if (!script.about.empty()) texts.emplace_back();
  texts.insert(texts.end(), script.about.begin(), script.about.end());
  std::string block;
  for (const auto& text : texts) {
    if (text.empty()) {
      block += "#\n";
      continue;
    }
    for (const auto& line : wrap(text, comment_width)) {
      block += fmt::format("# {}\n", comment_text(line));
    }
  }
  return block;
}

std::string function(std::string_view name, std::string_view statements) {
  std::string text = fmt::format("{}() {{\n", name);
  for (const auto& line : lines(statements)) {
    text += line.empty() ? "\n" : fmt::format("  {}\n", line);
  }
  return text + "}\n";
}

std::string undo_statements(const BashScript& script) {
  std::string statements;
  if (changes_files(script.apply)) statements += "restore_files\n";
  statements += script.undo;
  return statements.empty() ? "say 'There is nothing to give back.'" : statements;
}

// Always in quotes: shellcheck takes a bare word after `=` for a forgotten command substitution.
std::string always_quoted(std::string_view text) {
  const std::string word = bash_quote(text);
  return word.ends_with('\'') ? word : "'" + word + "'";
}

// A folder name, whatever the id holds.
std::string folder_name(std::string_view id) {
  std::string name;
  for (const char c : id) {
    const bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    name += fine || c == '-' || c == '_' ? c : '-';
  }
  return name.empty() ? "fix" : name;
}

}  // namespace

std::string bash_script(const BashScript& script) {
  const std::string undo = undo_statements(script);
  std::string text = "#!/usr/bin/env bash\n";
  text += comments(script);
  text += fmt::format("#\n{} It stands alone; --help tells how to use it.\n", script_signature);
  text += "set -euo pipefail\n\n";
  text += fmt::format("fix={}\n", always_quoted(folder_name(script.id)));
  text += fmt::format("title={}\n", always_quoted(printable(script.title)));
  text += fmt::format("needs='{}'\n\n", script.needs == Privilege::root ? "root" : "user");
  text += function("apply", script.apply.empty() ? ":" : script.apply);
  text += "\n" + function("undo", undo);
  text += fmt::format("\n{}\n", shared_part_line);
  text += prelude_for(script.apply + "\n" + undo);
  return text + "\nmain \"$@\"\n";
}

std::string file_edit_statements(const FileEdit& edit) {
  const std::string path = bash_quote(edit.path);
  const std::string text = bash_quote(edit.edit.text);
  if (!edit.before) return fmt::format("create_file {} 644 {}\n", path, text);
  return fmt::format("edit_file {} \\\n  {} \\\n  {} \\\n  {} {} {}\n", path, sha256(*edit.before),
                     sha256(apply_edit(*edit.before, edit.edit)), edit.edit.offset,
                     edit.edit.length, text);
}

}  // namespace doctor
