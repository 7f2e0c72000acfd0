#pragma once

// What a machine may be asked of the network, and what it answers.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/host/host_error.h"

namespace doctor {

// One exchange with an NTP server (RFC 5905). Times in seconds.
// `offset` is the server's clock minus this machine's: positive means this machine is behind.
struct NtpSample {
  double offset = 0;
  double delay = 0;            // round trip
  double root_delay = 0;       // as the server states it
  double root_dispersion = 0;  // as the server states it
  unsigned stratum = 0;

  bool operator==(const NtpSample&) const = default;
};

struct NtpReply {
  std::string server;              // as it was asked: "host", "host:port" or "[v6]:port"
  std::string address;             // the address that answered
  std::vector<NtpSample> samples;  // empty exactly when `error` is set
  std::optional<HostError> error;

  bool operator==(const NtpReply&) const = default;
};

// The `Date` header of an HTTPS answer: whole seconds, so `uncertainty` is never below half a
// second.
struct HttpDate {
  std::string url;
  double offset = 0;       // as NtpSample::offset
  double uncertainty = 0;  // the truth lies within offset +- uncertainty
  std::optional<HostError> error;

  bool operator==(const HttpDate&) const = default;
};

// All servers are asked at once; the HTTPS questions start only when NTP has stayed silent for a
// moment, and end by the same deadline.
struct TimeQuery {
  std::vector<std::string> servers;
  std::vector<std::string> urls;
  std::chrono::milliseconds deadline{2000};

  bool operator==(const TimeQuery&) const = default;
};

struct WorldTime {
  std::vector<NtpReply> ntp;   // one per server, in the order asked
  std::vector<HttpDate> http;  // one per url that was asked; empty when NTP answered

  bool operator==(const WorldTime&) const = default;
};

// One question to one name server, over UDP, as a stub resolver asks it (RFC 1035).
struct DnsQuery {
  std::string server;      // an address: "10.255.255.254", "fe80::1%eth0"; ":port" may follow
  std::string name;        // "example.org"
  std::string type = "A";  // or "AAAA"
  std::chrono::milliseconds deadline{2000};

  bool operator==(const DnsQuery&) const = default;
};

struct DnsReply {
  unsigned code = 0;  // RCODE: 0 no error, 2 server failure, 3 no such name, 5 refused
  std::vector<std::string> addresses;  // of the type that was asked for
  double seconds = 0;

  bool operator==(const DnsReply&) const = default;
};

// A TCP connection that is opened and closed again; not a byte is sent.
struct ConnectionQuery {
  std::string to;  // "127.0.0.1:8080", "[::1]:8080", "proxy.example.org:3128"
  std::chrono::milliseconds deadline{2000};

  bool operator==(const ConnectionQuery&) const = default;
};

struct Connection {
  std::string address;  // that answered
  double seconds = 0;   // until it was open, the look-up of its name included

  bool operator==(const Connection&) const = default;
};

}  // namespace doctor
