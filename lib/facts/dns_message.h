#pragma once

// DNS messages (RFC 1035 section 4) as a stub resolver needs them: one question out, its answer in.
// Pure functions: bytes in, values out.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/expected.h"

namespace doctor {

enum class DnsType : std::uint16_t { a = 1, aaaa = 28 };

// A recursive query. Fails in words for a name that DNS cannot carry: an empty label, one of more
// than 63 bytes, more than 253 in all.
expected<std::string, std::string> dns_request(std::uint16_t id, std::string_view name,
                                               DnsType type);

struct DnsMessage {
  unsigned code = 0;                   // RCODE
  bool truncated = false;              // the rest would come over TCP
  std::vector<std::string> addresses;  // of the type asked for, in the server's order
};

// Fails in words for what is no answer to that request: another id or question, a query, bytes cut
// short. Compressed names are skipped, never followed, so no message can make this loop.
expected<DnsMessage, std::string> parse_dns_reply(std::string_view bytes, std::string_view request);

}  // namespace doctor
