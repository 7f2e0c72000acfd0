#include "lib/host/ntp_exchange.h"

#include <algorithm>
#include <cerrno>
#include <random>
#include <system_error>
#include <utility>

#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/facts/ntp_packet.h"

namespace doctor {
namespace {

// A flood of packets must not keep the other servers waiting.
constexpr int packets_at_once = 16;

std::uint64_t random_transmit() {
  std::uint64_t value = 0;
  if (::getrandom(&value, sizeof(value), 0) != sizeof(value)) {
    std::random_device device;
    value = std::uint64_t{device()} << 32 | device();
  }
  return value | 1;  // zero would mean "no timestamp"
}

}  // namespace

NtpExchange::NtpExchange(const SocketAddress& address) : address_(numeric_address(address)) {
  fd_ = ::socket(address.family(), SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd_ < 0 || ::connect(fd_, address.get(), address.length) != 0) end_by_errno();
}

NtpExchange::NtpExchange(NtpExchange&& other) noexcept {
  *this = std::move(other);
}

NtpExchange& NtpExchange::operator=(NtpExchange&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(address_, other.address_);
  std::swap(open_, other.open_);
  std::swap(problem_, other.problem_);
  std::swap(over_, other.over_);
  return *this;
}

NtpExchange::~NtpExchange() {
  if (fd_ >= 0) ::close(fd_);
}

void NtpExchange::end(std::string problem) {
  problem_ = std::move(problem);
  over_ = true;
}

void NtpExchange::end_by_errno() {
  end(std::system_category().message(errno));
}

void NtpExchange::send() {
  if (over_) return;
  const std::uint64_t transmit = random_transmit();
  const std::string bytes = ntp_request(transmit);
  open_.push_back({transmit, local_time()});
  if (::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0 && errno != EAGAIN) end_by_errno();
}

std::optional<NtpSample> NtpExchange::receive() {
  for (int i = 0; i < packets_at_once && !over_; ++i) {
    char buffer[1024];
    const ssize_t size = ::recv(fd_, buffer, sizeof(buffer), 0);
    const LocalTime received = local_time();
    if (size < 0) {
      if (errno != EAGAIN && errno != EINTR) end_by_errno();
      return std::nullopt;
    }
    const std::string_view bytes(buffer, static_cast<std::size_t>(size));
    if (auto sample = read_packet(bytes, received)) return sample;
  }
  return std::nullopt;
}

// Only a packet that echoes a request can end the exchange: anybody can send any other.
std::optional<NtpSample> NtpExchange::read_packet(std::string_view bytes,
                                                  const LocalTime& received) {
  const auto packet = parse_ntp_packet(bytes);
  if (!packet) {
    problem_ = packet.error();
    return std::nullopt;
  }
  const auto match = std::find_if(open_.begin(), open_.end(), [&](const Request& request) {
    return request.transmit == packet->origin;
  });
  if (match == open_.end()) {
    problem_ = *ntp_refusal(*packet, ~packet->origin);
    return std::nullopt;
  }
  const Request request = *match;
  open_.erase(match);
  if (auto refusal = ntp_refusal(*packet, request.transmit)) {
    end(std::move(*refusal));
    return std::nullopt;
  }
  if (clock_was_set(request.sent, received)) {
    problem_ = "this machine's clock was set during the exchange";
    return std::nullopt;
  }
  const double elapsed = received.monotonic - request.sent.monotonic;
  const auto measured = measure_ntp(*packet, request.sent.real, request.sent.real + elapsed);
  if (!measured) {
    end(measured.error());
    return std::nullopt;
  }
  return NtpSample{measured->offset, measured->delay, packet->root_delay, packet->root_dispersion,
                   packet->stratum};
}

}  // namespace doctor
