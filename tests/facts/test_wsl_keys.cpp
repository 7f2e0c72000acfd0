// Every key of WslDistributionConfig.cpp (ConfigKey list) and WslCoreConfig.cpp, in their order,
// written down a second time: type and default as WslDistributionConfig.h and WslCoreConfig.h have
// them.

#include <algorithm>
#include <map>
#include <set>

#include "lib/base/text.h"
#include "lib/facts/wsl_keys.h"
#include "tests/facts/wsl_lint.h"
#include "tests/support/catch.h"

using namespace doctor;
using enum WslKeyType;

namespace {

struct Expected {
  std::string name;
  WslKeyType type;
  std::string fallback;
};

const std::vector<Expected> in_wsl_conf = {
    {"automount.enabled", boolean, "true"},
    {"automount.root", text, "/mnt"},
    {"automount.options", text, "none"},
    {"automount.mountFsTab", boolean, "true"},
    {"automount.ldconfig", boolean, "true"},
    {"automount.cgroups", choice, "v2"},
    {"filesystem.umask", integer, "0022"},
    {"interop.appendWindowsPath", boolean, "true"},
    {"interop.enabled", boolean, "true"},
    {"network.generateHosts", boolean, "true"},
    {"network.generateResolvConf", boolean, "true"},
    {"network.hostname", text, "the name of the Windows machine"},
    {"time.useWindowsTimezone", boolean, "true"},
    {"fileServer.enabled", boolean, "true"},
    {"fileServer.logFile", text, "none"},
    {"fileServer.logLevel", integer, "4"},
    {"fileServer.logTruncate", boolean, "true"},
    {"gpu.enabled", boolean, "true"},
    {"gpu.appendLibPath", boolean, "true"},
    {"user.default", text, "the user made at the first start"},
    {"boot.command", text, "none"},
    {"boot.systemd", boolean, "false"},
    {"boot.initTimeout", integer, "10000"},
    {"boot.protectBinfmt", boolean, "true"},
    {"general.guiApplications", boolean, "as .wslconfig says"},
};

const std::vector<Expected> in_wslconfig = {
    {"wsl2.kernel", windows_path, "the one that comes with WSL"},
    {"wsl2.kernelCommandLine", text, "none"},
    {"wsl2.kernelModules", windows_path, "those that come with WSL"},
    {"wsl2.memory", size, "half of the memory of Windows"},
    {"wsl2.processors", integer, "all"},
    {"wsl2.debugConsole", boolean, "false"},
    {"wsl2.earlyBootLogging", boolean, "false"},
    {"wsl2.swap", size, "a quarter of wsl2.memory"},
    {"wsl2.swapFile", windows_path, "%Temp%\\swap.vhdx"},
    {"wsl2.localhostForwarding", boolean, "true"},
    {"wsl2.nestedVirtualization", boolean, "true on Windows 11 (x64)"},
    {"wsl2.virtio9p", boolean, "false"},
    {"wsl2.virtiofs", boolean, "false"},
    {"wsl2.kernelDebugPort", integer, "0"},
    {"wsl2.gpuSupport", boolean, "true"},
    {"wsl2.guiApplications", boolean, "true"},
    {"wsl2.systemDistro", windows_path, "the one that comes with WSL"},
    {"wsl2.telemetry", boolean, "true"},
    {"wsl2.vmIdleTimeout", integer, "60000"},
    {"wsl2.debugConsoleLogFile", windows_path, "none"},
    {"wsl2.kernelBootTimeout", integer, "30000"},
    {"wsl2.distributionStartTimeout", integer, "60000"},
    {"wsl2.virtio", boolean, "true"},
    {"wsl2.hostFileSystemAccess", boolean, "true"},
    {"wsl2.mountDeviceTimeout", integer, "5000"},
    {"wsl2.hardwarePerformanceCounters", boolean, "true on x64"},
    {"wsl2.vmSwitch", text, "none"},
    {"wsl2.macAddress", mac, "random"},
    {"wsl2.dhcp", boolean, "true"},
    {"wsl2.dhcpTimeout", integer, "5000"},
    {"wsl2.ipv6", boolean, "false"},
    {"wsl2.dnsProxy", boolean, "true"},
    {"wsl2.safeMode", boolean, "false"},
    {"wsl2.defaultVhdSize", size, "1TB"},
    {"wsl2.crashDumpFolder", windows_path, "%Temp%\\wsl-crashes"},
    {"wsl2.maxCrashDumpCount", integer, "10"},
    {"general.distributionInstallPath", windows_path, "%LocalAppData%\\wsl"},
    {"general.instanceIdleTimeout", integer, "15000"},
    {"wsl2.loadDefaultKernelModules", boolean, "true"},
    {"wsl2.loadKernelModules", modules, "none"},
    {"wsl2.isolateDistroCgroup", boolean, "true"},
    {"wsl2.networkingMode", choice, "NAT"},
    {"wsl2.dnsTunneling", boolean, "true"},
    {"wsl2.firewall", boolean, "true"},
    {"wsl2.autoProxy", boolean, "true"},
    {"experimental.autoMemoryReclaim", choice, "DropCache"},
    {"experimental.sparseVhd", boolean, "false"},
    {"experimental.bestEffortDnsParsing", boolean, "false"},
    {"experimental.dnsTunnelingIpAddress", ipv4, "10.255.255.254"},
    {"experimental.initialAutoProxyTimeout", integer, "1000"},
    {"experimental.ignoredPorts", ports, "none"},
    {"experimental.hostAddressLoopback", boolean, "false"},
    {"experimental.setVersionDebug", boolean, "false"},
    {"experimental.swiotlb", size, "what WSL computes"},
    {"experimental.virtioFsAggregateShares", boolean, "true"},
};

std::string file_with(std::string_view name, std::string_view value) {
  return "[" + std::string(section_of(name)) + "]\n" + std::string(key_of(name)) + "=" +
         std::string(value) + "\n";
}

// A value that WSL takes, and one that it does not ("" where it takes everything).
std::pair<std::string, std::string> samples(const WslKey& key) {
  switch (key.type) {
    case boolean:
      return {"false", "yes"};
    case integer:
      return {"0x10", "08"};
    case size:
      return {"8GB", "8gb"};
    case windows_path:
      return {"C:\\\\wsl\\\\x", "C:\\wsl\\x"};
    case choice:
      return {std::string(key.choices.substr(0, key.choices.find(','))), "whatever"};
    case ipv4:
      return {"10.0.0.1", "10.0.0.256"};
    case mac:
      return {"5c:bb:f6:9e:ee:fa", "5c:bb:f6:9e:ee"};
    case ports:
      return {"1, 65535", "65536"};
    case text:
    case modules:
      break;
  }
  return {"abc", ""};
}

bool only_needs(const std::vector<std::string>& found) {
  return std::ranges::all_of(found, [](const std::string& mistake) {
    return mistake.find("no-effect/") != std::string::npos ||
           mistake.find("contradiction/") != std::string::npos;
  });
}

}  // namespace

