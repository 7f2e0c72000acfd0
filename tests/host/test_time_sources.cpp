// SNTP against real chronyd under faketime, and against a server that misbehaves in every way.

#include <algorithm>
#include <cmath>
#include <functional>
#include <thread>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/host/local_clock.h"
#include "lib/host/time_sources.h"
#include "tests/host/lab.h"
#include "tests/host/ntp_servers.h"
#include "tests/support/catch.h"

using namespace doctor;
using lab::big_endian;
using lab::reply_to;
using lab::SkewedChrony;
using lab::TestServer;
using namespace std::chrono_literals;

namespace {

// The truth lies within half a round trip of what was measured, whatever the load of this machine.
bool tells(const NtpReply& reply, double skew) {
  return !reply.samples.empty() &&
         std::all_of(reply.samples.begin(), reply.samples.end(), [&](const NtpSample& sample) {
           return std::abs(sample.offset - skew) <= sample.delay / 2 + 0.005;
         });
}

// What is said of a server that answers every request with `change` made to a faultless reply.
HostError error_for(const std::function<void(std::string&)>& change,
                    std::chrono::milliseconds deadline = 700ms) {
  const TestServer server([&](const std::string& request, const TestServer::Send& send) {
    std::string reply = reply_to(request, 0);
    change(reply);
    send(reply);
  });
  const NtpReply reply = ask_ntp({server.server()}, deadline).front();
  CHECK(reply.samples.empty());
  return reply.error.value_or(HostError{});
}

}  // namespace

TEST_CASE("a real server that is ahead") {
  const SkewedChrony chrony("+3.25s");
  const NtpReply reply = ask_ntp({chrony.server()}, 5s).front();
  REQUIRE(!reply.error);
  CHECK(reply.server == chrony.server());
  CHECK(reply.address == "127.0.0.1");
  CHECK(reply.samples.size() == 4);
  CHECK(tells(reply, 3.25));
  CHECK(reply.samples[0].delay >= 0);
  CHECK(reply.samples[0].delay < 5);
  CHECK(reply.samples[0].stratum == 3);
}

TEST_CASE("a real server over IPv6") {
  const SkewedChrony chrony("-90s", true);
  const NtpReply reply = ask_ntp({chrony.server()}, 5s).front();
  REQUIRE(!reply.error);
  CHECK(reply.address == "::1");
  CHECK(tells(reply, -90));
}

TEST_CASE("two servers that disagree are both heard, in the order asked") {
  const SkewedChrony first("+3600s");
  const SkewedChrony second("-2s");
  const auto replies = ask_ntp({second.server(), first.server()}, 5s);
  REQUIRE(replies.size() == 2);
  REQUIRE(!replies[0].error);
  REQUIRE(!replies[1].error);
  CHECK(tells(replies[0], -2));
  CHECK(tells(replies[1], 3600));
}

TEST_CASE("a server that is found by name") {
  const TestServer server([](const std::string& request, const TestServer::Send& send) {
    send(reply_to(request, 1.5));
  });
  const std::string port = server.server().substr(server.server().find(':'));
  const NtpReply reply = ask_ntp({"localhost" + port}, 5s).front();
  REQUIRE(!reply.error);
  CHECK(reply.address == "127.0.0.1");
  CHECK(tells(reply, 1.5));
}

TEST_CASE("each request differs and tells nothing of this machine's clock") {
  std::vector<std::string> requests;
  {
    const TestServer server([&](const std::string& request, const TestServer::Send& send) {
      requests.push_back(request);
      send(reply_to(request, 0));
    });
    REQUIRE(!ask_ntp({server.server()}, 5s).front().error);
  }
  REQUIRE(requests.size() == 4);
  std::vector<std::string> stamps;
  const double now = local_time().real + 2'208'988'800.0;
  for (const std::string& request : requests) {
    CHECK(request.substr(0, 40) == '\x23' + std::string(39, '\0'));
    stamps.push_back(request.substr(40));
    CHECK(stamps.back().substr(0, 4) != big_endian(static_cast<std::uint64_t>(now)).substr(4));
  }
  std::sort(stamps.begin(), stamps.end());
  CHECK(std::unique(stamps.begin(), stamps.end()) == stamps.end());
}

TEST_CASE("packets that anybody could have sent are passed over until the deadline") {
  const auto refused = [](const std::string& why) {
    return HostError{HostErrorKind::timed_out, "no usable reply in 0.7 s; 127.0.0.1: " + why};
  };
  CHECK(error_for([](std::string& reply) { reply.resize(47); }) ==
        refused("47 bytes are too short for an NTP packet"));
  CHECK(error_for([](std::string& reply) { reply.clear(); }) ==
        refused("0 bytes are too short for an NTP packet"));
  CHECK(error_for([](std::string& reply) { reply[31] = static_cast<char>(reply[31] ^ 1); }) ==
        refused("it does not answer the request that was sent"));
}

