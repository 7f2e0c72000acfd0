#pragma once

// One line on a terminal that names what a run still waits for, and since when.

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <span>
#include <string>

#include "lib/core/runner.h"

namespace doctor {

// Quiet until something has been waited for this long.
inline constexpr std::chrono::milliseconds patience{2000};

// "waiting for clock-skew (2.4 s), systemd (2.4 s)" in at most `width` columns; those that do not
// fit are counted: "waiting for clock-skew (2.4 s) and 5 more". Empty while all are young.
std::string progress_line(std::span<const Waiting> waiting, std::size_t width);

// `out` must be a terminal. Clear it before anything else is written to that terminal.
struct Progress {
  std::FILE* out;
  std::size_t width = 80;  // of the terminal; its last column stays free
  std::string shown;       // what stands there now
};

void update(Progress& progress, std::span<const Waiting> waiting);
void clear(Progress& progress);

}  // namespace doctor
