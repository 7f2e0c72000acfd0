#pragma once

#include "lib/host/host.h"

namespace doctor {

// One query over UDP, sent again when half the time has passed. Errors: `refused` and `unreachable`
// as the network tells them, `timed_out`, `failed` for a server that is no address or a name that
// is none. An RCODE other than 0 is an answer.
Answer<DnsReply> ask_dns(const DnsQuery& query);

}  // namespace doctor
