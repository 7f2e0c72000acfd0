#pragma once

// What the Windows side answered, in one PowerShell call. Every part that may fail on its own says
// so: an empty optional means "not told", never "no".

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace doctor {

// Windows' clock against the Linux clock, bracketed by two local readings.
struct WindowsClock {
  double offset = 0;       // Windows minus Linux, seconds; positive: Linux is behind Windows
  double uncertainty = 0;  // half the bracket

  bool operator==(const WindowsClock&) const = default;
};

// Get-MpComputerStatus, Get-MpPreference and the policy registry key.
struct DefenderFacts {
  std::optional<bool> real_time_protection;
  std::string running_mode;  // AMRunningMode: "Normal", "Passive Mode", "EDR Block Mode", ""
  std::optional<bool> tamper_protected;
  // The lists as printed. Defender puts one "N/A: ..." sentence in place of a list it hides.
  std::vector<std::string> exclusion_paths;
  std::vector<std::string> exclusion_processes;
  std::vector<std::string> exclusion_extensions;
  std::string error;  // what PowerShell said when Defender could not be asked

  bool operator==(const DefenderFacts&) const = default;
};

// SecurityCenter2's AntiVirusProduct. `state` is its productState bit field.
struct AntivirusProduct {
  std::string name;
  std::uint32_t state = 0;

  bool operator==(const AntivirusProduct&) const = default;
};

// HKCU\Software\Microsoft\Windows\CurrentVersion\Lxss\{guid}
struct WslDistribution {
  std::string name;
  std::string base_path;                        // may begin with \\?\ .
  std::string vhd_file;                         // "ext4.vhdx" unless the registry names another
  int version = 2;                              // 1 or 2
  std::optional<std::uint64_t> vhd_bytes = {};  // its size on the Windows drive
  std::optional<bool> vhd_sparse = {};

  bool operator==(const WslDistribution&) const = default;
};

struct TimeService {
  std::string status;      // Get-Service w32time: "Running", "Stopped", ...
  std::string start_type;  // "Manual", "Automatic", "Disabled"

  bool operator==(const TimeService&) const = default;
};

// The installed WSL, as its installer left it in HKLM (Software, Microsoft, Windows,
// CurrentVersion, Lxss, MSI), or as its older Store package is registered (PackagedCom, Package),
// without a kernel then. A WSL that came with Windows itself is in neither. Sources: microsoft/WSL
// msipackage/package.wix.in; microsoft/WSL#9732.
struct InstalledWsl {
  std::string version;  // "2.6.3.0"
  // Release of the kernel file that the next start of WSL boots, from the file itself; "" where it
  // does not tell (ARM64 images do not).
  std::string kernel;

  bool operator==(const InstalledWsl&) const = default;
};

// A fixed drive that holds a distribution or the system.
struct WindowsDrive {
  std::string name;  // the letter, a colon and a backslash
  std::uint64_t total_bytes = 0;
  std::uint64_t free_bytes = 0;  // for this user

  bool operator==(const WindowsDrive&) const = default;
};

// A network interface of Windows that is up, loopback left out.
struct WindowsAdapter {
  std::string name;         // "Wi-Fi", "vEthernet (WSL (Hyper-V firewall))"
  std::string description;  // "Cisco AnyConnect Virtual Miniport Adapter for Windows x64"
  std::string type;         // .NET's NetworkInterfaceType: "Ethernet", "Wireless80211", "Ppp", ...
  std::uint32_t mtu = 0;    // of IPv4, 0: not told

  bool operator==(const WindowsAdapter&) const = default;
};

// The user's proxy in Windows: HKCU ... Internet Settings.
struct WindowsProxy {
  bool enabled = false;
  std::string server;           // "127.0.0.1:7890", "http=a:1;https=b:2"
  std::string auto_config_url;  // of a PAC file

  bool operator==(const WindowsProxy&) const = default;
};

struct WindowsFacts {
  std::string version;       // "10.0.26100.4652"
  std::string user_profile;  // "C:\Users\me"
  bool elevated = false;
  bool interactive = false;  // a desktop that can show a UAC prompt
  std::optional<WindowsClock> clock;
  std::optional<TimeService> time_service;
  std::optional<DefenderFacts> defender;
  std::vector<AntivirusProduct> antivirus;
  std::vector<WslDistribution> distributions;
  std::optional<InstalledWsl> wsl;
  std::uint64_t memory_bytes = 0;  // of the whole computer, 0: not told
  std::uint32_t processors = 0;    // logical ones, 0: not told
  std::vector<WindowsDrive> drives;
  std::vector<WindowsAdapter> adapters;
  std::optional<WindowsProxy> proxy;
  // The bytes of %UserProfile%\.wslconfig; no value when the file does not exist.
  std::optional<std::string> wslconfig;
  std::string wslconfig_error;  // why it could not be read, "" when it was (or does not exist)

  bool operator==(const WindowsFacts&) const = default;
};

}  // namespace doctor
