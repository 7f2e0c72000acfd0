#pragma once

// Writing fix scripts. Every value that goes into one is quoted here and nowhere else.
//
// A bash script made by `bash_script` stands alone: it runs without the doctor, prints what it
// does, stops at the first error, can run twice, and knows `--undo`, which gives back the same
// bytes, and `--help`. It honours WSL_GO_DOCTOR_ROOT, a scratch root in front of every path it
// touches, and passes shellcheck and `shfmt -i 2 -ci`.
//
// Its statements may use these functions (lib/fix/prelude*.cpp):
//
//   edit_file, create_file     change one file; see `file_edit_statements`, which writes the call
//   run_step WHAT COMMAND...   prints and runs a command that acts on this machine (hwclock -s,
//                              go env -w). With a scratch root it is printed and not run.
//   run_in_root WHAT COMMAND...  the same for a command that is itself told the root, and so runs
//                              there too: run_in_root 'Rebuild the cache' ldconfig -r "${root:-/}"
//   changed=yes                to be set by statements that change something in another way
//   say TEXT, fail TEXT        print a line; print to standard error and end with code 1
//   $root                      the scratch root, or empty: put it in front of every path

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/core/fix.h"
#include "lib/facts/wsl_config.h"

namespace doctor {

// One bash word, whatever bytes are in `text` (NUL excepted: it is dropped): bare when it is
// harmless, in single quotes, or as $'...' with escapes where it holds control characters, bytes
// that are no UTF-8, or what bash or shellcheck would stumble over. Never spans lines.
std::string bash_quote(std::string_view text);

// One PowerShell expression, all ASCII: a string in single quotes, or, where there are control
// characters, typographic quotes or anything else beyond ASCII, the parts joined in parentheses:
// ('caf' + [char]0xE9). NUL is dropped, bytes that are no UTF-8 become U+FFFD.
std::string powershell_quote(std::string_view text);

// Text for a comment line: printable, one line, nothing that a tool takes for a directive.
std::string comment_text(std::string_view text);

// The line in every script, of either shell, by which the doctor knows its own work.
inline constexpr std::string_view script_signature = "# Made by wsl-go-doctor.";

// What is special to a bash script stands above this line, so that it is read first.
inline constexpr std::string_view shared_part_line =
    "# --- Below: the functions that all scripts of wsl-go-doctor share ---";

// What a script says at its end when it found everything done already.
inline constexpr std::string_view nothing_changed_line = "Nothing had to be changed.";

// The parts of a bash script. `apply` and `undo` are bash statements, one a line, in which no
// string and no here-document spans lines (they get indented).
struct BashScript {
  std::string id;  // of the fix; also the folder that keeps the backups
  std::string title;
  std::vector<std::string>
      about;  // comment lines for the reader: why, what it touches, what restarts
  std::string apply;
  std::string undo;                   // after files were given back; "" when that is the whole undo
  Privilege needs = Privilege::user;  // root: refuses to run as somebody else
};
std::string bash_script(const BashScript& script);

// One edit to one file, as a statement for BashScript::apply: refuses when the file is no longer
// the one diagnosed, keeps mode and owner, replaces it atomically, and keeps a backup that --undo
// restores byte by byte. A link at the end of `path` is followed, not replaced. `before` is the
// file's content now, no value for a file that does not exist yet (it gets mode 0644). `edit.text`
// holds no NUL.
struct FileEdit {
  std::string path;
  std::optional<std::string> before;
  TextEdit edit;
};
std::string file_edit_statements(const FileEdit& edit);

}  // namespace doctor
