#pragma once

// What .wslconfig says of the virtual machine's memory, as WSL understands it, against what is
// there.

#include <cstdint>
#include <optional>
#include <vector>

#include "checks/wsl_files.h"
#include "lib/facts/meminfo.h"

namespace doctor {

struct MemoryLimits {
  WslFile file;
  std::uint64_t host = 0;  // memory of the whole computer in bytes, 0: not told
  std::optional<WslConfigEntry> memory;
  std::optional<WslConfigEntry> swap;
  std::optional<WslConfigEntry> reclaim;
};

Answer<MemoryLimits> memory_limits(const Host& host);

// The memory that the next start of WSL gives its virtual machine; no value where that needs the
// computer's memory, which was not told.
std::optional<std::uint64_t> next_memory(const MemoryLimits& limits);

// Settings that do harm, or that do not hold yet. A VM with less than `too_little` bytes because of
// `memory=` is an error, and gets the fix.
std::vector<Finding> limit_findings(const MemoryLimits& limits, const MemInfo& now,
                                    std::uint64_t too_little);

std::vector<std::string> limit_notes(const MemoryLimits& limits, const MemInfo& now);

// Adds the fix that raises `memory`, or else `swap`, where this computer has room for it, and says
// in the detail what can be done otherwise.
void raise_limit(const MemoryLimits& limits, const MemInfo& now, bool killed, Finding& finding);

}  // namespace doctor
