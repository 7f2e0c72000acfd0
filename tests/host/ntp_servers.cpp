#include "tests/host/ntp_servers.h"

#include <stdexcept>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/host/local_clock.h"
#include "lib/host/time_sources.h"

namespace lab {

using namespace std::chrono_literals;

SkewedChrony::SkewedChrony(const std::string& skew, bool ipv6)
    : port_(std::to_string(free_udp_port(ipv6))),
      ipv6_(ipv6),
      program_({"faketime", "-f", skew, "chronyd", "-U", "-x", "-d", "-u", "root", "-f",
                folder_.write("chrony.conf", configuration())}) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (!doctor::ask_ntp({server()}, 100ms).front().error) return;
    std::this_thread::sleep_for(100ms);
  }
  throw std::runtime_error("chronyd does not answer");
}

std::string SkewedChrony::configuration() const {
  return "local stratum 3\nallow 127.0.0.1\nallow ::1\ncmdport 0\nport " + port_ +
         "\nbindaddress " + (ipv6_ ? "::1" : "127.0.0.1") + "\nbindcmdaddress /\npidfile " +
         folder_.path() + "/pid\ndriftfile " + folder_.path() + "/drift\n";
}

std::string big_endian(std::uint64_t value) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xff);
  return bytes;
}

std::string reply_to(const std::string& request, double skew) {
  const double now = doctor::local_time().real + skew + 2'208'988'800.0;
  const auto time = static_cast<std::uint64_t>(now * 4294967296.0);
  std::string bytes("\x24\x02\x06\xe7\0\0\0\x10\0\0\0\x10GPS ", 16);
  return bytes + big_endian(time - (std::uint64_t{9} << 32)) + request.substr(40, 8) +
         big_endian(time) + big_endian(time);
}

int open_udp(std::uint16_t& port) {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  socklen_t length = sizeof(address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    throw std::runtime_error("cannot open a UDP port");
  }
  port = ntohs(address.sin_port);
  return fd;
}

TestServer::TestServer(Answer answer) : answer_(std::move(answer)) {
  fd_ = open_udp(port_);
  thread_ = std::thread([this] { serve(); });
}

TestServer::~TestServer() {
  stopped_ = true;
  thread_.join();
  ::close(fd_);
}

void TestServer::serve() {
  while (!stopped_) {
    pollfd polled{fd_, POLLIN, 0};
    if (::poll(&polled, 1, 20) <= 0) continue;
    char buffer[512];
    socklen_t length = sizeof(client_);
    const ssize_t size =
        ::recvfrom(fd_, buffer, sizeof(buffer), 0, reinterpret_cast<sockaddr*>(&client_), &length);
    if (size < 0) continue;
    ++requests_;
    answer_(std::string(buffer, static_cast<std::size_t>(size)), [&](const std::string& bytes) {
      ::sendto(fd_, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&client_), length);
    });
  }
}

}  // namespace lab
