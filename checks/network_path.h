#pragma once

// Packets that leave and do not arrive: blocked, too large for a VPN, or sent by an IPv6 that leads
// nowhere.

#include <optional>

#include "checks/network_answers.h"

namespace doctor {

// Names are found, no proxy is in use, and the place that Go downloads from cannot be reached.
std::optional<Finding> unreachable_place(const Context& context, const NetworkAnswers& answers);

// WSL's interface lets out larger packets than some interface of Windows takes.
std::optional<Finding> mtu_finding(const Context& context, const NetworkAnswers& answers);

// IPv6 has a route, the place has an address, IPv4 works, and IPv6 is silent.
std::optional<Finding> ipv6_finding(const NetworkAnswers& answers);

// The same where IPv6 fails at once, which costs nothing.
std::vector<std::string> ipv6_notes(const NetworkAnswers& answers);

}  // namespace doctor
