#include "lib/facts/proxy_url.h"

#include <algorithm>
#include <optional>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/host_port.h"

namespace doctor {
namespace {

std::optional<std::uint16_t> default_port(std::string_view scheme) {
  if (scheme == "http") return std::uint16_t{80};
  if (scheme == "https") return std::uint16_t{443};
  if (scheme == "socks5" || scheme == "socks5h") return std::uint16_t{1080};
  return std::nullopt;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

// One entry of NO_PROXY, in lower case: "example.org", ".example.org", "*.example.org:443".
bool matches(std::string_view entry, std::string_view host, std::uint16_t port) {
  const auto place = parse_host_port(entry, port);
  if (!place || place->port != port) return false;
  std::string_view name = place->host;
  if (name.starts_with("*.")) name.remove_prefix(1);
  if (name.starts_with('.')) return host.ends_with(name);
  return host == name || host.ends_with("." + std::string(name));
}

}  // namespace

expected<ProxyUrl, std::string> parse_proxy_url(std::string_view value) {
  if (value.ends_with('\r')) {
    return unexpected("it ends with a carriage return, as of a file with Windows line ends");
  }
  if (std::ranges::any_of(value, is_control)) return unexpected("it holds a control character");
  if (value.find(' ') != std::string_view::npos) return unexpected("it holds a blank");

  std::string scheme = "http";
  std::string_view rest = value;
  if (const std::size_t at = value.find("://"); at != std::string_view::npos) {
    scheme = to_lower(value.substr(0, at));
    rest.remove_prefix(at + 3);
  }
  const auto port = default_port(scheme);
  if (!port) return unexpected("Go knows http, https, socks5 and socks5h proxies only");
  std::string_view place = rest.substr(0, rest.find_first_of("/?#"));
  if (const std::size_t at = place.rfind('@'); at != std::string_view::npos) {
    place.remove_prefix(at + 1);
  }
  const auto read = parse_host_port(place, *port);
  if (!read) return unexpected("its host and port cannot be read");
  return ProxyUrl{std::move(scheme), read->host, read->port};
}

std::string host_and_port(const ProxyUrl& proxy) {
  const bool is_ipv6 = proxy.host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", is_ipv6 ? "[" : "", proxy.host, is_ipv6 ? "]" : "", proxy.port);
}

std::string to_string(const ProxyUrl& proxy) {
  return proxy.scheme + "://" + host_and_port(proxy);
}

bool is_loopback(std::string_view host) {
  const std::string text(host);
  in_addr v4{};
  if (::inet_pton(AF_INET, text.c_str(), &v4) == 1) {
    return (ntohl(v4.s_addr) >> 24) == IN_LOOPBACKNET;
  }
  in6_addr v6{};
  if (::inet_pton(AF_INET6, text.c_str(), &v6) == 1) return IN6_IS_ADDR_LOOPBACK(&v6);
  return equals_ignoring_case(host, "localhost");
}

bool bypasses_proxy(std::string_view no_proxy, std::string_view host, std::uint16_t port) {
  const std::string wanted = to_lower(host);
  for (const std::string& part : split(no_proxy, ',')) {
    const std::string entry = to_lower(trim(part));
    if (entry == "*" || (!entry.empty() && matches(entry, wanted, port))) return true;
  }
  return false;
}

}  // namespace doctor
