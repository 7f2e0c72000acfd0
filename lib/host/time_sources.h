#pragma once

// The world's time over the network: SNTP (RFC 5905 client mode) and the Date of HTTPS answers.

#include <chrono>

#include "lib/host/host.h"

namespace doctor {

// Several samples from every server, all servers at once. Names are looked up, IPv4 and IPv6 alike,
// without ever blocking past the deadline. A reply counts only when it echoes the request's random
// transmit timestamp and comes from the address that was asked; mode, leap indicator, stratum, root
// distance and kiss-of-death codes are checked, and a refusal says which it was.
std::vector<NtpReply> ask_ntp(const std::vector<std::string>& servers,
                              std::chrono::milliseconds deadline);

// HEAD requests, all at once, through libcurl: HTTPS only, certificates verified, proxies and CA
// settings of the environment honoured (SSL_CERT_FILE, SSL_CERT_DIR, CURL_CA_BUNDLE). A clock that
// is off by months makes every certificate invalid; the error then says that, and no time is taken
// from an answer that is not authenticated.
std::vector<HttpDate> ask_http_dates(const std::vector<std::string>& urls,
                                     std::chrono::milliseconds deadline);

// Both as TimeQuery says.
WorldTime ask_world_time(const TimeQuery& query);

}  // namespace doctor
