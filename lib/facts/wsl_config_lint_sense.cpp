#include <algorithm>
#include <set>
#include <utility>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/kernel_command_line.h"
#include "lib/facts/wsl_config_rules.h"

namespace doctor {
namespace {

const Version first_with_consomme = {{2, 9, 1}};
const Version first_with_isolation = {{2, 9, 5}};
constexpr unsigned windows_11_22h2 = 22621;

std::optional<bool> bool_of(const WslConfig& config, std::string_view name) {
  const WslConfigEntry* entry = find_entry(config, name);
  return entry ? wsl_bool(entry->value) : std::nullopt;
}

// The networking mode that this .wslconfig leads to, in lower case. WSL's own default is NAT; a
// policy can change it, so without a word in the file the running mode counts.
std::string networking_mode(const Linting& linting) {
  const WslConfigEntry* entry = find_entry(linting.config, "wsl2.networkingMode");
  if (entry == nullptr) {
    return linting.facts.networking_mode.empty() ? "nat" : to_lower(linting.facts.networking_mode);
  }
  const std::string mode = to_lower(entry->value);
  const WslKey* key = find_wsl_key(WslConfigKind::wslconfig, entry->name);
  const bool known =
      key != nullptr &&
      (", " + to_lower(key->choices) + ", ").find(", " + mode + ", ") != std::string::npos;
  return known ? mode : "nat";
}

bool has_tunnelled_dns(const Linting& linting) {
  const std::string mode = networking_mode(linting);
  return bool_of(linting.config, "wsl2.dnsTunneling") != false && mode != "none" &&
         mode != "bridged";
}

// Why a key has no effect; "" where it has.
std::string unmet_need(const Linting& linting, const WslKey& key) {
  const std::string mode = linting.conf ? "" : networking_mode(linting);
  switch (key.needs) {
    case WslKeyNeeds::nothing:
      return "";
    case WslKeyNeeds::wsl2:
      return linting.facts.wsl1 ? "this distribution is WSL 1" : "";
    case WslKeyNeeds::nat:
      return mode == "nat" ? "" : "networkingMode is not NAT";
    case WslKeyNeeds::mirrored:
      return mode == "mirrored" ? "" : "networkingMode is not Mirrored";
    case WslKeyNeeds::bridged:
      return mode == "bridged" ? "" : "networkingMode is not Bridged";
    case WslKeyNeeds::tunnelled_dns:
      return has_tunnelled_dns(linting) ? "" : "DNS tunneling is off";
    case WslKeyNeeds::auto_proxy:
      return bool_of(linting.config, "wsl2.autoProxy") == false ? "autoProxy is off" : "";
    case WslKeyNeeds::virtio:
      return bool_of(linting.config, "wsl2.virtio") == false ? "virtio is off" : "";
  }
  return "";
}

// `false` asks for nothing where the feature is missing anyway.
bool asks_for_something(const WslConfigEntry& entry, const WslKey& key) {
  return key.type != WslKeyType::boolean || wsl_bool(entry.value) == true;
}

void lint_need(Linting& linting, const WslConfigEntry& entry, const WslKey& key) {
  const std::string why = unmet_need(linting, key);
  if (why.empty() || !asks_for_something(entry, key)) return;
  linting.add(mistake_at(entry, "no-effect", false,
                         fmt::format("`{}` has no effect: {}.", key_of(key.name), why),
                         "Remove the line, or change what it depends on."));
}

void lint_version(Linting& linting, const WslConfigEntry& entry, const WslKey& key) {
  const auto& running = linting.facts.wsl_version;
  const auto since = parse_version(key.since);
  if (!running || !since || *running >= *since) return;
  linting.add(mistake_at(entry, "needs-newer-wsl", false,
                         fmt::format("`{}` takes WSL {} or later; this is {}, which ignores it.",
                                     key_of(key.name), key.since, to_string(*running)),
                         "In PowerShell: `wsl --update`, then `wsl --shutdown`."));
}

void lint_windows(Linting& linting, const WslConfigEntry& entry, const WslKey& key) {
  const unsigned build = linting.facts.windows_build;
  if (build == 0 || build >= key.windows_build || !asks_for_something(entry, key)) return;
  linting.add(mistake_at(entry, "needs-newer-windows", false,
                         fmt::format("`{}` takes Windows 11 22H2 or later; this is build {}.",
                                     key_of(key.name), build),
                         "Remove the line, or update Windows."));
}

void lint_each(Linting& linting) {
  std::set<const WslKey*> seen;
  for (const WslConfigEntry& entry : linting.config.entries) {
    const WslKey* key = find_wsl_key(linting.config.kind, entry.name);
    if (key == nullptr || !seen.insert(key).second) continue;
    lint_version(linting, entry, *key);
    lint_windows(linting, entry, *key);
    lint_need(linting, entry, *key);
  }
}

void lint_networking(Linting& linting) {
  const WslConfig& config = linting.config;
  const std::string mode = networking_mode(linting);
  const WslConfigEntry* set = find_entry(config, "wsl2.networkingMode");
  if (set != nullptr && mode == "bridged") {
    const WslConfigEntry* vm_switch = find_entry(config, "wsl2.vmSwitch");
    const bool without_switch = vm_switch == nullptr || vm_switch->value.empty();
    linting.add(mistake_at(
        *set, without_switch ? "contradiction" : "deprecated", without_switch,
        without_switch ? "Bridged networking requires wsl2.vmSwitch, which is not set: WSL refuses."
                       : "Bridged networking is deprecated since WSL 2.4.5.",
        without_switch ? "Name a Hyper-V switch in vmSwitch, or choose another networkingMode."
                       : "Choose another networkingMode when you can."));
  }
  if (set != nullptr && mode == "consomme" && linting.facts.wsl_version &&
      *linting.facts.wsl_version < first_with_consomme) {
    linting.add(mistake_at(
        *set, "needs-newer-wsl", true,
        fmt::format("`Consomme` takes WSL 2.9.1 or later; this is {}.",
                    to_string(*linting.facts.wsl_version)),
        "Write `networkingMode=VirtioProxy`, or update WSL: `wsl --update` in PowerShell."));
  }
  if (set != nullptr && (mode == "consomme" || mode == "virtioproxy") &&
      bool_of(config, "wsl2.virtio") == false) {
    linting.add(mistake_at(*set, "contradiction", true,
                           "This networking mode is not available with virtio=false.",
                           "Remove virtio=false, or choose another networkingMode."));
  }
  if (mode != "mirrored") return;
  const unsigned build = linting.facts.windows_build;
  if (set != nullptr && build != 0 && build < windows_11_22h2) {
    linting.add(mistake_at(*set, "needs-newer-windows", false,
                           fmt::format("Mirrored networking takes Windows 11 22H2 or later; this "
                                       "is build {}, where WSL falls back to NAT.",
                                       build),
                           "Remove the line, or update Windows."));
  }
  if (const WslConfigEntry* entry = find_entry(config, "wsl2.localhostForwarding")) {
    linting.add(mistake_at(*entry, "no-effect", false,
                           "`localhostForwarding` has no effect with networkingMode=mirrored.",
                           "Mirrored networking shares localhost anyway: remove the line."));
  }
  const WslConfigEntry* firewall = find_entry(config, "wsl2.firewall");
  if (firewall != nullptr && wsl_bool(firewall->value) == false) {
    linting.add(mistake_at(*firewall, "no-effect", false,
                           "`firewall=false` has no effect with networkingMode=mirrored.",
                           "The firewall is always on there: remove the line."));
  }
}

void lint_dns(Linting& linting) {
  const WslConfigEntry* entry = find_entry(linting.config, "wsl2.dnsTunneling");
  if (entry == nullptr || wsl_bool(entry->value) != true || has_tunnelled_dns(linting)) return;
  linting.add(mistake_at(
      *entry, "no-effect", false,
      fmt::format("`dnsTunneling` has no effect with networkingMode={}.", networking_mode(linting)),
      "Remove the line, or change networkingMode."));
}

void lint_switches(Linting& linting) {
  const auto is_on = [&](const WslConfigEntry* entry) {
    return entry != nullptr && wsl_bool(entry->value) == true;
  };
  const WslConfig& config = linting.config;
  if (const WslConfigEntry* safe = find_entry(config, "wsl2.safeMode"); is_on(safe)) {
    linting.add(mistake_at(*safe, "safe-mode", false,
                           "Safe mode is on: no Windows drives, network, systemd, GPU or swap.",
                           "It is meant for repairs. Remove the line when you are done."));
  }
  if (const WslConfigEntry* entry = find_entry(config, "wsl2.virtio9p"); is_on(entry)) {
    linting.add(mistake_at(*entry, "no-effect", false,
                           "`virtio9p` has no effect: WSL switches it off again.",
                           "Remove the line."));
  }
  const WslConfigEntry* virtiofs = find_entry(config, "wsl2.virtiofs");
  if (is_on(virtiofs) && bool_of(config, "wsl2.hostFileSystemAccess") == false) {
    linting.add(mistake_at(*virtiofs, "no-effect", false,
                           "`virtiofs` has no effect with hostFileSystemAccess=false.",
                           "There are no Windows drives then: remove one of the two."));
  }
  // WslCoreFilesystem.cpp, CreateVhd, in every public tag: MessageSparseVhdDisabled.
  if (const WslConfigEntry* sparse = find_entry(config, "experimental.sparseVhd"); is_on(sparse)) {
    linting.add(mistake_at(*sparse, "no-effect", false,
                           "`sparseVhd` has no effect: WSL makes no sparse disks any more, because "
                           "data could be corrupted.",
                           "Remove the line."));
  }
  const WslConfigEntry* modules = find_entry(config, "wsl2.kernelModules");
  if (modules != nullptr && !modules->value.empty() &&
      find_entry(config, "wsl2.kernel") == nullptr) {
    linting.add(mistake_at(*modules, "contradiction", true,
                           "`kernelModules` is set without `kernel`, which WSL does not accept.",
                           "Set both or neither."));
  }
}

// Settings of wsl.conf against those of .wslconfig.
void lint_across(Linting& linting) {
  const WslConfig& config = linting.config;
  const WslConfig* other = linting.facts.other;
  const WslConfigEntry* append = find_entry(config, "interop.appendWindowsPath");
  if (append != nullptr && wsl_bool(append->value) == true &&
      bool_of(config, "interop.enabled") == false) {
    linting.add(mistake_at(*append, "contradiction", false,
                           "Windows' folders are put on PATH, but interop is off and no program "
                           "in them starts.",
                           "Set appendWindowsPath=false too."));
  }
  const WslConfigEntry* cgroups = find_entry(config, "automount.cgroups");
  const bool v1 = cgroups != nullptr && equals_ignoring_case(cgroups->value, "v1");
  if (other == nullptr) return;
  const WslConfigEntry* line = find_entry(*other, "wsl2.kernelCommandLine");
  const auto parameters = parse_kernel_command_line(line ? line->value : "");
  const KernelParameter* no_v1 = find_parameter(parameters, "cgroup_no_v1");
  if (v1 && no_v1 != nullptr && no_v1->value == "all") {
    linting.add(mistake_at(*cgroups, "contradiction", false,
                           "`cgroups=v1` has no effect: .wslconfig switches v1 off "
                           "(kernelCommandLine, cgroup_no_v1=all).",
                           "Remove one of the two."));
  }
  const auto& version = linting.facts.wsl_version;
  if (v1 && version && *version >= first_with_isolation &&
      bool_of(*other, "wsl2.isolateDistroCgroup") != false) {
    linting.add(mistake_at(*cgroups, "contradiction", false,
                           "`cgroups=v1` does not go with the isolation of distributions, which is "
                           "on.",
                           "Set [wsl2] isolateDistroCgroup=false in .wslconfig, or remove "
                           "cgroups=v1."));
  }
  const WslConfigEntry* resolv = find_entry(config, "network.generateResolvConf");
  if (resolv != nullptr && wsl_bool(resolv->value) == false &&
      bool_of(*other, "wsl2.dnsTunneling") == true) {
    linting.add(mistake_at(*resolv, "contradiction", false,
                           "`generateResolvConf=false` keeps WSL from naming its DNS tunnel in "
                           "/etc/resolv.conf, though .wslconfig asks for dnsTunneling.",
                           "Remove one of the two, or name 10.255.255.254 in /etc/resolv.conf."));
  }
}

}  // namespace

void lint_sense(Linting& linting) {
  lint_each(linting);
  if (linting.conf) {
    lint_across(linting);
  } else {
    lint_networking(linting);
    lint_dns(linting);
    lint_switches(linting);
  }
}

}  // namespace doctor
