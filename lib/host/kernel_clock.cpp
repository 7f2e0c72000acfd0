#include "lib/host/kernel_clock.h"

#include <algorithm>
#include <cerrno>

#include <sys/timex.h>

#include "lib/host/local_clock.h"
#include "lib/host/os_error.h"

namespace doctor {

Answer<KernelClock> read_kernel_clock() {
  constexpr double frequency_unit = 65536;  // parts per million with 16 bits of fraction
  timex state{};
  if (::adjtimex(&state) < 0) return unexpected(os_error(errno));
  KernelClock clock;
  clock.synchronised = (state.status & STA_UNSYNC) == 0;
  clock.max_error = static_cast<double>(state.maxerror) / 1e6;
  clock.frequency = static_cast<double>(state.freq) / frequency_unit;
  clock.suspended = std::max(0.0, read_clock(CLOCK_BOOTTIME) - read_clock(CLOCK_MONOTONIC));
  // Between the two readings a few microseconds pass, which are no sleep.
  if (clock.suspended < 0.001) clock.suspended = 0;
  return clock;
}

}  // namespace doctor
