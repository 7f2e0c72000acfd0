#pragma once

// How WSL 2 connects, against what .wslconfig asks for.

#include <optional>

#include "checks/network_answers.h"

namespace doctor {

// WSL runs without any network.
std::optional<Finding> no_network(const Context& context, const NetworkAnswers& answers);

// .wslconfig asks for one mode, and another one runs.
std::optional<Finding> other_mode(const Context& context, const NetworkAnswers& answers);

// dnsTunneling=true that has no effect.
std::vector<std::string> mode_notes(const Context& context, const NetworkAnswers& answers);

}  // namespace doctor
