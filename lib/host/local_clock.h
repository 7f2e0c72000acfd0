#pragma once

// This machine's own clock, read together with one that nobody can set.

#include <cmath>

#include <time.h>

namespace doctor {

struct LocalTime {
  double real = 0;       // CLOCK_REALTIME: seconds since the Unix epoch
  double monotonic = 0;  // CLOCK_MONOTONIC: seconds, only differences mean anything
};

inline double read_clock(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

inline LocalTime local_time() {
  return {read_clock(CLOCK_REALTIME), read_clock(CLOCK_MONOTONIC)};
}

// Was the clock set between two readings? A clock that is slewed runs off by 10 % at most, and the
// two clocks of one reading lie a moment apart.
inline bool clock_was_set(const LocalTime& before, const LocalTime& after) {
  const double elapsed = after.monotonic - before.monotonic;
  return std::abs((after.real - before.real) - elapsed) > 0.005 + elapsed / 10;
}

}  // namespace doctor
