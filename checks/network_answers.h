#pragma once

// What the machine, its name servers and its proxies answer, asked all at once, for the checks of
// the group "network".

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/core/check.h"
#include "lib/facts/proxy_url.h"
#include "lib/facts/resolv_conf.h"
#include "lib/facts/routes.h"

namespace doctor {

inline constexpr const char* resolv_conf_path = "/etc/resolv.conf";

struct ResolvFile {
  Answer<std::string> text;  // `missing`: there is none, or its link leads nowhere
  std::string link;          // what is written in the link, "" where it is none
  Answer<std::string> path;  // where it really lies
  ResolvConf conf;           // of the text
  ResolvConfAuthor author = ResolvConfAuthor::somebody;

  bool is_missing() const { return !text && text.error().kind == HostErrorKind::missing; }
  bool is_dangling() const { return is_missing() && !link.empty(); }
};
ResolvFile read_resolv_conf(const Host& host);

struct NameServer {
  std::string address;
  Answer<DnsReply> answer;  // for the IPv4 addresses of NetworkAnswers::name
};

// An IPv6 address of the place asked about.
struct Ipv6Try {
  std::string interface;  // of the default route
  std::string address;
  Answer<Connection> connection;
};

// A proxy variable that Go reads.
struct ProxyVariable {
  std::string name;  // the spelling that counts: "HTTPS_PROXY", "https_proxy"
  std::string value;
  bool for_https = false;
  expected<ProxyUrl, std::string> url;
  std::optional<Answer<Connection>> connection;  // where `url` could be read
};

struct NetworkAnswers {
  ResolvFile resolv;
  std::string name;                 // what was asked for, "" where there is nothing to ask for
  std::string name_source;          // who names it: "GOPROXY", "The list of time servers"
  std::uint16_t port = 0;           // that Go connects to; 0 where it is not known
  std::string place;                // "name:port"; "" where the port is not known
  std::vector<NameServer> servers;  // those that count, in order
  std::optional<Answer<Connection>> direct;  // to `place`, by the system's own look-up
  std::optional<Ipv6Try> ipv6;               // where there is a default route and an address
  std::vector<ProxyVariable> proxies;
  std::string no_proxy;
  std::optional<DefaultRoute> route;  // of IPv4
  // Of WSL 2 only.
  std::string mode;  // "nat", "mirrored", ...; "" where WSL does not tell
  std::optional<WindowsFacts> windows;

  // Does Go go to `place` through a proxy? And is that proxy reachable?
  bool uses_proxy() const;
  bool proxy_works() const;
};
NetworkAnswers ask_network(const Context& context);

// Did --offline alone keep it from an answer?
template <class Value>
bool is_offline(const Answer<Value>& answer) {
  return !answer && answer.error().kind == HostErrorKind::offline;
}

}  // namespace doctor
