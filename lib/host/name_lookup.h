#pragma once

// Host names to addresses, without ever waiting for a name server longer than one likes to.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/socket.h>

#include "lib/base/expected.h"
#include "lib/facts/host_port.h"

namespace doctor {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;

  int family() const { return storage.ss_family; }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

// "192.0.2.1", "2001:db8::1".
std::string numeric_address(const SocketAddress& address);

// Looks several names up at once, each in a thread of its own that nobody waits for: getaddrinfo
// knows no deadline, and a thread still inside it must not hold up the end of the program.
// Addresses are found at once.
class NameLookup {
 public:
  using Result = expected<std::vector<SocketAddress>, std::string>;

  explicit NameLookup(const std::vector<HostPort>& names);

  // Readable once a name has been found, or failed, since the last `acknowledge`.
  int ready_fd() const;
  void acknowledge();

  // In the order the names were given; no value while it is still being looked for. Addresses come
  // in the order they should be tried (RFC 6724), families alternating.
  std::optional<Result> result(std::size_t index) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace doctor
