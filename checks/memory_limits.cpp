#include "checks/memory_limits.h"

#include <algorithm>

#include "lib/base/format.h"
#include "lib/base/size.h"
#include "lib/base/text.h"
#include "lib/fix/script.h"

namespace doctor {

namespace {

constexpr std::uint64_t least_vm = 256 * mebibyte;     // WSL gives no less
constexpr std::uint64_t windows_needs = 4 * gibibyte;  // what Windows 11 itself asks for

std::optional<WslConfigEntry> entry_of(const WslConfig& config, std::string_view name) {
  const WslConfigEntry* entry = find_entry(config, name);
  return entry ? std::optional(*entry) : std::nullopt;
}

std::string as_written(const WslConfigEntry& entry) {
  return entry.key + "=" + entry.value;
}

Evidence evidence_of(const WslFile& file, const WslConfigEntry& entry) {
  return {fmt::format("{}:{}", file.shown, entry.line), as_written(entry)};
}

Location location_of(const WslFile& file, const WslConfigEntry& entry) {
  return {file.shown, entry.line, entry.column};
}

std::uint64_t whole_gb(std::uint64_t bytes) {
  return bytes / gibibyte * gibibyte;
}

std::string in_gb(std::uint64_t bytes) {
  return fmt::format("{}GB", bytes / gibibyte);
}

// The kernel keeps a few percent for itself before it counts MemTotal.
bool is_in_effect(std::uint64_t given, std::uint64_t total) {
  const std::uint64_t kept = given / 100 * 15 + 128 * mebibyte;
  return total + kept >= given && total <= given + given / 50;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// WSL's own default is half of the computer's memory. More than that only where programs were
// killed, and never so much that Windows lacks what it needs.
std::uint64_t wanted_memory(std::uint64_t host, const MemInfo& now, bool killed) {
  const std::uint64_t half = whole_gb(host / 2);
  const std::uint64_t most =
      host > windows_needs ? whole_gb(std::min(host / 4 * 3, host - windows_needs)) : 0;
  const auto is_more = [&](std::uint64_t size) {
    return !is_in_effect(size, now.total) && size >= now.total + gibibyte;
  };
  if (is_more(half)) return half;
  return killed && is_more(most) ? most : 0;
}

// WSL's own default: a quarter of the memory, in whole GB, rounded up.
std::uint64_t default_swap(std::uint64_t memory) {
  return whole_gb(memory / 4 + gibibyte - 1);
}

void set_setting(const MemoryLimits& limits, std::string_view key, const std::string& value,
                 Finding& finding) {
  const WslFile& file = limits.file;
  const auto edit =
      set_wsl_config(file.bytes.value_or(""), WslConfigKind::wslconfig, "wsl2", key, value);
  if (!edit) {
    finding.detail += " " + edit.error();
    return;
  }
  finding.detail += fmt::format(" The computer has {}, so {}={} under [wsl2] in {} fits.",
                                human_size(limits.host), key, value, file.shown);
  if (!file.path) {
    finding.detail +=
        " Its drive is not mounted here, so edit it in Windows, then run "
        "`wsl --shutdown`.";
    return;
  }
  Fix fix;
  fix.id = key == "memory" ? "memory-wslconfig" : "memory-wslconfig-swap";
  fix.title = fmt::format("Set {}={} in .wslconfig", key, value);
  fix.automatic = false;
  fix.restart = Restart::wsl;
  fix.restart_command = shutdown_command;
  fix.touches = {*file.path};
  fix.undo =
      file.bytes ? "Puts the file of before back, byte for byte." : "Removes the file again.";
  fix.script = bash_script(
      {.id = fix.id,
       .title = fix.title,
       .about = {"Changes " + file.shown + " and nothing else; every other byte stays.",
                 "It counts after wsl --shutdown, which ends every distribution, and Docker "
                 "Desktop's too. What WSL uses, Windows programs cannot."},
       .apply = file_edit_statements({*file.path, file.bytes, *edit}),
       .undo = "",
       .needs = Privilege::user});
  finding.fix = std::move(fix);
}

std::optional<Finding> too_small(const MemoryLimits& limits, std::uint64_t next,
                                 std::uint64_t too_little) {
  if (next >= too_little) return std::nullopt;
  const WslConfigEntry& entry = *limits.memory;
  Finding finding;
  finding.id = "limit-too-small";
  finding.severity = Status::error;
  finding.summary = fmt::format("`{}` in .wslconfig gives WSL only {} of memory.",
                                as_written(entry), human_size(next));
  if (is_number(entry.value)) {
    finding.detail = fmt::format(
        "A number without a unit means bytes. {0}GB needs its unit: memory={0}GB.", entry.value);
  } else {
    finding.detail = "The Go linker alone needs more for a large program.";
  }
  finding.evidence.push_back(evidence_of(limits.file, entry));
  finding.location = location_of(limits.file, entry);
  const std::uint64_t half = whole_gb(limits.host / 2);
  const bool fits = is_number(entry.value) && entry.value.size() < 4 &&
                    std::stoull(entry.value) * gibibyte + windows_needs <= limits.host;
  if (fits) {
    set_setting(limits, "memory", entry.value + "GB", finding);
  } else if (half > 0) {
    set_setting(limits, "memory", in_gb(half), finding);
  }
  return finding;
}

// What makes a setting count that does not yet.
std::string how_it_counts(const MemoryLimits& limits) {
  std::string words =
      "It counts after `wsl --shutdown` in PowerShell, which ends every distribution, and Docker "
      "Desktop's too.";
  if (limits.file.config.encoding == TextEncoding::utf8_bom) {
    words +=
        " An old WSL reads nothing of a file that begins with a byte order mark, as this one does: "
        "see wslconfig.";
  }
  return words;
}

Finding pending(const MemoryLimits& limits, const MemInfo& now, std::uint64_t next) {
  Finding finding;
  finding.id = "restart-pending";
  finding.summary =
      fmt::format("`{}` in .wslconfig does not hold yet: WSL has {}, not {}.",
                  as_written(*limits.memory), human_size(now.total), human_size(next));
  finding.detail = how_it_counts(limits);
  finding.evidence.push_back(evidence_of(limits.file, *limits.memory));
  finding.evidence.push_back({"/proc/meminfo", "MemTotal " + human_size(now.total)});
  finding.location = location_of(limits.file, *limits.memory);
  return finding;
}

std::optional<Finding> missing_swap(const MemoryLimits& limits, const MemInfo& now) {
  if (!limits.swap) return std::nullopt;
  const auto asked = wsl_memory_size(limits.swap->value);
  if (!asked || now.swap_total >= *asked - *asked / 20) return std::nullopt;
  Finding finding;
  finding.id = "swap";
  finding.summary = fmt::format("`{}` in .wslconfig does not hold: there is {} of swap.",
                                as_written(*limits.swap),
                                now.swap_total == 0 ? "nothing" : human_size(now.swap_total));
  finding.detail =
      "It counts after `wsl --shutdown` in PowerShell. If it stays so, WSL could not make the swap "
      "file, and says so as it starts: look at swapFile in .wslconfig and at the room on that "
      "drive.";
  finding.evidence.push_back(evidence_of(limits.file, *limits.swap));
  finding.evidence.push_back({"/proc/meminfo", "SwapTotal " + human_size(now.swap_total)});
  finding.location = location_of(limits.file, *limits.swap);
  return finding;
}

}  // namespace

Answer<MemoryLimits> memory_limits(const Host& host) {
  auto file = read_wslconfig(host);
  if (!file) return unexpected(file.error());
  MemoryLimits limits;
  limits.memory = entry_of(file->config, "wsl2.memory");
  limits.swap = entry_of(file->config, "wsl2.swap");
  limits.reclaim = entry_of(file->config, "experimental.autoMemoryReclaim");
  limits.file = *std::move(file);
  if (const auto windows = host.windows()) limits.host = windows->memory_bytes;
  return limits;
}

std::optional<std::uint64_t> next_memory(const MemoryLimits& limits) {
  const auto asked = limits.memory ? wsl_memory_size(limits.memory->value) : std::nullopt;
  if (!asked || *asked == 0) {
    return limits.host > 0 ? std::optional(limits.host / 2) : std::nullopt;
  }
  const std::uint64_t given = std::max(*asked, least_vm);
  if (limits.host > 0) return std::min(given, limits.host);
  return given;
}

std::vector<Finding> limit_findings(const MemoryLimits& limits, const MemInfo& now,
                                    std::uint64_t too_little) {
  std::vector<Finding> findings;
  const auto next = next_memory(limits);
  if (limits.memory && wsl_memory_size(limits.memory->value) && next) {
    if (auto finding = too_small(limits, *next, too_little)) {
      findings.push_back(*std::move(finding));
    } else if (!is_in_effect(*next, now.total)) {
      findings.push_back(pending(limits, now, *next));
    }
  }
  if (auto finding = missing_swap(limits, now)) findings.push_back(*std::move(finding));
  return findings;
}

std::vector<std::string> limit_notes(const MemoryLimits& limits, const MemInfo& now) {
  std::vector<std::string> notes;
  if (limits.memory && !wsl_memory_size(limits.memory->value)) {
    notes.push_back(fmt::format(
        "WSL cannot read `{}` in .wslconfig and keeps its default, half of the computer's memory.",
        as_written(*limits.memory)));
  }
  if (now.swap_total == 0 && limits.swap && wsl_memory_size(limits.swap->value) == 0) {
    notes.push_back(fmt::format("`{}` in .wslconfig: there is no swap to fall back on.",
                                as_written(*limits.swap)));
  }
  if (limits.reclaim && equals_ignoring_case(limits.reclaim->value, "gradual")) {
    notes.emplace_back(
        "autoMemoryReclaim=gradual kept Docker from starting in WSL 2.0.0 "
        "(microsoft/WSL#10497). The default, dropCache, gives memory back, too.");
  }
  return notes;
}

void raise_limit(const MemoryLimits& limits, const MemInfo& now, bool killed, Finding& finding) {
  if (limits.memory) finding.evidence.push_back(evidence_of(limits.file, *limits.memory));
  if (limits.host == 0) return;
  const std::uint64_t wanted = wanted_memory(limits.host, now, killed);
  if (wanted > 0) {
    const auto next = next_memory(limits);
    if (next && *next >= wanted && !is_in_effect(*next, now.total)) {
      finding.detail +=
          fmt::format(" The next start gives WSL {}: `wsl --shutdown`.", human_size(*next));
    } else {
      set_setting(limits, "memory", in_gb(wanted), finding);
    }
  } else if (killed && now.swap_total == 0) {
    set_setting(limits, "swap", in_gb(default_swap(now.total)), finding);
  }
}

}  // namespace doctor
