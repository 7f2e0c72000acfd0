#include "lib/facts/ntp_packet.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "lib/base/format.h"
#include "lib/base/text.h"

namespace doctor {
namespace {

constexpr unsigned client_mode = 3;
constexpr unsigned server_mode = 4;
constexpr unsigned leap_unsynchronised = 3;
constexpr unsigned stratum_unsynchronised = 16;
constexpr double greatest_root_distance = 1.5;  // seconds, MAXDIST of RFC 5905
constexpr double timer_slack = 1e-3;            // seconds two clocks may disagree on one round trip

constexpr std::int64_t unix_epoch_in_era_0 = 2'208'988'800;  // 1970 counted from 1900
constexpr std::int64_t era_seconds = std::int64_t{1} << 32;
constexpr double start_of_2024 = 1'704'067'200;

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

double short_format(std::string_view bytes) {
  return static_cast<double>(big_endian(bytes)) / 65536.0;
}

std::string kiss_of_death(std::string_view code) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> meanings = {{
      {"RATE", "it was asked too often"},
      {"DENY", "it denies access"},
      {"RSTR", "it denies access"},
      {"ACST", "it serves others only"},
      {"INIT", "it is not synchronised yet"},
      {"STEP", "its own clock is being stepped"},
  }};
  const auto known = std::find_if(meanings.begin(), meanings.end(),
                                  [&](const auto& meaning) { return meaning.first == code; });
  if (known != meanings.end()) {
    return fmt::format("the server refuses: {} (kiss-of-death code {})", known->second, code);
  }
  if (code == std::string_view("\0\0\0\0", 4)) return "the server has no time to give (stratum 0)";
  return fmt::format("the server refuses with kiss-of-death code '{}'", printable(code));
}

// Seconds from one timestamp to another one near it; the difference wraps with the era.
double seconds_between(std::uint64_t from, std::uint64_t to) {
  return std::ldexp(static_cast<double>(static_cast<std::int64_t>(to - from)), -32);
}

// `timestamp` minus `local`. Whole seconds and fractions are subtracted apart: a double that holds
// seconds since 1900 and their fraction at once would lose the microseconds.
double seconds_since_local(std::uint64_t timestamp, double local) {
  const double local_seconds = std::floor(local);
  const double reference = std::max(local_seconds, start_of_2024);
  std::int64_t seconds = static_cast<std::int64_t>(timestamp >> 32) - unix_epoch_in_era_0;
  const double eras = std::round((reference - static_cast<double>(seconds)) / era_seconds);
  seconds += static_cast<std::int64_t>(eras) * era_seconds;
  const double fraction = std::ldexp(static_cast<double>(timestamp & 0xffff'ffff), -32);
  return (static_cast<double>(seconds) - local_seconds) + (fraction - (local - local_seconds));
}

}  // namespace

std::string ntp_request(std::uint64_t transmit) {
  std::string bytes(ntp_packet_size, '\0');
  bytes[0] = static_cast<char>(4 << 3 | client_mode);
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[40 + i] = static_cast<char>(transmit >> (56 - 8 * i) & 0xff);
  }
  return bytes;
}

expected<NtpPacket, std::string> parse_ntp_packet(std::string_view bytes) {
  if (bytes.size() < ntp_packet_size) {
    return unexpected(fmt::format("{} bytes are too short for an NTP packet", bytes.size()));
  }
  const auto first = static_cast<unsigned char>(bytes[0]);
  NtpPacket packet;
  packet.leap = first >> 6;
  packet.version = first >> 3 & 7;
  packet.mode = first & 7;
  packet.stratum = static_cast<unsigned char>(bytes[1]);
  packet.root_delay = short_format(bytes.substr(4, 4));
  packet.root_dispersion = short_format(bytes.substr(8, 4));
  packet.reference_id = bytes.substr(12, 4);
  packet.reference = big_endian(bytes.substr(16, 8));
  packet.origin = big_endian(bytes.substr(24, 8));
  packet.receive = big_endian(bytes.substr(32, 8));
  packet.transmit = big_endian(bytes.substr(40, 8));
  return packet;
}

std::optional<std::string> ntp_refusal(const NtpPacket& reply, std::uint64_t transmit) {
  if (reply.origin != transmit) return "it does not answer the request that was sent";
  if (reply.mode != server_mode) {
    return fmt::format("it is no server's reply (mode {} instead of 4)", reply.mode);
  }
  if (reply.version < 1 || reply.version > 4) {
    return fmt::format("it has NTP version {}", reply.version);
  }
  if (reply.stratum == 0) return kiss_of_death(reply.reference_id);
  if (reply.leap == leap_unsynchronised || reply.stratum >= stratum_unsynchronised) {
    return fmt::format("the server's own clock is not synchronised (leap {}, stratum {})",
                       reply.leap, reply.stratum);
  }
  if (reply.transmit == 0 || reply.receive == 0) return "the server states no time";
  if (reply.reference != 0 && seconds_between(reply.transmit, reply.reference) > 0) {
    return "the server was last set at a time in its own future";
  }
  const double root_distance = reply.root_delay / 2 + reply.root_dispersion;
  if (root_distance > greatest_root_distance) {
    return fmt::format("the server itself is uncertain by {:.1f} s (root distance)", root_distance);
  }
  return std::nullopt;
}

expected<NtpMeasurement, std::string> measure_ntp(const NtpPacket& reply, double sent,
                                                  double received) {
  const double held = seconds_between(reply.receive, reply.transmit);
  if (held < -timer_slack) {
    return unexpected(std::string("the server sent its reply before it got the request"));
  }
  const double delay = (received - sent) - held;
  if (delay < -timer_slack) {
    return unexpected(
        std::string("the server held the request longer than the whole round trip took"));
  }
  const double there = seconds_since_local(reply.receive, sent);
  const double back = seconds_since_local(reply.transmit, received);
  return NtpMeasurement{(there + back) / 2, std::max(delay, 0.0)};
}

}  // namespace doctor
