#include "lib/facts/routes.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

constexpr std::string_view header =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT      \n";

std::optional<DefaultRoute> route(std::string_view rows) {
  return default_route(std::string(header) + std::string(rows));
}

}  // namespace

TEST_CASE("the default route", "[routes]") {
  CHECK(route("eth0\t00000000\t01501CAC\t0003\t0\t0\t0\t00000000\t0\t0\t0   \n"
              "eth0\t00501CAC\t00000000\t0001\t0\t0\t0\t00F0FFFF\t0\t0\t0   \n") ==
        DefaultRoute{"eth0", "172.28.80.1"});
  SECTION("the lowest metric wins") {
    CHECK(route("eth1\t00000000\t0101A8C0\t0003\t0\t0\t50\t00000000\t0\t0\t0\n"
                "eth0\t00000000\t0201A8C0\t0003\t0\t0\t25\t00000000\t0\t0\t0\n") ==
          DefaultRoute{"eth0", "192.168.1.2"});
  }
  SECTION("a link without a gateway") {
    CHECK(route("ppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n") ==
          DefaultRoute{"ppp0", ""});
  }
  SECTION("a route that rejects, or is down, leads nowhere") {
    CHECK_FALSE(route("*\t00000000\t00000000\t0200\t0\t0\t0\t00000000\t0\t0\t0\n"));
    CHECK_FALSE(route("lo\t00000000\t00000000\t0201\t0\t0\t0\t00000000\t0\t0\t0\n"));
  }
  SECTION("half of the Internet is no default route") {
    CHECK_FALSE(route("tun0\t00000000\t0100080A\t0003\t0\t0\t0\t00000080\t0\t0\t0\n"));
  }
  SECTION("garbage") {
    CHECK_FALSE(route(""));
    CHECK_FALSE(default_route(""));
    CHECK_FALSE(route("eth0\t00000000\tZZ\t0003\t0\t0\t0\t00000000\n"));
    CHECK_FALSE(route("eth0 00000000\n"));
  }
}

TEST_CASE("the default route of IPv6", "[routes]") {
  const std::string zeros(32, '0');
  const auto row = [&](std::string_view destination, std::string_view length,
                       std::string_view flags, std::string_view interface) {
    return std::string(destination) + " " + std::string(length) + " " + zeros +
           " 00 fe800000000000000000000000000001 00000400 00000002 00000000 " + std::string(flags) +
           "     " + std::string(interface) + "\n";
  };
  CHECK(ipv6_default_interface(row("fe800000000000000000000000000000", "40", "00000001", "eth0") +
                               row(zeros, "00", "00000003", "eth1")) == "eth1");
  CHECK_FALSE(ipv6_default_interface(row(zeros, "00", "00200200", "lo")));
  CHECK_FALSE(ipv6_default_interface(row(zeros, "00", "00000003", "lo")));
  CHECK_FALSE(ipv6_default_interface(row(zeros, "01", "00000003", "eth0")));
  CHECK_FALSE(ipv6_default_interface(""));
  CHECK_FALSE(ipv6_default_interface("00 00 00"));
}
