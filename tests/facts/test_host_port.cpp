#include "lib/facts/host_port.h"
#include "tests/support/catch.h"

using doctor::HostPort;
using doctor::parse_host_port;

TEST_CASE("a server is a host, with or without a port") {
  CHECK(*parse_host_port("ntp.corp.example", 123) == HostPort{"ntp.corp.example", 123});
  CHECK(*parse_host_port("ntp.corp.example:1123", 123) == HostPort{"ntp.corp.example", 1123});
  CHECK(*parse_host_port("192.0.2.7:123", 1) == HostPort{"192.0.2.7", 123});
  CHECK(*parse_host_port("[2001:db8::1]:11123", 123) == HostPort{"2001:db8::1", 11123});
  CHECK(*parse_host_port("[2001:db8::1]", 123) == HostPort{"2001:db8::1", 123});
  CHECK(*parse_host_port("2001:db8::1", 123) == HostPort{"2001:db8::1", 123});
  CHECK(*parse_host_port("fe80::1%eth0", 123) == HostPort{"fe80::1%eth0", 123});
}

TEST_CASE("what is no server is refused in words") {
  CHECK(parse_host_port("", 123).error() == "'' is no server: the host is missing");
  CHECK(parse_host_port(":123", 123).error() == "':123' is no server: the host is missing");
  CHECK(parse_host_port("[]:123", 123).error() == "'[]:123' is no server: the host is missing");
  CHECK(parse_host_port("[::1", 123).error() == "'[::1' is no server: the closing ] is missing");
  CHECK(parse_host_port("[::1]x", 123).error() ==
        "'[::1]x' is no server: only :port may follow the ]");
  for (const char* port : {"", "0", "65536", "-1", "12x", " 12", "123 "}) {
    CAPTURE(port);
    CHECK(parse_host_port(std::string("h:") + port, 123).error() ==
          std::string("'h:") + port + "' is no server: the port must be a number from 1 to 65535");
  }
  for (const char* host : {"a b", "a\tb", "user@host", "host/path", "a\x1b[2Jb", "a\nb"}) {
    CAPTURE(host);
    REQUIRE(!parse_host_port(host, 123));
    CHECK(parse_host_port(host, 123).error().find('\x1b') == std::string::npos);
  }
}
