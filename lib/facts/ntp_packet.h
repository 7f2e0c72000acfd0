#pragma once

// The 48 bytes of an NTP packet (RFC 5905 section 7.3) and what a client makes of a reply. Pure
// functions: bytes in, values out.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/expected.h"

namespace doctor {

inline constexpr std::size_t ntp_packet_size = 48;

// A packet as it is written. Timestamps count 2^-32 s since the start of an era (1900, 2036, ...).
struct NtpPacket {
  unsigned leap = 0;
  unsigned version = 0;
  unsigned mode = 0;
  unsigned stratum = 0;
  double root_delay = 0;       // seconds
  double root_dispersion = 0;  // seconds
  std::string reference_id;    // four bytes; of a kiss-of-death packet its code
  std::uint64_t reference = 0;
  std::uint64_t origin = 0;
  std::uint64_t receive = 0;
  std::uint64_t transmit = 0;
};

// A client's request: version 4, mode 3, all else zero, since a server needs none of it and a
// listener would learn from it. `transmit` is a random number, not the time: whoever echoes it has
// seen the request.
std::string ntp_request(std::uint64_t transmit);

// Anything of at least 48 bytes is a packet; what follows (extensions, MAC) is not looked at.
expected<NtpPacket, std::string> parse_ntp_packet(std::string_view bytes);

// Why a packet is not to be believed as the answer to the request that carried `transmit`; no value
// when it is. The tests of RFC 5905 appendix A.5.1 (packet sanity) and RFC 4330 section 5.
std::optional<std::string> ntp_refusal(const NtpPacket& reply, std::uint64_t transmit);

struct NtpMeasurement {
  double offset = 0;  // the server's clock minus this machine's, seconds
  double delay = 0;   // round trip, seconds, never negative
};

// `sent` and `received` are this machine's clock, seconds since the Unix epoch. The era of the
// server's timestamps is the one nearest to this machine's clock, or to 2024 when the clock stands
// before that, so that a clock at 1970 is told right, and 2036 is a year like any other. Fails for
// a server that claims to have held the request longer than the round trip took.
expected<NtpMeasurement, std::string> measure_ntp(const NtpPacket& reply, double sent,
                                                  double received);

}  // namespace doctor
