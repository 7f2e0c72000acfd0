#pragma once

// The plan for the terminal.

#include <cstddef>
#include <string>
#include <vector>

#include "lib/fix/plan.h"

namespace doctor {

struct PlanTextOptions {
  std::size_t width = 80;
  // False: of a script only its own part is shown, not the functions that all scripts share.
  bool whole_scripts = false;
};

// For every fix: number, title, why, what it touches and needs, what restarts, how it is undone,
// and its script. Lines are at most `width` wide; everything in it is printable.
std::string plan_text(const std::vector<PlanStep>& plan, const PlanTextOptions& options = {});

}  // namespace doctor
