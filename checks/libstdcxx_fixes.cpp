#include "checks/libstdcxx_fixes.h"

#include <array>
#include <string_view>
#include <vector>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/fix/script.h"

namespace doctor {
namespace {

// Nothing is touched before a real library is known to lie beside each link. ldconfig comes first,
// because update-alternatives refuses to work on a loop, and last, because --remove-all takes the
// good link away. None of these programs needs libstdc++ itself (apt-get does).
constexpr std::string_view repair = R"bash(
group=/var/lib/dpkg/alternatives/libstdc++.so.6
choice=/etc/alternatives/libstdc++.so.6
backup=${WSL_GO_DOCTOR_BACKUP:-$root/var/backups/wsl-go-doctor}/$fix
healthy=yes
for link in "${links[@]}"; do
  [[ -f $root$link && $(readlink -- "$root$link") != "$choice" ]] || healthy=
done
if [[ -n $healthy && ! -e $root$group && ! -L $root$choice ]]; then
  say 'Already done: libstdc++.so.6 leads to a library, without update-alternatives'
  return
fi
for link in "${links[@]}"; do
  library=
  for file in "$root${link%/*}"/libstdc++.so.6.*; do
    [[ ! -f $file || -L $file ]] || library=$file
  done
  [[ -n $library ]] ||
    fail "no libstdc++.so.6.* lies beside $link; nothing was changed. Install the package again"
done

kept=()
for path in "${links[@]}" "$choice" "$group"; do
  [[ ! -e $root$path && ! -L $root$path ]] || kept+=(".$path")
done
(umask 077 && mkdir -p -- "$backup")
[[ -O $backup && ! -L $backup ]] || fail "the backup folder ${backup@Q} is not ours"
chmod 700 -- "$backup"
tar -cf "$backup/links.tar" -C "${root:-/}" -- "${kept[@]}"

for link in "${links[@]}"; do
  [[ -f $root$link ]] || rm -f -- "$root$link"
  run_in_root 'Make the link to the library' /sbin/ldconfig -r "${root:-/}" -n "${link%/*}"
done
if [[ -e $root$group ]]; then
  in_root=()
  [[ -z $root ]] || in_root=(--root "$root")
  run_in_root 'Take it out of update-alternatives' \
    update-alternatives "${in_root[@]}" --remove-all libstdc++.so.6
fi
[[ ! -L $root$choice ]] || rm -- "$root$choice"
for link in "${links[@]}"; do
  [[ -f $root$link && $(readlink -- "$root$link") != "$choice" ]] || rm -f -- "$root$link"
  run_in_root 'Make the link again' /sbin/ldconfig -r "${root:-/}" -n "${link%/*}"
  [[ -f $root$link ]] ||
    fail "$link leads nowhere; install the package again: apt-get install --reinstall libstdc++6"
  say "Now $link -> $(readlink -- "$root$link")"
done
run_step "Rebuild the loader's cache" /sbin/ldconfig
say 'If a package should look damaged later: apt-get install --reinstall libstdc++6'
)bash";

constexpr std::string_view unrepair = R"bash(
backup=${WSL_GO_DOCTOR_BACKUP:-$root/var/backups/wsl-go-doctor}/$fix
if [[ ! -f $backup/links.tar ]]; then
  say 'There is nothing to give back.'
  return
fi
for link in "${links[@]}"; do
  [[ ! -L $root$link ]] || rm -- "$root$link"
done
tar -xpf "$backup/links.tar" -C "${root:-/}"
rm -- "$backup/links.tar"
changed=yes
say 'Given back: the links and what update-alternatives knew of them, loop included'
)bash";

struct PackageManager {
  std::string_view distribution;  // ID or ID_LIKE
  std::string_view typed;
  std::string_view statements;
};

// --reinstall: a package whose file was deleted still counts as installed.
constexpr std::array<PackageManager, 6> package_managers{{
    {"debian", "sudo apt-get install --reinstall libstdc++6",
     "run_step 'Fetch the lists' apt-get update\n"
     "run_step 'Install' apt-get install -y --reinstall libstdc++6\n"},
    {"alpine", "sudo apk add libstdc++ libgcc", "run_step 'Install' apk add libstdc++ libgcc\n"},
    {"fedora", "sudo dnf install libstdc++", "run_step 'Install' dnf install -y libstdc++\n"},
    {"rhel", "sudo dnf install libstdc++", "run_step 'Install' dnf install -y libstdc++\n"},
    {"arch", "sudo pacman -S gcc-libs", "run_step 'Install' pacman -S --noconfirm gcc-libs\n"},
    {"suse", "sudo zypper install libstdc++6",
     "run_step 'Install' zypper --non-interactive install libstdc++6\n"},
}};

}  // namespace

Fix repair_libstdcxx_links(std::span<const std::string> links) {
  std::string list = "links=(";
  for (const std::string& link : links) {
    if (&link != &links.front()) list += ' ';
    list += bash_quote(link);
  }
  list += ")\n";

  Fix fix;
  fix.id = "libstdcxx-links";
  fix.title = "Make libstdc++.so.6 a link to the library again";
  fix.needs = Privilege::root;
  fix.touches.assign(links.begin(), links.end());
  fix.touches.insert(fix.touches.end(), {"/etc/alternatives/libstdc++.so.6",
                                         "/var/lib/dpkg/alternatives/libstdc++.so.6"});
  fix.undo = "Run the script with --undo: it gives the links back as they were.";
  BashScript script;
  script.id = fix.id;
  script.title = fix.title;
  script.about = {
      "libstdc++.so.6 is the package's own link. Put under update-alternatives, it leads back to "
      "itself (or to a library the package does not know), and every C++ program fails to start, "
      "apt-get and VS Code Server among them.",
      "This takes the link out of update-alternatives, and lets ldconfig make it anew."};
  script.apply = list + std::string(repair);
  script.undo = list + std::string(unrepair);
  script.needs = fix.needs;
  fix.script = bash_script(script);
  return fix;
}

std::optional<InstallCommand> install_libstdcxx(const OsRelease& release) {
  for (const PackageManager& manager : package_managers) {
    if (!is_like(release, manager.distribution)) continue;
    Fix fix;
    fix.id = "libstdcxx-install";
    fix.title = "Install libstdc++";
    fix.needs = Privilege::root;
    fix.touches = {"packages: libstdc++ and what it needs"};
    fix.undo = "Remove the package with the package manager; the script does not.";
    BashScript script;
    script.id = fix.id;
    script.title = fix.title;
    script.about = {
        "VS Code Server and cgo packages with C++ need libstdc++; go and gopls do not."};
    script.apply = manager.statements;
    script.undo = "say 'An installed package stays; remove it with the package manager.'\n";
    script.needs = fix.needs;
    fix.script = bash_script(script);
    return InstallCommand{std::string(manager.typed), std::move(fix)};
  }
  return {};
}

}  // namespace doctor
