// DNS queries and TCP connections, against servers on loopback that the tests start themselves.

#include <atomic>
#include <functional>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "lib/host/connection.h"
#include "lib/host/descriptor.h"
#include "lib/host/dns_exchange.h"
#include "lib/host/live_host.h"
#include "tests/support/catch.h"

using namespace doctor;
using namespace std::chrono_literals;

namespace {

std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text += static_cast<char>(value);
  return text;
}

// A socket bound to a port of 127.0.0.1 that nobody else has.
class LoopbackSocket {
 public:
  explicit LoopbackSocket(int type) : socket_(::socket(AF_INET, type | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    socklen_t size = sizeof address;
    REQUIRE(::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    name_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }

  int fd() const { return socket_.get(); }
  const std::string& name() const { return name_; }
  void close() { socket_.close(); }

 private:
  Descriptor socket_;
  std::string name_;
};

// A name server: answers every query with what `make` makes of it, each element one packet.
class NameServer {
 public:
  using Make = std::function<std::vector<std::string>(const std::string& query)>;

  explicit NameServer(Make make) : socket_(SOCK_DGRAM), make_(std::move(make)) {
    thread_ = std::thread([this] { serve(); });
  }
  ~NameServer() {
    stop_ = true;
    thread_.join();
  }
  const std::string& name() const { return socket_.name(); }
  int queries() const { return queries_; }

 private:
  void serve() {
    while (!stop_) {
      pollfd waiting{socket_.fd(), POLLIN, 0};
      if (::poll(&waiting, 1, 20) <= 0) continue;
      char buffer[512];
      sockaddr_in from{};
      socklen_t size = sizeof from;
      const ssize_t got = ::recvfrom(socket_.fd(), buffer, sizeof buffer, 0,
                                     reinterpret_cast<sockaddr*>(&from), &size);
      if (got <= 0) continue;
      ++queries_;
      for (const std::string& packet : make_(std::string(buffer, static_cast<size_t>(got)))) {
        ::sendto(socket_.fd(), packet.data(), packet.size(), 0, reinterpret_cast<sockaddr*>(&from),
                 size);
      }
    }
  }

  LoopbackSocket socket_;
  Make make_;
  std::atomic<bool> stop_ = false;
  std::atomic<int> queries_ = 0;
  std::thread thread_;
};

std::string answer_to(const std::string& query, int code, const std::string& records = "") {
  const int count = records.empty() ? 0 : 1;
  return query.substr(0, 2) + bytes({0x81, 0x80 | code, 0, 1, 0, count, 0, 0, 0, 0}) +
         query.substr(12) + records;
}

const std::string record = bytes({0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7});

}  // namespace

TEST_CASE("a name server is asked, and answers") {
  const NameServer server(
      [](const std::string& query) { return std::vector{answer_to(query, 0, record)}; });
  const auto reply = ask_dns({server.name(), "example.org", "A", 2000ms});
  REQUIRE(reply);
  CHECK(reply->code == 0);
  CHECK(reply->addresses == std::vector<std::string>{"192.0.2.7"});
  CHECK(reply->seconds > 0);
  CHECK(reply->seconds < 2);
}

TEST_CASE("what is no answer is passed over, a lost packet asked for again") {
  std::atomic<int> asked = 0;
  const NameServer server([&](const std::string& query) {
    if (++asked == 1) return std::vector<std::string>{"", "nonsense", query};
    std::string other = answer_to(query, 0, record);
    other[0] = static_cast<char>(other[0] + 1);
    return std::vector{other, answer_to(query, 3)};
  });
  const auto reply = ask_dns({server.name(), "example.org", "A", 600ms});
  REQUIRE(reply);
  CHECK(reply->code == 3);
  CHECK(server.queries() == 2);
}

TEST_CASE("a name server that is silent, gone or none") {
  const NameServer silent([](const std::string&) { return std::vector<std::string>{}; });
  const auto start = std::chrono::steady_clock::now();
  CHECK(ask_dns({silent.name(), "example.org", "A", 200ms}).error() ==
        HostError{HostErrorKind::timed_out, "no answer in 0.2 s"});
  CHECK(std::chrono::steady_clock::now() - start < 2s);

  LoopbackSocket gone(SOCK_DGRAM);
  gone.close();
  CHECK(ask_dns({gone.name(), "example.org", "A", 500ms}).error().kind == HostErrorKind::refused);
  CHECK(ask_dns({"ns.example.org", "example.org", "A", 100ms}).error() ==
        HostError{HostErrorKind::failed, "it is no address"});
  CHECK(ask_dns({"127.0.0.1", "a..b", "A", 100ms}).error().kind == HostErrorKind::failed);
  CHECK(ask_dns({"127.0.0.1 x", "a", "A", 100ms}).error().kind == HostErrorKind::failed);
}

TEST_CASE("a connection is opened, refused, or times out") {
  LoopbackSocket listener(SOCK_STREAM);
  REQUIRE(::listen(listener.fd(), 1) == 0);
  const auto open = open_connection({listener.name(), 2000ms});
  REQUIRE(open);
  CHECK(open->address == "127.0.0.1");
  CHECK(open->seconds > 0);

  LoopbackSocket gone(SOCK_STREAM);
  gone.close();
  CHECK(open_connection({gone.name(), 2000ms}).error() == HostError{HostErrorKind::refused, ""});
  CHECK(open_connection({"127.0.0.1", 100ms}).error().reason == "it names no port");
  CHECK(open_connection({"", 100ms}).error().kind == HostErrorKind::failed);

  // A listener whose queue is full leaves further connections waiting; how long a queue it has is
  // the kernel's business.
  LoopbackSocket full(SOCK_STREAM);
  REQUIRE(::listen(full.fd(), 0) == 0);
  HostError last;
  for (int i = 0; i < 5000 && last.kind != HostErrorKind::timed_out; ++i) {
    if (const auto one = open_connection({full.name(), 200ms}); !one) last = one.error();
  }
  CHECK(last == HostError{HostErrorKind::timed_out, "no answer in 0.2 s"});
}

TEST_CASE("offline, only this machine's own addresses may be connected to") {
  CHECK(is_own_address("127.0.0.1:80"));
  CHECK(is_own_address("127.1.2.3"));
  CHECK(is_own_address("[::1]:80"));
  CHECK(is_own_address("localhost:80"));
  CHECK_FALSE(is_own_address("128.0.0.1:80"));
  CHECK_FALSE(is_own_address("10.0.0.1:80"));
  CHECK_FALSE(is_own_address("localhost.example.org:80"));
  CHECK_FALSE(is_own_address("[::2]:80"));
  CHECK_FALSE(is_own_address(""));

  LiveOptions options;
  options.offline = true;
  const LiveHost host(options);
  LoopbackSocket gone(SOCK_STREAM);
  gone.close();
  CHECK(host.connect({gone.name(), 500ms}).error().kind == HostErrorKind::refused);
  CHECK(host.connect({"192.0.2.1:80", 500ms}).error().kind == HostErrorKind::offline);
  CHECK(host.dns({"127.0.0.1", "example.org", "A", 500ms}).error().kind == HostErrorKind::offline);
}
