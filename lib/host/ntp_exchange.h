#pragma once

// Requests to one address of an NTP server, and what comes back.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/host/host.h"
#include "lib/host/local_clock.h"
#include "lib/host/name_lookup.h"

namespace doctor {

// The socket is connected, so that the kernel drops what comes from elsewhere and reports what the
// network says of the address.
class NtpExchange {
 public:
  explicit NtpExchange(const SocketAddress& address);
  NtpExchange(NtpExchange&& other) noexcept;
  NtpExchange& operator=(NtpExchange&& other) noexcept;
  ~NtpExchange();

  int fd() const { return fd_; }
  const std::string& address() const { return address_; }

  void send();

  // Reads what has come, up to the first packet that counts. Replies to any earlier request count,
  // but each only once.
  std::optional<NtpSample> receive();

  // Nothing more is to be expected of this address: it refused, or cannot be reached.
  bool over() const { return over_; }

  // Why it is over, or what was wrong with the last packet that did not count; "" when none came.
  const std::string& problem() const { return problem_; }

 private:
  struct Request {
    std::uint64_t transmit = 0;
    LocalTime sent;
  };

  std::optional<NtpSample> read_packet(std::string_view bytes, const LocalTime& received);
  void end(std::string problem);
  void end_by_errno();

  int fd_ = -1;
  std::string address_;
  std::vector<Request> open_;
  std::string problem_;
  bool over_ = false;
};

}  // namespace doctor
