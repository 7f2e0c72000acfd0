#pragma once

// Finding checks by id. The list itself is checks/registry.cpp.

#include <span>
#include <string>
#include <vector>

#include "lib/base/expected.h"
#include "lib/core/check.h"

namespace doctor {

using CheckList = std::span<const Check* const>;

const Check* find_check(CheckList checks, std::string_view id);

struct Selection {
  std::vector<std::string> only;  // empty: all
  std::vector<std::string> skip;
};

// In registry order. Fails with "no check `xyz`; did you mean ...?" for an id that does not exist.
expected<std::vector<const Check*>, std::string> select(CheckList checks,
                                                        const Selection& selection,
                                                        const Settings& settings);

}  // namespace doctor
