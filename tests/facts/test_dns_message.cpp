#include <random>

#include "lib/facts/dns_message.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text += static_cast<char>(value);
  return text;
}

const std::string question = bytes({7}) + "example" + bytes({3}) + "org" + bytes({0, 0, 1, 0, 1});

// An answer to the request with id 0x1234, as servers write it.
std::string reply(const std::string& header, const std::string& rest) {
  return bytes({0x12, 0x34}) + header + bytes({0, 0, 0, 0}) + rest;
}

const std::string request = *dns_request(0x1234, "example.org", DnsType::a);
const std::string record = bytes({0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7});

std::string error_of(const std::string& packet) {
  const auto message = parse_dns_reply(packet, request);
  return message ? "accepted" : message.error();
}

}  // namespace

TEST_CASE("a DNS request is what RFC 1035 says") {
  CHECK(request == bytes({0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0}) + question);
  CHECK(*dns_request(0x1234, "example.org.", DnsType::a) == request);
  CHECK(dns_request(1, "a", DnsType::aaaa)->substr(12) == bytes({1, 'a', 0, 0, 28, 0, 1}));
  CHECK_FALSE(dns_request(1, "", DnsType::a));
  CHECK_FALSE(dns_request(1, "a..b", DnsType::a));
  CHECK_FALSE(dns_request(1, ".a", DnsType::a));
  CHECK_FALSE(dns_request(1, std::string(64, 'x'), DnsType::a));
  CHECK_FALSE(dns_request(1, std::string(300, '.'), DnsType::a));
  CHECK(dns_request(1, std::string(63, 'x') + ".y", DnsType::a));
}

TEST_CASE("addresses are taken from a DNS answer") {
  const std::string alias = bytes({0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 2, 0xc0, 12});
  const auto message = parse_dns_reply(
      reply(bytes({0x81, 0x80, 0, 1, 0, 3}), question + alias + record + record), request);
  REQUIRE(message);
  CHECK(message->code == 0);
  CHECK_FALSE(message->truncated);
  CHECK(message->addresses == std::vector<std::string>{"192.0.2.7", "192.0.2.7"});
}

TEST_CASE("IPv6 addresses, too") {
  const std::string asked = *dns_request(0x1234, "example.org", DnsType::aaaa);
  const std::string six = bytes({0xc0, 12,   0, 28, 0, 1, 0, 0, 0, 60, 0, 16, 0x20, 1,
                                 0xd,  0xb8, 0, 0,  0, 0, 0, 0, 0, 0,  0, 0,  0,    1});
  const auto message = parse_dns_reply(
      reply(bytes({0x81, 0x80, 0, 1, 0, 2}), asked.substr(12) + record + six), asked);
  REQUIRE(message);
  CHECK(message->addresses == std::vector<std::string>{"2001:db8::1"});
}

TEST_CASE("a DNS error is an answer") {
  const auto refused = parse_dns_reply(reply(bytes({0x81, 0x05, 0, 0, 0, 0}), ""), request);
  REQUIRE(refused);
  CHECK(refused->code == 5);
  const auto none = parse_dns_reply(reply(bytes({0x81, 0x83, 0, 1, 0, 0}), question), request);
  REQUIRE(none);
  CHECK(none->code == 3);
  CHECK(none->addresses.empty());
  // Names come back in any case (0x20 encoding), and a truncated answer is one.
  std::string shouted = question;
  shouted[1] = 'E';
  const auto truncated =
      parse_dns_reply(reply(bytes({0x83, 0x80, 0, 1, 0, 9}), shouted + record), request);
  REQUIRE(truncated);
  CHECK(truncated->truncated);
  CHECK(truncated->addresses.size() == 1);
}

TEST_CASE("what is no answer to the question is not taken for one") {
  const std::string good = reply(bytes({0x81, 0x80, 0, 1, 0, 1}), question + record);
  CHECK(error_of(good) == "accepted");
  std::string other_id = good;
  other_id[0] = 0x11;
  CHECK(error_of(other_id) == "the answer is to another question");
  std::string other_name = good;
  other_name[13] = 'f';
  CHECK(error_of(other_name) == "the answer is to another question");
  CHECK(error_of(request) == "it is no answer but a question");
  CHECK(error_of("") == "the answer is cut short");
  CHECK(error_of(good.substr(0, 11)) == "the answer is cut short");
  CHECK(error_of(good.substr(0, 20)) == "the answer is to another question");
}

TEST_CASE("mutated DNS answers do no harm") {
  const std::string good = reply(bytes({0x81, 0x80, 0, 1, 0, 2}), question + record + record);
  std::mt19937 random(1035);
  for (int round = 0; round < 20'000; ++round) {
    std::string packet = good.substr(0, random() % (good.size() + 1));
    for (auto i = random() % 6; i > 0 && !packet.empty(); --i) {
      packet[random() % packet.size()] = static_cast<char>(random() % 256);
    }
    if (const auto message = parse_dns_reply(packet, request)) {
      REQUIRE(message->addresses.size() <= 2);
    }
  }
}
