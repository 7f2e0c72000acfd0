#include "lib/facts/wsl_keys.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "lib/base/text.h"

namespace doctor {
namespace {

constexpr WslConfigKind conf = WslConfigKind::wsl_conf;
constexpr unsigned windows_11_22h2 = 22621;

using enum WslKeyType;
using Needs = WslKeyNeeds;

// clang-format off
constexpr WslKey keys[] = {
    {.file = conf, .name = "automount.enabled", .type = boolean, .fallback = "true", .documented = true, .weighty = true},
    {.file = conf, .name = "automount.root", .type = text, .fallback = "/mnt", .documented = true, .weighty = true},
    {.file = conf, .name = "automount.options", .type = text, .fallback = "none", .documented = true, .weighty = true},
    {.file = conf, .name = "automount.mountFsTab", .type = boolean, .fallback = "true", .documented = true},
    {.file = conf, .name = "automount.ldconfig", .type = boolean, .fallback = "true"},
    {.file = conf, .name = "automount.cgroups", .type = choice, .fallback = "v2", .choices = "v1, v2", .since = "2.6.2", .needs = Needs::wsl2},
    {.file = conf, .name = "filesystem.umask", .type = integer, .fallback = "0022"},
    {.file = conf, .name = "interop.enabled", .type = boolean, .fallback = "true", .documented = true, .weighty = true},
    {.file = conf, .name = "interop.appendWindowsPath", .type = boolean, .fallback = "true", .documented = true},
    {.file = conf, .name = "network.generateHosts", .type = boolean, .fallback = "true", .documented = true},
    {.file = conf, .name = "network.generateResolvConf", .type = boolean, .fallback = "true", .documented = true, .weighty = true},
    {.file = conf, .name = "network.hostname", .type = text, .fallback = "the name of the Windows machine", .documented = true},
    {.file = conf, .name = "time.useWindowsTimezone", .type = boolean, .fallback = "true", .documented = true},
    {.file = conf, .name = "fileServer.enabled", .type = boolean, .fallback = "true"},
    {.file = conf, .name = "fileServer.logFile", .type = text, .fallback = "none"},
    {.file = conf, .name = "fileServer.logLevel", .type = integer, .fallback = "4"},
    {.file = conf, .name = "fileServer.logTruncate", .type = boolean, .fallback = "true"},
    {.file = conf, .name = "gpu.enabled", .type = boolean, .fallback = "true", .documented = true},
    {.file = conf, .name = "gpu.appendLibPath", .type = boolean, .fallback = "true", .needs = Needs::wsl2},
    {.file = conf, .name = "user.default", .type = text, .fallback = "the user made at the first start", .documented = true, .weighty = true},
    {.file = conf, .name = "boot.command", .type = text, .fallback = "none", .documented = true, .weighty = true},
    {.file = conf, .name = "boot.systemd", .type = boolean, .fallback = "false", .since = "0.67.6", .needs = Needs::wsl2, .documented = true},
    {.file = conf, .name = "boot.initTimeout", .type = integer, .fallback = "10000"},
    {.file = conf, .name = "boot.protectBinfmt", .type = boolean, .fallback = "true", .documented = true},
    {.file = conf, .name = "general.guiApplications", .type = boolean, .fallback = "as .wslconfig says"},

    {.name = "wsl2.kernel", .type = windows_path, .fallback = "the one that comes with WSL", .documented = true, .weighty = true},
    {.name = "wsl2.kernelCommandLine", .type = text, .fallback = "none", .documented = true, .weighty = true},
    {.name = "wsl2.kernelModules", .type = windows_path, .fallback = "those that come with WSL", .documented = true, .weighty = true},
    {.name = "wsl2.memory", .type = size, .fallback = "half of the memory of Windows", .documented = true},
    {.name = "wsl2.processors", .type = integer, .fallback = "all", .documented = true},
    {.name = "wsl2.debugConsole", .type = boolean, .fallback = "false", .documented = true},
    {.name = "wsl2.earlyBootLogging", .type = boolean, .fallback = "false"},
    {.name = "wsl2.swap", .type = size, .fallback = "a quarter of wsl2.memory", .documented = true},
    {.name = "wsl2.swapFile", .type = windows_path, .fallback = "%Temp%\\swap.vhdx", .documented = true},
    {.name = "wsl2.localhostForwarding", .type = boolean, .fallback = "true", .documented = true},
    {.name = "wsl2.nestedVirtualization", .type = boolean, .fallback = "true on Windows 11 (x64)", .documented = true},
    {.name = "wsl2.virtio9p", .type = boolean, .fallback = "false"},
    {.name = "wsl2.virtiofs", .type = boolean, .fallback = "false", .needs = Needs::virtio, .weighty = true},
    {.name = "wsl2.kernelDebugPort", .type = integer, .fallback = "0"},
    {.name = "wsl2.gpuSupport", .type = boolean, .fallback = "true"},
    {.name = "wsl2.guiApplications", .type = boolean, .fallback = "true", .documented = true},
    {.name = "wsl2.systemDistro", .type = windows_path, .fallback = "the one that comes with WSL", .weighty = true},
    {.name = "wsl2.telemetry", .type = boolean, .fallback = "true"},
    {.name = "wsl2.vmIdleTimeout", .type = integer, .fallback = "60000", .documented = true},
    {.name = "wsl2.debugConsoleLogFile", .type = windows_path, .fallback = "none"},
    {.name = "wsl2.kernelBootTimeout", .type = integer, .fallback = "30000"},
    {.name = "wsl2.distributionStartTimeout", .type = integer, .fallback = "60000"},
    {.name = "wsl2.virtio", .type = boolean, .fallback = "true"},
    {.name = "wsl2.hostFileSystemAccess", .type = boolean, .fallback = "true", .weighty = true},
    {.name = "wsl2.mountDeviceTimeout", .type = integer, .fallback = "5000"},
    {.name = "wsl2.hardwarePerformanceCounters", .type = boolean, .fallback = "true on x64"},
    {.name = "wsl2.networkingMode", .type = choice, .fallback = "NAT", .alias = "experimental.networkingMode",
     .choices = "None, NAT, Bridged, Mirrored, Consomme, VirtioProxy", .documented = true, .weighty = true},
    {.name = "wsl2.vmSwitch", .type = text, .fallback = "none", .needs = Needs::bridged, .weighty = true},
    {.name = "wsl2.macAddress", .type = mac, .fallback = "random", .needs = Needs::bridged, .weighty = true},
    {.name = "wsl2.dhcp", .type = boolean, .fallback = "true", .needs = Needs::bridged},
    {.name = "wsl2.dhcpTimeout", .type = integer, .fallback = "5000", .needs = Needs::bridged},
    {.name = "wsl2.ipv6", .type = boolean, .fallback = "false", .needs = Needs::bridged},
    {.name = "wsl2.dnsProxy", .type = boolean, .fallback = "true", .needs = Needs::nat, .documented = true},
    {.name = "wsl2.safeMode", .type = boolean, .fallback = "false", .since = "0.66.2", .documented = true, .weighty = true},
    {.name = "wsl2.defaultVhdSize", .type = size, .fallback = "1TB", .documented = true},
    {.name = "wsl2.crashDumpFolder", .type = windows_path, .fallback = "%Temp%\\wsl-crashes"},
    {.name = "wsl2.maxCrashDumpCount", .type = integer, .fallback = "10", .documented = true},
    {.name = "wsl2.dnsTunneling", .type = boolean, .fallback = "true", .alias = "experimental.dnsTunneling", .windows_build = windows_11_22h2, .documented = true},
    {.name = "wsl2.firewall", .type = boolean, .fallback = "true", .alias = "experimental.firewall", .windows_build = windows_11_22h2, .documented = true},
    {.name = "wsl2.autoProxy", .type = boolean, .fallback = "true", .alias = "experimental.autoProxy", .documented = true},
    {.name = "wsl2.loadKernelModules", .type = modules, .fallback = "none"},
    {.name = "wsl2.loadDefaultKernelModules", .type = boolean, .fallback = "true"},
    {.name = "wsl2.isolateDistroCgroup", .type = boolean, .fallback = "true", .since = "2.9.5"},

    {.name = "general.distributionInstallPath", .type = windows_path, .fallback = "%LocalAppData%\\wsl"},
    {.name = "general.instanceIdleTimeout", .type = integer, .fallback = "15000"},

    {.name = "experimental.autoMemoryReclaim", .type = choice, .fallback = "DropCache", .choices = "Disabled, Gradual, DropCache", .documented = true},
    {.name = "experimental.sparseVhd", .type = boolean, .fallback = "false", .documented = true},
    {.name = "experimental.bestEffortDnsParsing", .type = boolean, .fallback = "false", .needs = Needs::tunnelled_dns, .windows_build = windows_11_22h2, .documented = true},
    {.name = "experimental.dnsTunnelingIpAddress", .type = ipv4, .fallback = "10.255.255.254", .needs = Needs::tunnelled_dns, .windows_build = windows_11_22h2, .documented = true},
    {.name = "experimental.initialAutoProxyTimeout", .type = integer, .fallback = "1000", .needs = Needs::auto_proxy, .documented = true},
    {.name = "experimental.ignoredPorts", .type = ports, .fallback = "none", .needs = Needs::mirrored, .windows_build = windows_11_22h2, .documented = true},
    {.name = "experimental.hostAddressLoopback", .type = boolean, .fallback = "false", .needs = Needs::mirrored, .windows_build = windows_11_22h2, .documented = true},
    {.name = "experimental.setVersionDebug", .type = boolean, .fallback = "false"},
    {.name = "experimental.swiotlb", .type = size, .fallback = "what WSL computes", .since = "2.8.9", .needs = Needs::virtio},
    {.name = "experimental.virtioFsAggregateShares", .type = boolean, .fallback = "true", .since = "2.9.5", .needs = Needs::virtio},
};

constexpr std::string_view mount_option =
    "is no key but a mount option, to be written into `options`, with commas";

constexpr FormerWslKey former_keys[] = {
    {WslConfigKind::wslconfig, "wsl2.pageReporting", "was removed in WSL 1.1.7"},
    {WslConfigKind::wslconfig, "wsl2.pageReportingOrder", "was removed in WSL 1.1.7"},
    {WslConfigKind::wslconfig, "experimental.useWindowsDnsCache", "was removed in WSL 2.3.22"},
    {WslConfigKind::wslconfig, "wsl2.useWindowsDnsCache", "was removed in WSL 2.3.22"},
    {WslConfigKind::wslconfig, "experimental.cgroupVersion",
     "never existed; /etc/wsl.conf has `[automount] cgroups`, and v2 is the default"},
    {WslConfigKind::wslconfig, "wsl2.cgroupVersion",
     "never existed; /etc/wsl.conf has `[automount] cgroups`, and v2 is the default"},
    {WslConfigKind::wsl_conf, "automount.crossDistro",
     "was read by early WSL 2 only (Windows build 18970)"},
    {WslConfigKind::wsl_conf, "automount.metadata", mount_option},
    {WslConfigKind::wsl_conf, "automount.uid", mount_option},
    {WslConfigKind::wsl_conf, "automount.gid", mount_option},
    {WslConfigKind::wsl_conf, "automount.umask", mount_option},
    {WslConfigKind::wsl_conf, "automount.fmask", mount_option},
    {WslConfigKind::wsl_conf, "automount.dmask", mount_option},
    {WslConfigKind::wsl_conf, "automount.case", mount_option},
};
// clang-format on

using Index = std::map<std::string, const WslKey*, std::less<>>;

Index index_of(WslConfigKind file) {
  Index index;
  for (const WslKey& key : keys) {
    if (key.file != file) continue;
    index.emplace(to_lower(key.name), &key);
    if (!key.alias.empty()) index.emplace(to_lower(key.alias), &key);
  }
  return index;
}

std::vector<std::string> sections_in(WslConfigKind file) {
  std::vector<std::string> sections;
  for (const WslKey& key : keys) {
    const std::string section(section_of(key.name));
    if (key.file == file && std::ranges::find(sections, section) == sections.end()) {
      sections.push_back(section);
    }
  }
  return sections;
}

}  // namespace

std::span<const WslKey> wsl_keys() {
  return keys;
}

const WslKey* find_wsl_key(WslConfigKind file, std::string_view name) {
  static const Index wsl_conf = index_of(WslConfigKind::wsl_conf);
  static const Index wslconfig = index_of(WslConfigKind::wslconfig);
  const Index& index = file == WslConfigKind::wsl_conf ? wsl_conf : wslconfig;
  const auto found = index.find(to_lower(name));
  return found == index.end() ? nullptr : found->second;
}

const FormerWslKey* find_former_wsl_key(WslConfigKind file, std::string_view name) {
  const auto found = std::ranges::find_if(former_keys, [&](const FormerWslKey& key) {
    return key.file == file && equals_ignoring_case(key.name, name);
  });
  return found == std::end(former_keys) ? nullptr : &*found;
}

std::string_view section_of(std::string_view name) {
  const std::size_t dot = name.find('.');
  return dot == std::string_view::npos ? std::string_view{} : name.substr(0, dot);
}

std::string_view key_of(std::string_view name) {
  const std::size_t dot = name.find('.');
  return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

std::span<const std::string> wsl_sections(WslConfigKind file) {
  static const std::vector<std::string> wsl_conf = sections_in(WslConfigKind::wsl_conf);
  static const std::vector<std::string> wslconfig = sections_in(WslConfigKind::wslconfig);
  return file == WslConfigKind::wsl_conf ? wsl_conf : wslconfig;
}

std::string in_words(const WslKey& key) {
  switch (key.type) {
    case boolean:
      return "true or false";
    case integer:
      return "a whole number";
    case size:
      return "a size such as 8GB or 512MB: a whole number and B, KB, MB, GB or TB in capitals, "
             "without a blank";
    case text:
      return "a text";
    case windows_path:
      return "an absolute Windows path with doubled backslashes, such as C:\\\\wsl\\\\bzImage";
    case choice:
      return "one of " + std::string(key.choices);
    case ipv4:
      return "an IPv4 address";
    case mac:
      return "a MAC address such as 12-34-56-78-9a-bc";
    case ports:
      return "port numbers from 1 to 65535 with commas between them";
    case modules:
      return "names with commas between them";
  }
  return "";
}

}  // namespace doctor
