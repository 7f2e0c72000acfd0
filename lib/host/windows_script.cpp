#include "lib/host/windows_script.h"

#include "lib/base/text.h"

namespace doctor {
namespace {

// For Windows PowerShell 5.1, which every Windows 10 and 11 has. Line ends become blanks, so every
// statement ends with a semicolon and there are no comments. It holds no double quote and no
// backslash before one: then no layer between here and Windows (WSL's interop, CreateProcess,
// PowerShell itself) has anything to quote, and whoever audits the machine can read what was run,
// which -EncodedCommand would hide and security software takes for malice.
//
// Every part fails on its own. The marker is put together at run time, so that an error message
// which cites this text is no answer. The time is read last, after everything slow.
constexpr std::string_view script = R"(
$ProgressPreference = 'SilentlyContinue';
$ErrorActionPreference = 'Stop';
$begin = '<<<' + 'wsl-go-doctor:@NONCE@:';
$end = ':@NONCE@' + '>>>';
$mode = [string]$ExecutionContext.SessionState.LanguageMode;
if ($mode -ne 'FullLanguage') { Write-Output ($begin + '!' + $mode + ':0:0' + $end); exit 0; };
try { Remove-TypeData -TypeName System.Array } catch { };
function Why($record) { ($record.Exception.Message + ' (' + $record.FullyQualifiedErrorId + ')') -replace '\s+', ' ' };
function Texts($values) { foreach ($value in $values) { if ($value) { [string]$value } } };
$process = [Diagnostics.Process]::GetCurrentProcess();
$facts = @{ };

try {
  $facts.version = [Environment]::OSVersion.Version.ToString(3);
  $revision = [Microsoft.Win32.Registry]::GetValue('HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion', 'UBR', $null);
  if ($null -ne $revision) { $facts.version += '.' + $revision };
} catch { };
try { $facts.userProfile = [string]$env:USERPROFILE } catch { };
try { $facts.elevated = ([Security.Principal.WindowsPrincipal][Security.Principal.WindowsIdentity]::GetCurrent()).IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator) } catch { };
try { $facts.interactive = [Environment]::UserInteractive -and $process.SessionId -ne 0 } catch { };
try {
  $service = Get-Service -Name w32time -ErrorAction Stop;
  $facts.timeService = @{ status = [string]$service.Status; startType = [string]$service.StartType };
} catch { };

$roots = @([IO.Path]::GetPathRoot([Environment]::SystemDirectory));
try {
  $found = @();
  $key = [Microsoft.Win32.Registry]::CurrentUser.OpenSubKey('Software\Microsoft\Windows\CurrentVersion\Lxss');
  if ($key) {
    foreach ($id in $key.GetSubKeyNames()) {
      $entry = $key.OpenSubKey($id);
      $name = [string]$entry.GetValue('DistributionName');
      if ($name) {
        $one = @{ name = $name; basePath = [string]$entry.GetValue('BasePath'); vhdFile = [string]$entry.GetValue('VhdFileName'); flags = $entry.GetValue('Flags') };
        try {
          $folder = $one.basePath;
          if ($folder.StartsWith('\\?\')) { $folder = $folder.Substring(4) };
          $roots += [IO.Path]::GetPathRoot($folder);
          $image = $one.vhdFile; if (-not $image) { $image = 'ext4.vhdx' };
          $file = New-Object IO.FileInfo ([IO.Path]::Combine($folder, $image));
          if ($file.Exists) { $one.vhdBytes = $file.Length; $one.vhdSparse = [bool]($file.Attributes -band [IO.FileAttributes]::SparseFile) };
        } catch { };
        $found += $one;
      };
    };
  };
  $facts.distributions = $found;
} catch { };

try {
  $facts.drives = @(foreach ($root in ($roots | Select-Object -Unique)) {
    $drive = New-Object IO.DriveInfo $root;
    if ($drive.DriveType -eq 'Fixed') { @{ name = $drive.Name; totalBytes = $drive.TotalSize; freeBytes = $drive.AvailableFreeSpace } };
  });
} catch { };
try {
  $installed = [Microsoft.Win32.Registry]::LocalMachine.OpenSubKey('SOFTWARE\Microsoft\Windows\CurrentVersion\Lxss\MSI');
  if ($installed) {
    $facts.wsl = @{ version = [string]$installed.GetValue('Version') };
    try {
      $stream = [IO.File]::OpenRead([IO.Path]::Combine([string]$installed.GetValue('InstallLocation'), 'tools\kernel'));
      $head = New-Object byte[] 32768;
      $got = $stream.Read($head, 0, $head.Length);
      $stream.Close();
      $facts.wsl.kernelHead = [Convert]::ToBase64String($head, 0, $got);
    } catch { };
  };
} catch { };
try {
  if (-not $facts.wsl) {
    $packages = [Microsoft.Win32.Registry]::LocalMachine.OpenSubKey('SOFTWARE\Classes\PackagedCom\Package');
    if ($packages) {
      foreach ($name in $packages.GetSubKeyNames()) {
        if ($name -match '^MicrosoftCorporationII\.WindowsSubsystemForLinux_([0-9.]+)_') { $facts.wsl = @{ version = $Matches[1] } };
      };
    };
  };
} catch { };
try {
  Add-Type -AssemblyName Microsoft.VisualBasic;
  $facts.memoryBytes = (New-Object Microsoft.VisualBasic.Devices.ComputerInfo).TotalPhysicalMemory;
} catch { };
try { $facts.processors = [Environment]::ProcessorCount } catch { };
try {
  $facts.adapters = @(foreach ($adapter in [Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces()) {
    if ($adapter.OperationalStatus -eq 'Up' -and $adapter.NetworkInterfaceType -ne 'Loopback') {
      $mtu = 0;
      try { $mtu = $adapter.GetIPProperties().GetIPv4Properties().Mtu } catch { };
      @{ name = [string]$adapter.Name; description = [string]$adapter.Description; type = [string]$adapter.NetworkInterfaceType; mtu = $mtu };
    };
  });
} catch { };
try {
  $settings = [Microsoft.Win32.Registry]::CurrentUser.OpenSubKey('Software\Microsoft\Windows\CurrentVersion\Internet Settings');
  if ($settings) { $facts.proxy = @{ enabled = [bool]$settings.GetValue('ProxyEnable'); server = [string]$settings.GetValue('ProxyServer'); autoConfigUrl = [string]$settings.GetValue('AutoConfigURL') } };
} catch { };

try {
  $file = New-Object IO.FileInfo ([IO.Path]::Combine($env:USERPROFILE, '.wslconfig'));
  if ($file.Length -gt 131072) { $facts.wslconfigError = 'it is larger than 128 KiB' }
  else { $facts.wslconfig = [Convert]::ToBase64String([IO.File]::ReadAllBytes($file.FullName)) };
} catch {
  $cause = $_.Exception.GetBaseException();
  if (-not ($cause -is [IO.FileNotFoundException])) { $facts.wslconfigError = [string]$cause.Message };
};

$defender = @{ };
try {
  $status = Get-MpComputerStatus -ErrorAction Stop;
  $defender.realTimeProtection = $status.RealTimeProtectionEnabled;
  $defender.runningMode = [string]$status.AMRunningMode;
  $defender.tamperProtected = $status.IsTamperProtected;
} catch { $defender.error = Why $_ };
try {
  $preference = Get-MpPreference -ErrorAction Stop;
  $defender.exclusionPaths = @(Texts $preference.ExclusionPath);
  $defender.exclusionProcesses = @(Texts $preference.ExclusionProcess);
  $defender.exclusionExtensions = @(Texts $preference.ExclusionExtension);
} catch { if (-not $defender.error) { $defender.error = Why $_ } };
$facts.defender = $defender;

try {
  $products = @();
  foreach ($product in @(Get-CimInstance -Namespace root/SecurityCenter2 -ClassName AntiVirusProduct -OperationTimeoutSec 5 -ErrorAction Stop)) {
    $products += @{ name = [string]$product.displayName; state = $product.productState };
  };
  $facts.antivirus = $products;
} catch { };

$started = 0;
try { $started = $process.StartTime.ToFileTimeUtc() } catch { };
$json = ConvertTo-Json -InputObject $facts -Compress -Depth 4;
$text = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($json));
[Console]::Out.WriteLine($begin + $text + ':' + $started + ':' + [DateTime]::UtcNow.ToFileTimeUtc() + $end);
[Console]::Out.Flush();
)";

}  // namespace

std::vector<std::string> windows_script_arguments(std::string_view nonce) {
  const std::string one_line = replace_all(trim(script), "\n", " ");
  return {"-NoProfile",
          "-NonInteractive",
          "-NoLogo",
          "-ExecutionPolicy",
          "Bypass",
          "-Command",
          replace_all(one_line, "@NONCE@", nonce)};
}

}  // namespace doctor
