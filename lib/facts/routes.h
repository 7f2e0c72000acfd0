#pragma once

// The kernel's routing tables. Sources: proc_pid_net(5); fib_route_seq_show in the kernel's
// net/ipv4/fib_trie.c and rt6_info_route in net/ipv6/route.c.

#include <optional>
#include <string>
#include <string_view>

namespace doctor {

struct DefaultRoute {
  std::string interface;  // "eth0"
  std::string gateway;    // "172.24.80.1"; "" where the route has none

  bool operator==(const DefaultRoute&) const = default;
};

// The default route that counts (lowest metric) of /proc/net/route.
std::optional<DefaultRoute> default_route(std::string_view table);

// The interface of the default route of /proc/net/ipv6_route.
std::optional<std::string> ipv6_default_interface(std::string_view table);

}  // namespace doctor
