#pragma once

// What the PowerShell script of lib/host/windows_script.h prints, as facts. Pure functions.
//
// Somewhere in its output stands one block
//
//   <<<wsl-go-doctor:NONCE:FACTS:STARTED:NOW:NONCE>>>
//
// FACTS is base64 of UTF-8 JSON, or "!MODE" where a policy keeps PowerShell in a language mode that
// cannot run the script. STARTED and NOW are readings of the Windows clock as FILETIME (100 ns
// since 1601): when the PowerShell process was created (0: not known) and when it printed the
// block. All of it is ASCII, so that no code page harms it.

#include <optional>
#include <string>
#include <string_view>

#include "lib/base/expected.h"
#include "lib/facts/windows_facts.h"

namespace doctor {

struct WindowsAnswer {
  WindowsFacts facts;             // without the clock
  std::optional<double> started;  // by the Windows clock, seconds since the Unix epoch
  double now = 0;                 // by the Windows clock, seconds since the Unix epoch
};

// Finds the block of `nonce` in whatever surrounds it: warnings, profile noise, a BOM, CRLF, line
// wraps, UTF-16 of either byte order. Facts that are missing keep their defaults; a fact of the
// wrong type is an error that names it.
expected<WindowsAnswer, std::string> parse_windows_answer(std::string_view output,
                                                          std::string_view nonce);

// Windows' clock against this one, from what must hold for any PowerShell process: it was created
// after `before` (this clock, read before it was started), and it printed `now` before `after`
// (this clock, read after it had ended). The truth lies within offset +- uncertainty. No value
// when `after` lies before `before`.
std::optional<WindowsClock> windows_clock(const WindowsAnswer& answer, double before, double after);

}  // namespace doctor
