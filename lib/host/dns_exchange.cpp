#include "lib/host/dns_exchange.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/dns_message.h"
#include "lib/host/descriptor.h"
#include "lib/host/name_lookup.h"
#include "lib/host/os_error.h"

namespace doctor {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::uint16_t dns_port = 53;

tl::unexpected<HostError> failed(std::string reason) {
  return unexpected(HostError{HostErrorKind::failed, std::move(reason)});
}

Answer<Descriptor> socket_to(const std::string& server) {
  const auto address = parse_host_port(server, dns_port);
  if (!address) return failed(address.error());
  const NameLookup lookup({*address});
  const auto found = lookup.result(0);
  // A name server is an address: looking its name up would need a name server.
  if (!found || !*found) return failed("it is no address");
  const SocketAddress& to = found->value().front();
  Descriptor socket(::socket(to.family(), SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket || ::connect(socket.get(), to.get(), to.length) != 0) {
    return unexpected(os_error(errno));
  }
  return socket;
}

// Waits for a packet that answers the request; anything else that comes is passed over.
Answer<DnsMessage> receive(const Descriptor& socket, const std::string& request,
                           Clock::time_point until) {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(until - Clock::now());
    pollfd waiting{socket.get(), POLLIN, 0};
    const int ready = left.count() <= 0 ? 0 : ::poll(&waiting, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return unexpected(HostError{HostErrorKind::timed_out, ""});
    std::array<char, 4096> buffer;
    const ssize_t size = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (size < 0) return unexpected(os_error(errno));
    auto message = parse_dns_reply({buffer.data(), static_cast<std::size_t>(size)}, request);
    if (message) return *std::move(message);
  }
}

}  // namespace

Answer<DnsReply> ask_dns(const DnsQuery& query) {
  const auto start = Clock::now();
  std::uint16_t id = 0;
  if (::getrandom(&id, sizeof id, 0) != sizeof id) return unexpected(os_error(errno));
  const auto request =
      dns_request(id, query.name, query.type == "AAAA" ? DnsType::aaaa : DnsType::a);
  if (!request) return failed(request.error());
  const auto socket = socket_to(query.server);
  if (!socket) return unexpected(socket.error());

  Answer<DnsMessage> message = unexpected(HostError{HostErrorKind::timed_out, ""});
  for (const auto until : {start + query.deadline / 2, start + query.deadline}) {
    if (::send(socket->get(), request->data(), request->size(), MSG_NOSIGNAL) < 0) {
      return unexpected(os_error(errno));
    }
    message = receive(*socket, *request, until);
    if (message || message.error().kind != HostErrorKind::timed_out) break;
  }
  if (!message && message.error().kind == HostErrorKind::timed_out) {
    const double seconds = std::chrono::duration<double>(query.deadline).count();
    return unexpected(HostError{HostErrorKind::timed_out,
                                fmt::format("no answer in {}", human_seconds(seconds))});
  }
  if (!message) return unexpected(message.error());
  return DnsReply{message->code, std::move(message->addresses),
                  std::chrono::duration<double>(Clock::now() - start).count()};
}

}  // namespace doctor
