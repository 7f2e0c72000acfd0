#pragma once

// Are the names of time servers that a settings file gives well formed? Nothing is looked up.

#include <string_view>

namespace doctor {

// "host", "host:port", "[IPv6]" or "[IPv6]:port"; host is a DNS name or an IPv4 address.
bool is_ntp_server(std::string_view text);

// "https://host/...", with no user name or password in it.
bool is_https_url(std::string_view text);

}  // namespace doctor
