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
  std::string base_path;  // may begin with \\?\ .
  std::string vhd_file;   // "ext4.vhdx" unless the registry names another
  int version = 2;        // 1 or 2

  bool operator==(const WslDistribution&) const = default;
};

struct TimeService {
  std::string status;      // Get-Service w32time: "Running", "Stopped", ...
  std::string start_type;  // "Manual", "Automatic", "Disabled"

  bool operator==(const TimeService&) const = default;
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
  // The bytes of %UserProfile%\.wslconfig; no value when the file does not exist.
  std::optional<std::string> wslconfig;
  std::string wslconfig_error;  // why it could not be read, "" when it was (or does not exist)

  bool operator==(const WindowsFacts&) const = default;
};

}  // namespace doctor
