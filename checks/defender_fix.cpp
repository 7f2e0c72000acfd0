#include "checks/defender_fix.h"

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/fix/powershell.h"
#include "lib/fix/script.h"

namespace doctor {
namespace {

// The record comes before the exclusion, so that -Undo knows of it whatever happens in between.
constexpr std::string_view add_exclusion = R"(
function Get-ExcludedFolder { @((Get-MpPreference).ExclusionPath) }

$before = Get-ExcludedFolder
if ($before -like 'N/A*') {
  throw 'Windows hides the exclusions even from administrators: ask whoever manages this computer.'
}
if ($before -contains $folder) {
  Write-Output "$folder is excluded already; nothing was changed."
  exit 0
}
New-Item -ItemType Directory -Force -Path (Split-Path -Parent $record) | Out-Null
Set-Content -LiteralPath $record -Value $folder -Encoding UTF8
try {
  Add-MpPreference -ExclusionPath $folder
  if ((Get-ExcludedFolder) -notcontains $folder) {
    throw 'Defender did not take the exclusion: Tamper Protection or a policy forbids it.'
  }
} catch {
  Remove-Item -LiteralPath $record
  throw
}
Write-Output "Defender no longer scans $folder."
)";

constexpr std::string_view remove_exclusion = R"(
if (-not (Test-Path -LiteralPath $record)) {
  Write-Output "Nothing to give back: this script has not excluded $folder."
  exit 0
}
Remove-MpPreference -ExclusionPath $folder
Remove-Item -LiteralPath $record
Write-Output "Defender scans $folder again."
)";

}  // namespace

Fix exclude_from_defender(std::string_view id, const std::string& folder) {
  Fix fix;
  fix.id = fmt::format("defender-exclude-{}", id);
  fix.title = fmt::format("Exclude {} from Defender's scans (costs security)", folder);
  fix.shell = Shell::powershell;
  fix.needs = Privilege::windows_administrator;
  fix.touches = {fmt::format("Defender's exclusion list: {}", folder)};
  fix.undo = "Run the script with -Undo: it removes the exclusion if this script added it.";
  fix.automatic = false;

  // One record for each folder, whichever project it belonged to.
  const std::string name =
      fmt::format("wsl-go-doctor\\excluded-{}.txt", sha256(to_lower(folder)).substr(0, 12));
  const std::string values = fmt::format("$folder = {}\n$record = Join-Path $env:ProgramData {}\n",
                                         powershell_quote(folder), powershell_quote(name));
  PowershellScript script;
  script.id = fix.id;
  script.title = fix.title;
  script.about = {
      "Defender then looks at nothing in this folder, also not at malware that a dependency brings "
      "along. Moving the work to the Linux disk costs no security: prefer that.",
      "Only this folder is added. -Undo removes it if this script added it, and nothing else."};
  script.apply = values + std::string(add_exclusion);
  script.undo = values + std::string(remove_exclusion);
  script.needs = fix.needs;
  fix.script = powershell_script(script);
  return fix;
}

}  // namespace doctor
