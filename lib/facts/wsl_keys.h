#pragma once

// The keys that WSL reads from /etc/wsl.conf and %UserProfile%\.wslconfig: the one table of them.
//
// Source: microsoft/WSL src/linux/init/WslDistributionConfig.{cpp,h} and
// src/windows/common/WslCoreConfig.{cpp,h}, tags 2.5.8 (the first public one) to 2.9.4 and master @
// 3e27a6a50; what is documented, and which Windows it takes: MicrosoftDocs/WSL WSL/wsl-config.md @
// 8842def.

#include <span>
#include <string>
#include <string_view>

#include "lib/facts/wsl_config.h"

namespace doctor {

enum class WslKeyType {
  boolean,
  integer,
  size,          // of memory or of a disk
  text,          // taken as it is
  windows_path,  // absolute, backslashes doubled
  choice,        // one of WslKey::choices
  ipv4,
  mac,
  ports,    // numbers from 1 to 65535 with commas between
  modules,  // names with commas between
};

// What must hold for the key to have an effect.
enum class WslKeyNeeds {
  nothing,
  wsl2,           // of the keys of wsl.conf; those of .wslconfig all are WSL 2's
  nat,            // networkingMode=NAT ...
  mirrored,       // ... Mirrored
  bridged,        // ... Bridged
  tunnelled_dns,  // dnsTunneling, and a networkingMode that has it
  auto_proxy,     // autoProxy
  virtio,         // virtio
};

struct WslKey {
  WslConfigKind file = WslConfigKind::wslconfig;
  std::string_view name;  // "wsl2.memory", as WSL spells it
  WslKeyType type = WslKeyType::text;
  std::string_view fallback;      // what counts when it is not set, for people
  std::string_view alias = "";    // its other name
  std::string_view choices = "";  // "v1, v2"
  // The first WSL with it; "" for 2.5.8 and older. "2.9.5" is master: no release up to 2.9.4 has
  // it.
  std::string_view since = "";
  WslKeyNeeds needs = WslKeyNeeds::nothing;
  // The first Windows that can do it; 0 for all. (The documentation restricts more keys to Windows
  // 11, but for those WSL's code asks for nothing that Windows 10 lacks.)
  unsigned windows_build = 0;
  bool documented = false;
  // Coming into force, it can keep WSL from starting, hide drives, run programs or change who one
  // is: a person should look first.
  bool weighty = false;
};

std::span<const WslKey> wsl_keys();

// By "section.key" in any case, its alias too; null for a name that WSL does not know there.
const WslKey* find_wsl_key(WslConfigKind file, std::string_view name);

// A name that is written about but that WSL does not read (any more).
struct FormerWslKey {
  WslConfigKind file;
  std::string_view name;  // "wsl2.pageReporting"
  std::string_view what;  // "was removed in WSL 1.1.7"
};
const FormerWslKey* find_former_wsl_key(WslConfigKind file, std::string_view name);

// "wsl2.memory" -> "wsl2" and "memory".
std::string_view section_of(std::string_view name);
std::string_view key_of(std::string_view name);

// The sections that WSL knows in a file, in their own spelling.
std::span<const std::string> wsl_sections(WslConfigKind file);

// "true or false", "a size such as 8GB or 512MB", ...
std::string in_words(const WslKey& key);

}  // namespace doctor
