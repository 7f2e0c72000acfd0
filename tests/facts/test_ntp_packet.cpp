#include <cmath>
#include <cstring>

#include "lib/facts/ntp_packet.h"
#include "tests/support/catch.h"

using Catch::Approx;
using namespace doctor;

namespace {

constexpr std::uint64_t nonce = 0x0123'4567'89ab'cdef;

// `unix_seconds` as an NTP timestamp; the era is lost, as on the wire.
std::uint64_t timestamp(std::int64_t unix_seconds, double fraction = 0) {
  const auto seconds = static_cast<std::uint32_t>(unix_seconds + 2'208'988'800);
  return std::uint64_t{seconds} << 32 | static_cast<std::uint64_t>(std::ldexp(fraction, 32));
}

NtpPacket good_reply() {
  NtpPacket reply;
  reply.version = 4;
  reply.mode = 4;
  reply.stratum = 2;
  reply.root_delay = 0.02;
  reply.root_dispersion = 0.03;
  reply.reference_id = "GPS ";
  reply.origin = nonce;
  reply.reference = timestamp(1'700'000'000);
  reply.receive = timestamp(1'700'000'100);
  reply.transmit = timestamp(1'700'000'100, 0.0001);
  return reply;
}

std::string refusal_of(const NtpPacket& reply) {
  return ntp_refusal(reply, nonce).value_or("accepted");
}

NtpMeasurement measured(std::int64_t server, double server_fraction, double sent, double received) {
  NtpPacket reply = good_reply();
  reply.receive = timestamp(server, server_fraction);
  reply.transmit = reply.receive;
  return *measure_ntp(reply, sent, received);
}

}  // namespace

TEST_CASE("a request tells nothing but a random number") {
  const std::string bytes = ntp_request(nonce);
  REQUIRE(bytes.size() == 48);
  CHECK(bytes[0] == 0x23);  // leap 0, version 4, mode 3
  CHECK(bytes.substr(1, 39) == std::string(39, '\0'));
  CHECK(bytes.substr(40) == "\x01\x23\x45\x67\x89\xab\xcd\xef");
}

TEST_CASE("the fields of a packet") {
  // As chronyd 4.3 answers with `local stratum 3`, with a longer root delay and an extension.
  std::string bytes("\x24\x03\x06\xe7\x00\x00\x80\x00\x00\x00\x01\x80\x7f\x7f\x01\x01", 16);
  bytes += std::string("\xe9\x00\x00\x01\x40\x00\x00\x00", 8);
  bytes += "\x01\x23\x45\x67\x89\xab\xcd\xef";
  bytes += std::string("\xe9\x00\x00\x02\x80\x00\x00\x00", 8);
  bytes += std::string("\xe9\x00\x00\x02\xc0\x00\x00\x00", 8);
  bytes += "an extension field that nobody asked for";
  const auto packet = parse_ntp_packet(bytes);
  REQUIRE(packet);
  CHECK(packet->leap == 0);
  CHECK(packet->version == 4);
  CHECK(packet->mode == 4);
  CHECK(packet->stratum == 3);
  CHECK(packet->root_delay == 0.5);
  CHECK(packet->root_dispersion == Approx(384.0 / 65536));
  CHECK(packet->reference_id == "\x7f\x7f\x01\x01");
  CHECK(packet->reference == 0xe900'0001'4000'0000);
  CHECK(packet->origin == nonce);
  CHECK(packet->receive == 0xe900'0002'8000'0000);
  CHECK(packet->transmit == 0xe900'0002'c000'0000);
  CHECK(refusal_of(*packet) == "accepted");
}

TEST_CASE("a packet that was cut short") {
  for (std::size_t size = 0; size < 48; ++size) {
    CAPTURE(size);
    CHECK(!parse_ntp_packet(std::string(size, '\x24')));
  }
  CHECK(parse_ntp_packet(std::string(47, '\x24')).error() ==
        "47 bytes are too short for an NTP packet");
}

TEST_CASE("replies that are not to be believed") {
  NtpPacket reply = good_reply();
  REQUIRE(refusal_of(reply) == "accepted");

  SECTION("an answer to something else") {
    reply.origin = nonce + 1;
    CHECK(refusal_of(reply) == "it does not answer the request that was sent");
    reply.origin = 0;
    CHECK(refusal_of(reply) == "it does not answer the request that was sent");
  }
  SECTION("another mode") {
    reply.mode = 3;
    CHECK(refusal_of(reply) == "it is no server's reply (mode 3 instead of 4)");
    reply.mode = 5;
    CHECK(refusal_of(reply) == "it is no server's reply (mode 5 instead of 4)");
  }
  SECTION("another version") {
    reply.version = 3;
    CHECK(refusal_of(reply) == "accepted");
    reply.version = 0;
    CHECK(refusal_of(reply) == "it has NTP version 0");
    reply.version = 5;
    CHECK(refusal_of(reply) == "it has NTP version 5");
  }
  SECTION("kiss of death") {
    reply.stratum = 0;
    reply.leap = 3;
    reply.reference_id = "RATE";
    CHECK(refusal_of(reply) ==
          "the server refuses: it was asked too often (kiss-of-death code RATE)");
    reply.reference_id = "DENY";
    CHECK(refusal_of(reply) == "the server refuses: it denies access (kiss-of-death code DENY)");
    reply.reference_id = "X\x1b[m";
    CHECK(refusal_of(reply) == "the server refuses with kiss-of-death code 'X\\x1b[m'");
    reply.reference_id = std::string(4, '\0');
    CHECK(refusal_of(reply) == "the server has no time to give (stratum 0)");
  }
  SECTION("not synchronised") {
    reply.leap = 3;
    CHECK(refusal_of(reply) == "the server's own clock is not synchronised (leap 3, stratum 2)");
    reply.leap = 0;
    reply.stratum = 15;
    CHECK(refusal_of(reply) == "accepted");
    reply.stratum = 16;
    CHECK(refusal_of(reply) == "the server's own clock is not synchronised (leap 0, stratum 16)");
  }
  SECTION("a leap second to come is no fault") {
    reply.leap = 1;
    CHECK(refusal_of(reply) == "accepted");
    reply.leap = 2;
    CHECK(refusal_of(reply) == "accepted");
  }
  SECTION("no time") {
    reply.transmit = 0;
    CHECK(refusal_of(reply) == "the server states no time");
    reply = good_reply();
    reply.receive = 0;
    CHECK(refusal_of(reply) == "the server states no time");
  }
  SECTION("set in its own future") {
    reply.reference = timestamp(1'700'000'200);
    CHECK(refusal_of(reply) == "the server was last set at a time in its own future");
    reply.reference = 0;
    CHECK(refusal_of(reply) == "accepted");
  }
  SECTION("set before 2036, asked after it") {
    reply.reference = 0xffff'fff0'0000'0000;
    reply.receive = 0x0000'0010'0000'0000;
    reply.transmit = 0x0000'0010'0000'1000;
    CHECK(refusal_of(reply) == "accepted");
  }
  SECTION("too far from a real clock") {
    reply.root_delay = 2.0;
    reply.root_dispersion = 0.5;
    CHECK(refusal_of(reply) == "accepted");
    reply.root_dispersion = 0.75;
    CHECK(refusal_of(reply) == "the server itself is uncertain by 1.8 s (root distance)");
  }
}

TEST_CASE("offset and delay, well below a millisecond") {
  NtpPacket reply = good_reply();
  const double sent = 1'700'000'096.75;  // this clock is 3.25 s behind
  reply.receive = timestamp(1'700'000'100, 0.010);
  reply.transmit = timestamp(1'700'000'100, 0.0125);
  const auto result = measure_ntp(reply, sent, sent + 0.0225);
  REQUIRE(result);
  CHECK(result->offset == Approx(3.25).margin(1e-6));
  CHECK(result->delay == Approx(0.020).margin(1e-6));
}

TEST_CASE("a clock that is ahead gives a negative offset") {
  CHECK(measured(1'700'000'000, 0.5, 1'700'003'600.5, 1'700'003'600.5).offset ==
        Approx(-3600).margin(1e-6));
}

TEST_CASE("the rollover of 2036") {
  constexpr std::int64_t rollover = 2'085'978'496;  // 2036-02-07 06:28:16 UTC
  SECTION("this clock before it, the server after it") {
    CHECK(timestamp(rollover) == 0);
    CHECK(measured(rollover + 1, 0.5, rollover - 2, rollover - 2).offset == Approx(3.5));
  }
  SECTION("this clock after it, the server before it") {
    CHECK(measured(rollover - 2, 0, rollover + 1, rollover + 1).offset == Approx(-3));
  }
  SECTION("the exchange itself runs across it") {
    NtpPacket reply = good_reply();
    reply.receive = timestamp(rollover - 1, 0.75);
    reply.transmit = timestamp(rollover, 0.25);
    const auto result = measure_ntp(reply, rollover - 0.5, rollover + 0.5);
    REQUIRE(result);
    CHECK(result->offset == Approx(0).margin(1e-6));
    CHECK(result->delay == Approx(0.5));
  }
  SECTION("both years later") {
    CHECK(measured(2'500'000'010, 0, 2'500'000'000, 2'500'000'000).offset == Approx(10));
  }
}

TEST_CASE("a clock that starts at 1970 is told the year") {
  CHECK(measured(1'780'000'000, 0, 60, 60).offset == Approx(1'780'000'000.0 - 60));
  // 2040 is nearer to 1970's own NTP era by the wire alone: 70 years against 66.
  CHECK(measured(2'208'988'800, 0, 0, 0).offset == Approx(2'208'988'800.0));
}

TEST_CASE("a server that held the request longer than the exchange took") {
  NtpPacket reply = good_reply();
  reply.receive = timestamp(1'700'000'100);
  reply.transmit = timestamp(1'700'000'101);
  CHECK(measure_ntp(reply, 1'700'000'100, 1'700'000'100.5).error() ==
        "the server held the request longer than the whole round trip took");
  reply.transmit = timestamp(1'700'000'099);
  CHECK(measure_ntp(reply, 1'700'000'100, 1'700'000'100.5).error() ==
        "the server sent its reply before it got the request");
}

TEST_CASE("a round trip below the clock's resolution is no negative delay") {
  NtpPacket reply = good_reply();
  reply.receive = timestamp(1'700'000'100);
  reply.transmit = timestamp(1'700'000'100, 0.0005);
  const auto result = measure_ntp(reply, 1'700'000'100, 1'700'000'100.0001);
  REQUIRE(result);
  CHECK(result->delay == 0);
}
