#pragma once

// "host", "host:port", "[v6]:port", and a bare IPv6 address.

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/expected.h"

namespace doctor {

struct HostPort {
  std::string host;  // a name or an address, without brackets
  std::uint16_t port = 0;

  bool operator==(const HostPort&) const = default;
};

// Fails in words for a person: no host, a port that is none, blanks or control characters.
expected<HostPort, std::string> parse_host_port(std::string_view text, std::uint16_t default_port);

}  // namespace doctor
