#pragma once

// One figure out of what several time servers said. Pure logic.

#include <optional>
#include <string>
#include <vector>

#include "lib/core/diagnosis.h"
#include "lib/host/host.h"

namespace doctor {

struct ClockEstimate {
  double offset = 0;  // the world's clock minus this machine's, seconds; positive: we are behind
  double uncertainty = 0;  // the truth lies within offset +- uncertainty
  std::string method;      // "NTP (3 servers)", "the Date of an HTTPS answer"
  // No majority of servers agrees: `offset` +- `uncertainty` then spans what all of them said.
  bool contested = false;
  std::vector<std::string> outvoted;  // servers that contradict the majority
  std::optional<double> jump;  // one server's samples differ by this much more than delays explain
};

// A line for every server asked: what it said, or why it said nothing.
std::vector<Evidence> evidence_of(const WorldTime& times);

// Every NTP server counts with its sample of least delay. Servers whose intervals (delay and root
// distance) overlap with those of the majority are believed (Marzullo's algorithm, as in RFC 5905
// section 11.2.1); the offset is that of the believed sample with the least delay, and half that
// delay is how far it can be off. HTTPS dates count where no NTP server answered. Fails where
// nobody answered.
Answer<ClockEstimate> estimate_clock(const WorldTime& times);

}  // namespace doctor