TEST_CASE("a server's refusal is final and said as it is") {
  const auto refused = [](const std::string& why) { return HostError{HostErrorKind::failed, why}; };
  const auto kiss = [](const std::string& code) {
    return [code](std::string& reply) { reply.replace(1, 1, 1, '\0').replace(12, 4, code); };
  };
  CHECK(error_for([](std::string& reply) { reply[0] = 0x23; }, 5s) ==
        refused("it is no server's reply (mode 3 instead of 4)"));
  CHECK(error_for(kiss("RATE"), 5s) ==
        refused("the server refuses: it was asked too often (kiss-of-death code RATE)"));
  CHECK(error_for(kiss("DENY"), 5s) ==
        refused("the server refuses: it denies access (kiss-of-death code DENY)"));
  CHECK(error_for([](std::string& reply) { reply[0] = static_cast<char>(0xe4); }, 5s) ==
        refused("the server's own clock is not synchronised (leap 3, stratum 2)"));
  CHECK(error_for([](std::string& reply) { reply.replace(40, 8, 8, '\0'); }, 5s) ==
        refused("the server states no time"));
  CHECK(error_for([](std::string& reply) { reply[9] = 2; }, 5s) ==
        refused("the server itself is uncertain by 2.0 s (root distance)"));
}

TEST_CASE("a kiss of death to somebody else is not believed") {
  const TestServer server([](const std::string& request, const TestServer::Send& send) {
    std::string forged = reply_to(request, 0);
    forged.replace(1, 1, 1, '\0').replace(12, 4, "DENY").replace(24, 8, 8, '\x42');
    send(forged);
    send(reply_to(request, 7));
  });
  const NtpReply reply = ask_ntp({server.server()}, 5s).front();
  REQUIRE(!reply.error);
  CHECK(tells(reply, 7));
}

TEST_CASE("the same reply over and over counts once") {
  std::string first;
  const TestServer server([&](const std::string& request, const TestServer::Send& send) {
    if (first.empty()) first = reply_to(request, 4);
    for (int i = 0; i < 5; ++i) send(first);
  });
  const NtpReply reply = ask_ntp({server.server()}, 1h).front();
  // Its silence after that is not waited out: the deadline would hang this test.
  CHECK(reply.samples.size() == 1);
  CHECK(server.requests() == 2);
}

TEST_CASE("a reply from another port is not heard") {
  std::uint16_t port = 0;
  const int other = lab::open_udp(port);
  const TestServer* self = nullptr;
  const TestServer server([&](const std::string& request, const TestServer::Send&) {
    const std::string reply = reply_to(request, 0);
    ::sendto(other, reply.data(), reply.size(), 0,
             reinterpret_cast<const sockaddr*>(&self->client()), sizeof(sockaddr_in));
  });
  self = &server;
  const NtpReply reply = ask_ntp({server.server()}, 300ms).front();
  ::close(other);
  CHECK(server.requests() == 1);
  CHECK(reply.error == HostError{HostErrorKind::timed_out, "no reply in 0.3 s"});
}

TEST_CASE("a lost request is repeated, and a late reply to the first still counts") {
  std::string first;
  const TestServer server([&](const std::string& request, const TestServer::Send& send) {
    if (first.empty()) {
      first = request;
    } else {
      send(reply_to(first, 2));
    }
  });
  const NtpReply reply = ask_ntp({server.server()}, 5s).front();
  REQUIRE(reply.samples.size() == 1);
  // The first request was answered 0.6 s late: offset and delay say so together.
  CHECK(reply.samples[0].delay > 0.5);
  CHECK(tells(reply, 2));
}

TEST_CASE("a reply after the deadline does not hold anybody up") {
  const TestServer server([](const std::string& request, const TestServer::Send& send) {
    std::this_thread::sleep_for(600ms);
    send(reply_to(request, 0));
  });
  CHECK(ask_ntp({server.server()}, 200ms).front().error ==
        HostError{HostErrorKind::timed_out, "no reply in 0.2 s"});
}

