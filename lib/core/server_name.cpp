#include "lib/core/server_name.h"

#include <algorithm>
#include <string>

#include <arpa/inet.h>

#include "lib/base/text.h"
#include "lib/facts/host_port.h"

namespace doctor {

namespace {

bool is_label(std::string_view label) {
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
  };
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, allowed);
}

bool is_dns_name(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  return text.size() <= 253 && std::ranges::all_of(split(text, '.'), is_label);
}

bool is_ipv6(const std::string& text) {
  in6_addr address;
  return inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

bool is_host_with_port(std::string_view text) {
  const auto server = parse_host_port(text, 1);
  if (!server) return false;
  return text.starts_with('[') ? is_ipv6(server->host) : is_dns_name(server->host);
}

}  // namespace

bool is_ntp_server(std::string_view text) {
  return is_host_with_port(text);
}

bool is_https_url(std::string_view text) {
  constexpr std::string_view scheme = "https://";
  if (!text.starts_with(scheme)) return false;
  if (std::ranges::any_of(text, [](char c) { return c <= ' ' || c >= 0x7F; })) return false;
  const auto rest = text.substr(scheme.size());
  return is_host_with_port(rest.substr(0, rest.find_first_of("/?#")));
}

}  // namespace doctor
