#include "lib/facts/proxy_url.h"
#include "tests/support/catch.h"

using namespace doctor;

TEST_CASE("proxies that Go can use", "[proxy]") {
  const auto parsed = [](std::string_view value) {
    const auto url = parse_proxy_url(value);
    INFO(value);
    REQUIRE(url);
    return to_string(*url);
  };
  CHECK(parsed("http://127.0.0.1:7890") == "http://127.0.0.1:7890");
  CHECK(parsed("127.0.0.1:7890") == "http://127.0.0.1:7890");
  CHECK(parsed("proxy.example.org") == "http://proxy.example.org:80");
  CHECK(parsed("HTTPS://proxy.example.org/") == "https://proxy.example.org:443");
  CHECK(parsed("socks5://[::1]") == "socks5://[::1]:1080");
  CHECK(parsed("socks5h://proxy:1081") == "socks5h://proxy:1081");
  CHECK(parsed("[::1]:8080") == "http://[::1]:8080");
}

TEST_CASE("a proxy's password is never shown", "[proxy]") {
  for (const char* value : {"http://ann:hunter2@proxy:3128", "http://ann:hunt@er2@proxy:3128",
                            "ann:hunter2@proxy:3128"}) {
    const auto url = parse_proxy_url(value);
    INFO(value);
    REQUIRE(url);
    CHECK(to_string(*url) == "http://proxy:3128");
  }
  for (const char* value : {"http://ann:hunter2@proxy:none", "http://ann:hun/ter2@proxy:3128",
                            "hunter2://proxy", "http://ann:hunter2@proxy:3128\r"}) {
    const auto url = parse_proxy_url(value);
    INFO(value);
    REQUIRE_FALSE(url);
    CHECK(url.error().find("hun") == std::string::npos);
  }
}

TEST_CASE("proxies that Go ignores, refuses or misreads", "[proxy]") {
  // All of them tried with net/http of Go 1.26.
  for (const char* value :
       {"http://h:1\r", "http://h:1\n", "http://h:1 ", "socks4://h:1", "http:/172.21.160.1:7890",
        "//h:80", "http://", "http://h:99999", ":80", "ftp://h", "http://u:p/q@h:3128"}) {
    INFO(value);
    CHECK_FALSE(parse_proxy_url(value));
  }
  CHECK(parse_proxy_url("http://h:1\r").error().find("carriage return") != std::string::npos);
}

TEST_CASE("addresses of the machine itself", "[proxy]") {
  for (const char* host : {"127.0.0.1", "127.1.2.3", "::1", "localhost", "LocalHost"}) {
    INFO(host);
    CHECK(is_loopback(host));
  }
  for (const char* host : {"128.0.0.1", "::2", "localhost.example.org", "", "10.255.255.254"}) {
    INFO(host);
    CHECK_FALSE(is_loopback(host));
  }
}

TEST_CASE("NO_PROXY", "[proxy]") {
  const auto bypasses = [](std::string_view list) {
    return bypasses_proxy(list, "goproxy.example.org", 443);
  };
  CHECK(bypasses("*"));
  CHECK(bypasses("localhost, Example.ORG"));
  CHECK(bypasses(".example.org"));
  CHECK(bypasses("*.example.org"));
  CHECK(bypasses("goproxy.example.org:443"));
  CHECK_FALSE(bypasses("goproxy.example.org:80"));
  CHECK_FALSE(bypasses("proxy.example.org"));
  CHECK_FALSE(bypasses("10.0.0.0/8,example.com,,:"));
  CHECK_FALSE(bypasses(""));
  CHECK_FALSE(bypasses_proxy(".example.org", "example.org", 443));
}
