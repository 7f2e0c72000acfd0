#pragma once

// Runs checks on a small pool, and hands out the results in order as they become final.

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "lib/core/check.h"

namespace doctor {

struct Waiting {
  const Check* check;
  std::chrono::milliseconds since_start;
};

struct RunOptions {
  unsigned jobs = 8;
  std::chrono::milliseconds deadline{30000};
  std::string today;  // "YYYY-MM-DD", for waivers
  // Called on the caller's thread, in registry order.
  std::function<void(const Diagnosis&)> on_final = [](const Diagnosis&) {};
  // Called on the caller's thread about ten times a second with what is still waited for.
  std::function<void(std::span<const Waiting>)> on_wait = [](std::span<const Waiting>) {};
};

// All at once. A check that throws is `unknown` ("the check itself failed"); one that is not back
// by the deadline is `unknown` too, and its thread is left behind (see abandoned_checks).
std::vector<Diagnosis> run_checks(std::span<const Check* const> checks, const Context& context,
                                  const RunOptions& options);

// How many check threads were left behind by deadlines. When not 0 the process must end by _exit.
unsigned abandoned_checks();

}  // namespace doctor
