#pragma once

// The values of HTTPS_PROXY and its kin, as Go takes them. Sources: golang.org/x/net/http/httpproxy
// (parseProxy, useProxy) and net/http/transport.go of Go 1.26, tried with that release.

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/expected.h"

namespace doctor {

struct ProxyUrl {
  std::string scheme;  // "http", "https", "socks5", "socks5h"
  std::string host;    // a name or an address, without brackets
  std::uint16_t port = 0;

  bool operator==(const ProxyUrl&) const = default;
};

// A URL, or "host[:port]", which means http. User name and password are dropped. Fails for whatever
// Go ignores, refuses, or takes for something that was hardly meant, with a phrase for a person
// that shows nothing of the value: it may hold a password.
expected<ProxyUrl, std::string> parse_proxy_url(std::string_view value);

std::string host_and_port(const ProxyUrl& proxy);  // "127.0.0.1:7890", "[::1]:7890"
std::string to_string(const ProxyUrl& proxy);      // "http://127.0.0.1:7890"

// An address or name of the machine itself: 127.0.0.0/8, ::1, localhost.
bool is_loopback(std::string_view host);

// Does NO_PROXY make Go connect to the host itself? `host` is a name, not an address.
bool bypasses_proxy(std::string_view no_proxy, std::string_view host, std::uint16_t port);

}  // namespace doctor
