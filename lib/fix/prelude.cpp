#include "lib/fix/prelude.h"

#include "lib/fix/prelude_parts.h"

namespace doctor {
namespace {

constexpr std::string_view core_part = R"bash(
# A scratch root in front of every path, for previews and tests; empty on the real machine.
root=${WSL_GO_DOCTOR_ROOT:-}
root=${root%/}
changed=
unchanged=
force=

say() { printf '%s\n' "$*"; }

fail() {
  printf '%s: %s\n' "$fix" "$*" >&2
  exit 1
}

usage() {
  printf '%s\n' "$title" '' \
    "usage: bash ${0@Q} [--undo [--force]]" '' \
    '  (nothing)  apply the fix; harmless when it is applied already' \
    '  --undo     give back what it changed; refused where a file was edited since' \
    '  --force    with --undo: give back even then, the edited file is kept in the backup' '' \
    'Set WSL_GO_DOCTOR_ROOT to a folder to try it there instead of on this machine.' \
    'Set WSL_GO_DOCTOR_BACKUP to a folder to keep the backups there.'
}

main() {
  local action=apply argument
  for argument in "$@"; do
    case $argument in
      --undo) action=undo ;;
      --force) force=yes ;;
      --help | -h)
        usage
        exit 0
        ;;
      *)
        usage >&2
        exit 2
        ;;
    esac
  done
  if [[ -n $force && $action != undo ]]; then
    fail '--force goes with --undo only'
  elif [[ -n $root ]]; then
    [[ $root == /* && -d $root ]] || fail "WSL_GO_DOCTOR_ROOT is no folder: ${root@Q}"
  elif [[ $needs == root ]]; then
    ((EUID == 0)) || fail "this changes the system, so it needs root: sudo bash ${0@Q}"
  elif [[ $EUID == 0 && ${SUDO_UID:-0} != 0 ]]; then
    fail 'this changes your own settings, so run it as yourself, without sudo'
  fi
  if [[ $action == undo ]]; then undo; else apply; fi
  [[ -n $changed || -z $unchanged ]] || say 'Nothing had to be changed.'
}
)bash";

constexpr std::string_view run_step_part = R"bash(
# run_step WHAT COMMAND...: a command that acts on this machine, so a scratch root only shows it.
run_step() {
  say "$1:$(printf ' %q' "${@:2}")"
  changed=yes
  if [[ -n $root ]]; then
    say '  (a scratch root: not run)'
    return
  fi
  "${@:2}" || fail "$1: ended with code $?"
}
)bash";

constexpr std::string_view run_in_root_part = R"bash(
# run_in_root WHAT COMMAND...: a command that is told the root, e.g. ldconfig -r "${root:-/}".
run_in_root() {
  say "$1:$(printf ' %q' "${@:2}")"
  changed=yes
  "${@:2}" || fail "$1: ended with code $?"
}
)bash";

// Is one of the statements a call of `function`?
bool calls(std::string_view statements, std::string_view function) {
  const auto is_part_of_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '/' || c == '.';
  };
  for (auto at = statements.find(function); at != std::string_view::npos;
       at = statements.find(function, at + 1)) {
    const auto after = at + function.size();
    const bool starts = at == 0 || !is_part_of_name(statements[at - 1]);
    const bool ends = after == statements.size() || !is_part_of_name(statements[after]);
    if (starts && ends) return true;
  }
  return false;
}

}  // namespace

bool changes_files(std::string_view statements) {
  return calls(statements, "edit_file") || calls(statements, "create_file");
}

std::string prelude_for(std::string_view statements) {
  std::string prelude(core_part);
  if (calls(statements, "run_step")) prelude += run_step_part;
  if (calls(statements, "run_in_root")) prelude += run_in_root_part;
  if (changes_files(statements)) prelude += files_part;
  if (calls(statements, "edit_file")) prelude += edit_file_part;
  if (calls(statements, "create_file")) prelude += create_file_part;
  return prelude;
}

}  // namespace doctor
