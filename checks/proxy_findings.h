#pragma once

// Proxies: those that Go reads from the environment, and Windows' own.

#include <optional>

#include "checks/network_answers.h"

namespace doctor {

// A value that Go cannot use, or a proxy that is not there; one finding for each.
std::vector<Finding> proxy_findings(const Context& context, const NetworkAnswers& answers);

// Windows goes out through a proxy, WSL has none, and has no way of its own.
std::optional<Finding> windows_proxy_finding(const NetworkAnswers& answers);

std::vector<Evidence> proxy_evidence(const NetworkAnswers& answers);

// Two spellings that differ, a variable that Go does not read, exceptions for the place itself.
std::vector<std::string> proxy_notes(const Host& host, const NetworkAnswers& answers);

}  // namespace doctor
