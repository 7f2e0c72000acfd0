#include "lib/facts/host_port.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "lib/base/text.h"

namespace doctor {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc{} || rest != end || port == 0) return std::nullopt;
  return port;
}

bool is_host_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte != 0x7f && c != '[' && c != ']' && c != '/' && c != '@';
}

}  // namespace

expected<HostPort, std::string> parse_host_port(std::string_view text, std::uint16_t default_port) {
  const auto bad = [&](std::string_view why) {
    return unexpected("'" + printable(text) + "' is no server: " + std::string(why));
  };
  std::string_view host = text;
  std::optional<std::string_view> port;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return bad("the closing ] is missing");
    host = text.substr(1, close - 1);
    const std::string_view rest = text.substr(close + 1);
    if (!rest.empty() && rest.front() != ':') return bad("only :port may follow the ]");
    if (!rest.empty()) port = rest.substr(1);
  } else if (std::count(text.begin(), text.end(), ':') == 1) {
    const std::size_t colon = text.find(':');
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
  if (host.empty()) return bad("the host is missing");
  if (!std::all_of(host.begin(), host.end(), is_host_character)) {
    return bad("the host has a character that no host has");
  }
  HostPort result{std::string(host), default_port};
  if (port) {
    const auto number = parse_port(*port);
    if (!number) return bad("the port must be a number from 1 to 65535");
    result.port = *number;
  }
  return result;
}

}  // namespace doctor
