#include "checks/project_copy.h"

#include "lib/base/format.h"
#include "lib/fix/script.h"

namespace doctor {

namespace {

// A Windows drive shows every file as executable, so the modes of tracked files come from git's
// index.
constexpr const char* copy_statements =
    R"bash(local parent=${to%/*} partial need have entry path mode
[[ -d $from ]] || fail "there is no folder ${from@Q}"
if [[ -e $to ]]; then
  diff -rq --no-dereference -- "$from" "$to" >/dev/null ||
    fail "${to@Q} exists already and differs from ${from@Q}; move it away first"
  say "Already copied: ${to@Q}"
  return
fi
mkdir -p -- "$parent"
need=$(du -sk -- "$from" | cut -f 1)
have=$(df -Pk -- "$parent" | awk 'NR == 2 { print $4 }')
((need + need / 10 < have)) || fail "${parent@Q} has $have KiB free, the project needs $need KiB"
partial=$(mktemp -d -- "$parent/.wsl-go-doctor.XXXXXX")
say "Copying ${from@Q} to ${to@Q}"
cp -RP -- "$from/." "$partial/" || fail "the copy failed; what there is of it is in ${partial@Q}"
diff -rq --no-dereference -- "$from" "$partial" ||
  fail "the copy differs (was something being written?); it is in ${partial@Q}"
if [[ -d $partial/.git ]] && command -v git >/dev/null; then
  while IFS= read -r -d '' entry; do
    path=$partial/${entry#*$'\t'}
    mode=644
    [[ $entry != 100755* ]] || mode=755
    [[ ! -f $path || -L $path ]] || chmod -- "$mode" "$path"
  done < <(GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null git -C "$partial" -c core.fsmonitor=false ls-files -s -z)
fi
chmod 755 -- "$partial"
mv -T -n -- "$partial" "$to"
[[ ! -d $partial ]] || fail "${to@Q} has just been made by somebody else"
changed=yes
say "Copied and compared. The original stays where it is."
say "Now open ${to@Q} in VS Code (in that folder: code .) and work there."
)bash";

constexpr const char* undo_statements = R"bash(if [[ ! -e $to ]]; then
  return
fi
diff -rq --no-dereference -- "$from" "$to" >/dev/null ||
  fail "${to@Q} is no longer the same as ${from@Q}: there may be work in it, so it stays"
rm -rf -- "$to"
rmdir -- "${to%/*}" 2>/dev/null || true
changed=yes
say "Removed the copy ${to@Q}"
)bash";

}  // namespace

Fix copy_project_fix(const std::string& from, const std::string& to) {
  const std::string names =
      fmt::format("local from to\nfrom=$root{}\nto=$root{}\n", bash_quote(from), bash_quote(to));
  Fix fix;
  fix.id = "windows-drive-project";
  fix.title = fmt::format("Copy the project to {}", to);
  fix.touches = {to};
  fix.undo = "Removes the copy, as long as nothing was changed in it.";
  fix.automatic = false;
  fix.script = bash_script(
      {.id = fix.id,
       .title = fix.title,
       .about = {"Everything is copied: uncommitted and untracked files, branches, stashes.",
                 "The original is not changed and not deleted."},
       .apply = names + copy_statements,
       .undo = names + undo_statements,
       .needs = Privilege::user});
  return fix;
}

}  // namespace doctor