TEST_CASE("every key that WSL reads is known, with type and default") {
  for (const auto& [file, expected] :
       {std::pair{wsl_conf, in_wsl_conf}, std::pair{wslconfig, in_wslconfig}}) {
    std::set<const WslKey*> found;
    for (const Expected& key : expected) {
      INFO(key.name);
      const WslKey* known = find_wsl_key(file, key.name);
      REQUIRE(known != nullptr);
      CHECK(known->name == key.name);
      CHECK(known->type == key.type);
      CHECK(known->fallback == key.fallback);
      found.insert(known);
    }
    CHECK(found.size() == expected.size());
    CHECK(static_cast<std::size_t>(std::ranges::count(wsl_keys(), file, &WslKey::file)) ==
          expected.size());
  }
}

TEST_CASE("every key takes a value of its type, and no other") {
  for (const WslKey& key : wsl_keys()) {
    INFO(key.name);
    const auto [good, bad] = samples(key);
    CHECK(only_needs(mistakes(file_with(key.name, good), key.file)));
    if (!bad.empty()) {
      const auto found = lint(file_with(key.name, bad), key.file).mistakes;
      REQUIRE_FALSE(found.empty());
      CHECK(found[0].error);
      CHECK(found[0].line == 2);
    }
    CHECK(find_wsl_key(key.file, to_lower(key.name)) == &key);
    CHECK_FALSE(in_words(key).empty());
    const bool in_both = find_wsl_key(wsl_conf, key.name) && find_wsl_key(wslconfig, key.name);
    CHECK_FALSE(in_both);
  }
}

TEST_CASE("a key with a second name is found by both") {
  std::map<std::string, std::string> aliases;
  for (const WslKey& key : wsl_keys()) {
    if (!key.alias.empty()) aliases[std::string(key.name)] = key.alias;
    if (!key.alias.empty()) CHECK(find_wsl_key(key.file, key.alias) == &key);
  }
  CHECK(aliases ==
        std::map<std::string, std::string>{{"wsl2.networkingMode", "experimental.networkingMode"},
                                           {"wsl2.dnsTunneling", "experimental.dnsTunneling"},
                                           {"wsl2.firewall", "experimental.firewall"},
                                           {"wsl2.autoProxy", "experimental.autoProxy"}});
}

TEST_CASE("keys that came later") {
  std::map<std::string, std::string> since;
  for (const WslKey& key : wsl_keys()) {
    if (!key.since.empty()) since[std::string(key.name)] = key.since;
  }
  CHECK(since ==
        std::map<std::string, std::string>{{"automount.cgroups", "2.6.2"},
                                           {"boot.systemd", "0.67.6"},
                                           {"wsl2.safeMode", "0.66.2"},
                                           {"wsl2.isolateDistroCgroup", "2.9.5"},
                                           {"experimental.swiotlb", "2.8.9"},
                                           {"experimental.virtioFsAggregateShares", "2.9.5"}});
}

TEST_CASE("names that WSL does not read") {
  for (const char* name : {"wsl2.cgroupVersion", "wsl2.pageReporting", "general.hostname",
                           "experimental.useWindowsDnsCache", "wsl2.systemd", "experimental.memory",
                           "wsl2.sparseVhd", "memory", ""}) {
    INFO(name);
    CHECK(find_wsl_key(wslconfig, name) == nullptr);
    CHECK(find_wsl_key(wsl_conf, name) == nullptr);
  }
  CHECK(find_former_wsl_key(wslconfig, "WSL2.pagereporting") != nullptr);
  CHECK(find_former_wsl_key(wsl_conf, "wsl2.pageReporting") == nullptr);
}
