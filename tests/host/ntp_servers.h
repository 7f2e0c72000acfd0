#pragma once

// NTP servers on the loopback address: a real one with a wrong clock, and one that does as it is
// told.

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>

#include <netinet/in.h>

#include "tests/host/lab.h"

namespace lab {

// chronyd whose clock runs `skew` beside this machine's ("+3.25s"). Answers once it is made.
class SkewedChrony {
 public:
  explicit SkewedChrony(const std::string& skew, bool ipv6 = false);

  std::string server() const { return (ipv6_ ? "[::1]:" : "127.0.0.1:") + port_; }

 private:
  std::string configuration() const;

  TemporaryFolder folder_;
  std::string port_;
  bool ipv6_;
  Program program_;
};

std::string big_endian(std::uint64_t value);

// A faultless reply of a server whose clock is `skew` seconds ahead of this machine's.
std::string reply_to(const std::string& request, double skew);

// A UDP socket on the loopback address, and its port.
int open_udp(std::uint16_t& port);

// A UDP server in a thread. `answer` gets each request and what to send packets back with.
class TestServer {
 public:
  using Send = std::function<void(const std::string&)>;
  using Answer = std::function<void(const std::string&, const Send&)>;

  explicit TestServer(Answer answer);
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;
  ~TestServer();

  std::string server() const { return "127.0.0.1:" + std::to_string(port_); }
  int requests() const { return requests_; }
  const sockaddr_in& client() const { return client_; }  // who asked last, for `answer`

 private:
  void serve();

  Answer answer_;
  std::uint16_t port_ = 0;
  int fd_ = -1;
  sockaddr_in client_{};
  std::atomic<bool> stopped_ = false;
  std::atomic<int> requests_ = 0;
  std::thread thread_;
};

}  // namespace lab
