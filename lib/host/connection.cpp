#include "lib/host/connection.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/host/descriptor.h"
#include "lib/host/name_lookup.h"
#include "lib/host/os_error.h"

namespace doctor {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

tl::unexpected<HostError> refuse(HostErrorKind kind, std::string reason) {
  return unexpected(HostError{kind, std::move(reason)});
}

// True when `fd` became ready before `until`.
bool wait_for(int fd, short events, Clock::time_point until) {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(until - Clock::now());
    if (left.count() <= 0) return false;
    pollfd waiting{fd, events, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(left.count()));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

Answer<std::vector<SocketAddress>> addresses_of(const HostPort& name, Clock::time_point until) {
  const NameLookup lookup({name});
  while (!lookup.result(0)) {
    if (!wait_for(lookup.ready_fd(), POLLIN, until)) {
      return refuse(HostErrorKind::timed_out, "its name was not found in time");
    }
  }
  auto found = *lookup.result(0);
  if (!found) return refuse(HostErrorKind::failed, "its name cannot be found: " + found.error());
  return *std::move(found);
}

Answer<void> connect_to(const SocketAddress& address, Clock::time_point until) {
  const Descriptor socket(
      ::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return unexpected(os_error(errno));
  if (::connect(socket.get(), address.get(), address.length) == 0) return {};
  if (errno != EINPROGRESS) return unexpected(os_error(errno));
  if (!wait_for(socket.get(), POLLOUT, until)) return refuse(HostErrorKind::timed_out, "");
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error == ETIMEDOUT) return refuse(HostErrorKind::timed_out, "");
  if (error != 0) return unexpected(os_error(error));
  return {};
}

}  // namespace

bool is_own_address(std::string_view to) {
  const auto name = parse_host_port(to, 1);
  if (!name) return false;
  in_addr v4{};
  in6_addr v6{};
  if (::inet_pton(AF_INET, name->host.c_str(), &v4) == 1) {
    return (ntohl(v4.s_addr) >> 24) == IN_LOOPBACKNET;
  }
  if (::inet_pton(AF_INET6, name->host.c_str(), &v6) == 1) return IN6_IS_ADDR_LOOPBACK(&v6);
  return equals_ignoring_case(name->host, "localhost");
}

Answer<Connection> open_connection(const ConnectionQuery& query) {
  const auto start = Clock::now();
  const auto until = start + query.deadline;
  const auto name = parse_host_port(query.to, 0);
  if (!name) return refuse(HostErrorKind::failed, name.error());
  if (name->port == 0) return refuse(HostErrorKind::failed, "it names no port");
  const auto addresses = addresses_of(*name, until);
  if (!addresses) return unexpected(addresses.error());

  HostError last{HostErrorKind::timed_out, ""};
  for (std::size_t i = 0; i < addresses->size(); ++i) {
    const auto left = static_cast<Clock::duration::rep>(addresses->size() - i);
    const auto share = Clock::now() + (until - Clock::now()) / left;
    const auto connected = connect_to((*addresses)[i], share);
    if (connected) {
      return Connection{numeric_address((*addresses)[i]),
                        std::chrono::duration<double>(Clock::now() - start).count()};
    }
    last = connected.error();
  }
  if (last.kind == HostErrorKind::timed_out) {
    const double seconds = std::chrono::duration<double>(query.deadline).count();
    last.reason = fmt::format("no answer in {}", human_seconds(seconds));
  }
  return unexpected(last);
}

}  // namespace doctor
