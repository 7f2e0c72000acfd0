#include "lib/fix/prelude_parts.h"

namespace doctor {

const std::string_view files_part = R"bash(
# resolve PATH: sets `file` to what is behind PATH, every link followed as if the root were /.
# A link made by somebody else is not followed: it could point our write anywhere.
resolve() {
  local rest=$1 real='' part at link owner hops=0
  while [[ -n $rest ]]; do
    part=${rest%%/*}
    rest=${rest#"$part"}
    rest=${rest#/}
    at=$root$real/$part
    if [[ $part == .. ]]; then
      real=${real%/*}
    elif [[ -n $part && -L $at ]]; then
      ((++hops <= 40)) || fail "too many links on the way to ${1@Q}"
      owner=$(stat -c %u -- "$at")
      [[ $owner == 0 || $owner == "$EUID" ]] ||
        fail "the link ${at@Q} belongs to another user (id $owner), so it is not followed"
      link=$(readlink -n -- "$at" && echo .)
      link=${link%.}
      [[ $link != /* ]] || real=
      rest=$link/$rest
    elif [[ -n $part && $part != . ]]; then
      real+=/$part
    fi
  done
  file=$root$real
}

digest() { sha256sum | cut -d ' ' -f 1; }

# state FILE: the SHA-256 of its content, or "absent".
state() {
  if [[ -f $1 ]]; then
    digest <"$1"
  elif [[ -e $1 ]]; then
    fail "${1@Q} is no regular file"
  else
    echo absent
  fi
}

attributes() { stat -c '%a %u:%g' -- "$1"; }

copy() { cp --preserve=all -- "$1" "$2" 2>/dev/null || cp -p -- "$1" "$2"; }

temp=
trap '[[ -z $temp ]] || rm -f -- "$temp"' EXIT

# stage: sets `temp` to an empty file beside `file` that is ours alone until it takes its place.
stage() { temp=$(mktemp -- "${file%/*}/.wsl-go-doctor.XXXXXX"); }

# publish -f|-n: puts `temp` in the place of `file` at once; -n where nothing may be there yet.
publish() {
  sync -- "$temp" 2>/dev/null || true
  mv -T "$1" -- "$temp" "$file"
  [[ ! -e $temp ]] || fail "${file@Q} has just been made by somebody else"
  temp=
  sync -- "${file%/*}/" 2>/dev/null || true
  changed=yes
}

# find_backup: sets `backup` to the folder that keeps what this fix replaces.
find_backup() {
  local base=${XDG_STATE_HOME:-}
  [[ $base == /* ]] || base=${HOME:-}/.local/state
  base=$root$base/wsl-go-doctor/backups
  ((EUID != 0)) || base=$root/var/backups/wsl-go-doctor
  backup=${WSL_GO_DOCTOR_BACKUP:-$base}/$fix
}

# remember AFTER [FOLDER...]: keeps `file` as it is now, before it becomes AFTER and the FOLDERs are
# made. Of several changes in a row the oldest content is kept.
remember() {
  local record new now
  find_backup
  (umask 077 && mkdir -p -- "$backup")
  [[ -O $backup && ! -L $backup ]] || fail "the backup folder ${backup@Q} is not ours"
  chmod 700 -- "$backup"
  record=$backup/file-$(printf %s "${file#"$root"}" | digest)
  now=$(state "$file")
  if [[ -d $record ]]; then
    if [[ $now == "$(state "$record/before")" ]] || grep -qx -- "$now" "$record/written"; then
      printf '%s\n' "$1" >>"$record/written"
      return
    fi
    mv -- "$record" "$(mktemp -d -- "$backup/older.XXXXXX")"
  fi
  new=$(mktemp -d -- "$backup/new.XXXXXX")
  printf '%s\0' "${file#"$root"}" >"$new/path"
  printf '%s\n' "$1" >"$new/written"
  printf '%s\0' "${@:2}" >"$new/folders"
  [[ $now == absent ]] || copy "$file" "$new/before"
  sync -- "$new"/* 2>/dev/null || true
  mv -T -- "$new" "$record"
}

# restore_record RECORD PATH: puts one file back as it was.
restore_record() {
  resolve "$2"
  if [[ -n $force && -f $file ]]; then
    copy "$file" "$(mktemp -- "$backup/edited.XXXXXX")"
  fi
  if [[ -e $1/before ]]; then
    stage
    copy "$1/before" "$temp"
    [[ $(attributes "$temp") == "$(attributes "$1/before")" ]] ||
      fail "mode and owner of ${2@Q} cannot be given back; nothing was done to it"
    publish -f
  else
    rm -f -- "$file"
    changed=yes
  fi
  say "Given back: ${2@Q}"
}

# restore_files: gives back every file this fix changed, or none where one was edited since.
restore_files() {
  local record path now folder changes=() folders=()
  unchanged=yes
  find_backup
  for record in "$backup"/file-*; do
    [[ -f $record/path ]] || continue
    IFS= read -r -d '' path <"$record/path"
    resolve "$path"
    now=$(state "$file")
    if [[ $now != "$(state "$record/before")" ]]; then
      [[ -n $force ]] || grep -qx -- "$now" "$record/written" ||
        fail "${path@Q} was edited since this fix; nothing was done (--undo --force gives it back)"
      changes+=("$record" "$path")
    fi
    while IFS= read -r -d '' folder; do
      [[ -z $folder ]] || folders+=("$root$folder")
    done <"$record/folders"
  done
  set -- "${changes[@]}"
  while (($# > 0)); do
    restore_record "$1" "$2"
    shift 2
  done
  printf '%s\0' "${folders[@]}" | sort -rz | while IFS= read -r -d '' folder; do
    [[ -z $folder ]] || rmdir -- "$folder" 2>/dev/null || true
  done
  rm -rf -- "$backup"/file-*
}
)bash";

const std::string_view edit_file_part = R"bash(
copy_attributes() {
  cp --attributes-only --preserve=all -- "$1" "$2" 2>/dev/null || {
    chown -- "$(stat -c %u:%g -- "$1")" "$2"
    chmod -- "$(stat -c %a -- "$1")" "$2"
  } || true
  touch -- "$2"
}

# edit_file PATH BEFORE AFTER OFFSET LENGTH TEXT: puts TEXT in the place of LENGTH bytes at OFFSET.
# BEFORE and AFTER are the SHA-256 of the whole file: any other file is left alone.
edit_file() {
  local path=$1 before=$2 after=$3 offset=$4 length=$5 text=$6 now
  resolve "$path"
  now=$(state "$file")
  if [[ $now == "$after" ]]; then
    say "Already done: ${path@Q}"
    unchanged=yes
    return
  fi
  [[ $now == "$before" ]] ||
    fail "${path@Q} has changed since the diagnosis, so it was left alone; run: wsl-go-doctor fix"
  stage
  {
    head -c "$offset" -- "$file"
    printf %s "$text"
    tail -c "+$((offset + length + 1))" -- "$file"
  } >"$temp"
  [[ $(state "$temp") == "$after" ]] || fail "${path@Q} changed just now; it was left alone"
  copy_attributes "$file" "$temp"
  [[ $(attributes "$temp") == "$(attributes "$file")" ]] ||
    fail "mode and owner of ${path@Q} cannot be kept; it was left alone"
  remember "$after"
  publish -f
  say "Changed: ${path@Q}"
}
)bash";

const std::string_view create_file_part = R"bash(
# create_file PATH MODE TEXT: makes a new file, and the folders it needs.
create_file() {
  local path=$1 mode=$2 text=$3 after now folder folders=()
  resolve "$path"
  after=$(printf %s "$text" | digest)
  now=$(state "$file")
  if [[ $now == "$after" ]]; then
    say "Already there: ${path@Q}"
    unchanged=yes
    return
  fi
  [[ $now == absent ]] ||
    fail "${path@Q} is there already, with other content; it was left alone"
  folder=${file%/*}
  while [[ -n $folder && ! -d $folder ]]; do
    folders=("$folder" "${folders[@]}")
    folder=${folder%/*}
  done
  remember "$after" "${folders[@]#"$root"}"
  for folder in "${folders[@]}"; do
    mkdir -m 755 -- "$folder"
  done
  stage
  printf %s "$text" >"$temp"
  chmod -- "$mode" "$temp"
  publish -n
  say "Made: ${path@Q}"
}
)bash";

}  // namespace doctor
