#include "checks/network_mode.h"

#include <algorithm>
#include <array>

#include "checks/name_server_advice.h"
#include "checks/resolv_conf_findings.h"
#include "checks/wsl_files.h"
#include "lib/base/format.h"
#include "lib/base/text.h"

namespace doctor {

namespace {

constexpr unsigned windows_11_22h2 = 22621;
constexpr const char* mode_key = "wsl2.networkingMode";

// The mode that .wslconfig asks for, in WSL's own spelling of today; "" where it asks for none, or
// for one that no WSL knows.
std::string mode_asked_for(const WslConfigEntry* entry) {
  if (!entry) return "";
  const std::string mode = to_lower(entry->value);
  if (mode == "virtioproxy") return "consomme";
  constexpr std::array<std::string_view, 5> known = {"nat", "mirrored", "bridged", "consomme",
                                                     "none"};
  return std::ranges::find(known, mode) == known.end() ? "" : mode;
}

std::string running_mode(const NetworkAnswers& answers) {
  return answers.mode == "virtioproxy" ? "consomme" : answers.mode;
}

// "C:\Users\me\.wslconfig:3" and the line.
void point_at(Finding& finding, const WslFile& file, const WslConfigEntry& entry) {
  finding.location = Location{file.shown, entry.line, entry.column};
  finding.evidence.push_back({fmt::format("{}:{}", file.shown, entry.line),
                              fmt::format("[{}] {}={}", entry.section, entry.key, entry.value)});
}

std::string why_not(const Context& context, const NetworkAnswers& answers, const WslFile& file,
                    const std::string& asked) {
  if (file.path && changed_since_start(context.host, *file.path) == true) {
    return "The file was changed after WSL had started: `wsl --shutdown` in PowerShell makes it "
           "count.";
  }
  const unsigned build = answers.windows ? windows_build(*answers.windows) : 0;
  if (asked == "mirrored" && build != 0 && build < windows_11_22h2) {
    return fmt::format("Mirrored mode needs Windows 11 22H2 (build {}) or newer; this is build {}.",
                       windows_11_22h2, build);
  }
  std::string text =
      "Where the file was changed lately, `wsl --shutdown` in PowerShell makes it count. Else WSL "
      "has fallen back, and says why in a line that begins with \"wsl:\" when it starts";
  if (asked == "mirrored") {
    text +=
        " (a Windows update that is missing, a kernel without what it needs, or IPv6 switched off "
        "in Windows' registry)";
  }
  return text + ".";
}

}  // namespace

std::optional<Finding> no_network(const Context& context, const NetworkAnswers& answers) {
  if (answers.mode != "none") return std::nullopt;
  Finding finding;
  finding.id = "no-network";
  finding.evidence.push_back({"wslinfo --networking-mode", answers.mode});
  if (const auto file = read_wslconfig(context.host)) {
    const WslConfigEntry* mode = find_entry(file->config, mode_key);
    const WslConfigEntry* safe = find_entry(file->config, "wsl2.safeMode");
    const bool is_safe = safe && wsl_bool(safe->value) == true;
    if (is_safe || mode_asked_for(mode) == "none") {
      point_at(finding, *file, is_safe ? *safe : *mode);
      finding.summary = is_safe ? "WSL runs in safe mode, which has no network."
                                : "WSL runs without a network, as .wslconfig asks.";
      finding.detail =
          "Go can download nothing. Take that line out of .wslconfig, then `wsl --shutdown` in "
          "PowerShell.";
      return finding;
    }
  }
  finding.severity = Status::error;
  finding.summary = "WSL runs without a network: it could not set one up when it started.";
  finding.detail =
      "`wsl --shutdown` in PowerShell, and start it again: a line that begins with \"wsl:\" says "
      "why.";
  return finding;
}

std::optional<Finding> other_mode(const Context& context, const NetworkAnswers& answers) {
  if (answers.mode.empty()) return std::nullopt;
  const auto file = read_wslconfig(context.host);
  if (!file) return std::nullopt;
  const WslConfigEntry* entry = find_entry(file->config, mode_key);
  const std::string asked = mode_asked_for(entry);
  if (asked.empty() || asked == running_mode(answers)) return std::nullopt;
  Finding finding;
  finding.id = "networking-mode";
  finding.summary = fmt::format(".wslconfig asks for networkingMode={}, but {} runs.", entry->value,
                                answers.mode);
  finding.evidence.push_back({"wslinfo --networking-mode", answers.mode});
  point_at(finding, *file, *entry);
  finding.detail = why_not(context, answers, *file, asked);
  return finding;
}

std::vector<std::string> mode_notes(const Context& context, const NetworkAnswers& answers) {
  std::vector<std::string> notes;
  const auto file = read_wslconfig(context.host);
  if (!file) return notes;
  const WslConfigEntry* tunnel = find_entry(file->config, "wsl2.dnsTunneling");
  if (!tunnel || wsl_bool(tunnel->value) != true) return notes;
  if (const auto off = generation_switched_off(context.host)) {
    notes.push_back(
        fmt::format("dnsTunneling=true in .wslconfig has no effect here: it needs WSL's own "
                    "/etc/resolv.conf, and {}:{} says generateResolvConf=false.",
                    off->file, off->line));
  } else if ((answers.mode == "nat" || answers.mode == "mirrored") &&
             answers.resolv.author == ResolvConfAuthor::wsl &&
             !asks_the_tunnel(context, answers.resolv)) {
    notes.emplace_back(
        "dnsTunneling=true in .wslconfig is not in force: it waits for `wsl --shutdown`, needs "
        "Windows 11 22H2 or newer, and stays off beside the Global Secure Access client.");
  }
  return notes;
}

}  // namespace doctor