TEST_CASE("a flood of garbage hides neither the deadline nor another server") {
  const TestServer good(
      [](const std::string& request, const TestServer::Send& send) { send(reply_to(request, 1)); });
  const TestServer flood([](const std::string&, const TestServer::Send& send) {
    for (int i = 0; i < 20'000; ++i) send(std::string(static_cast<std::size_t>(i % 100), 'x'));
  });
  const auto replies = ask_ntp({flood.server(), good.server()}, 2s);
  REQUIRE(replies[0].error);
  CHECK(replies[0].error->kind == HostErrorKind::timed_out);
  CHECK(!replies[1].error);
}

TEST_CASE("a server that allows one request only gives one sample") {
  const TestServer* self = nullptr;
  const TestServer server([&](const std::string& request, const TestServer::Send& send) {
    std::string reply = reply_to(request, 0);
    if (self->requests() > 1) reply.replace(1, 1, 1, '\0').replace(12, 4, "RATE");
    send(reply);
  });
  self = &server;
  const NtpReply reply = ask_ntp({server.server()}, 1h).front();
  CHECK(!reply.error);
  CHECK(reply.samples.size() == 1);
}

TEST_CASE("servers that are not there") {
  const std::string closed = "127.0.0.1:" + std::to_string(lab::free_udp_port());
  const auto replies = ask_ntp({closed, "127.0.0.1:99999", ""}, 5s);
  REQUIRE(replies.size() == 3);
  CHECK(replies[0].error == HostError{HostErrorKind::failed, "Connection refused"});
  CHECK(replies[1].error == HostError{HostErrorKind::failed,
                                      "'127.0.0.1:99999' is no server: the port must be a number "
                                      "from 1 to 65535"});
  CHECK(replies[2].error ==
        HostError{HostErrorKind::failed, "'' is no server: the host is missing"});
}

TEST_CASE("a name that does not resolve") {
  const NtpReply reply = ask_ntp({"no-such-server.invalid"}, 2s).front();
  REQUIRE(reply.error);
  // Which of the two it is depends on the name server of the machine that runs this.
  const bool told = reply.error->reason.starts_with("its name cannot be resolved: ") ||
                    reply.error->reason == "its name was not resolved in 2 s";
  CHECK(told);
}

TEST_CASE("a name server that never answers holds up neither the end nor another server") {
  const TestServer server(
      [](const std::string& request, const TestServer::Send& send) { send(reply_to(request, 0)); });
  const auto replies = ask_ntp({lab::hanging_name, server.server()}, 1s);
  CHECK(replies[0].error ==
        HostError{HostErrorKind::timed_out, "its name was not resolved in 1 s"});
  CHECK(!replies[1].error);
}

TEST_CASE("too many servers are not all asked") {
  const std::string closed = "127.0.0.1:" + std::to_string(lab::free_udp_port());
  const auto replies = ask_ntp(std::vector<std::string>(17, closed), 5s);
  REQUIRE(replies.size() == 17);
  CHECK(replies[15].error->reason == "Connection refused");
  CHECK(replies[16].error->reason == "only the first 16 servers are asked");
}

TEST_CASE("no server, no answer") {
  CHECK(ask_ntp({}, 2s).empty());
}

TEST_CASE("NTP that answers makes HTTPS needless") {
  const TestServer server(
      [](const std::string& request, const TestServer::Send& send) { send(reply_to(request, 0)); });
  // A machine under load may take longer for the answer than NTP may stay silent, once.
  WorldTime time;
  for (int attempt = 0; attempt == 0 || (attempt < 5 && !time.http.empty()); ++attempt) {
    time = ask_world_time({{server.server()}, {"https://127.0.0.1:9/"}, 5s});
  }
  REQUIRE(time.ntp.size() == 1);
  CHECK(!time.ntp[0].error);
  CHECK(time.http.empty());
}

TEST_CASE("NTP that fails is followed by HTTPS") {
  const std::string closed = "127.0.0.1:" + std::to_string(lab::free_udp_port());
  const WorldTime time = ask_world_time({{closed}, {"http://127.0.0.1/"}, 5s});
  REQUIRE(time.ntp.size() == 1);
  CHECK(time.ntp[0].error->reason == "Connection refused");
  REQUIRE(time.http.size() == 1);
  CHECK(time.http[0].error->reason == "only https:// addresses are asked");
}

TEST_CASE("NTP that is silent is not waited for before HTTPS, and may still answer") {
  const TestServer server([](const std::string& request, const TestServer::Send& send) {
    std::this_thread::sleep_for(1500ms);
    send(reply_to(request, 0));
  });
  const WorldTime time = ask_world_time({{server.server()}, {"http://127.0.0.1/"}, 5s});
  REQUIRE(time.ntp.size() == 1);
  CHECK(!time.ntp[0].error);
  CHECK(time.http.size() == 1);
}

TEST_CASE("one of the two alone") {
  const std::string closed = "127.0.0.1:" + std::to_string(lab::free_udp_port());
  const WorldTime ntp = ask_world_time({{closed}, {}, 5s});
  CHECK(ntp.ntp.size() == 1);
  CHECK(ntp.http.empty());
  const WorldTime http = ask_world_time({{}, {"ftp://127.0.0.1/"}, 5s});
  CHECK(http.ntp.empty());
  CHECK(http.http.size() == 1);
  CHECK(ask_world_time({{}, {}, 5s}) == WorldTime{});
}

TEST_CASE("a clock that is set is told from one that runs") {
  CHECK(!clock_was_set({100, 5}, {102, 7}));
  CHECK(!clock_was_set({100, 5}, {102.15, 7}));  // slewed
  CHECK(clock_was_set({100, 5}, {102.5, 7}));
  CHECK(clock_was_set({100, 5}, {99, 7}));
  CHECK(clock_was_set({100, 5}, {100.02, 5}));
}
