#include "checks/network_answers.h"

#include <algorithm>
#include <array>
#include <functional>
#include <future>

#include "checks/clock_skew.h"
#include "checks/go_places.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/host_port.h"
#include "lib/host/paths.h"

namespace doctor {

namespace {

using std::chrono::milliseconds;

// The two steps of the IPv6 question take no longer than the others together.
constexpr milliseconds deadline{1500};
constexpr milliseconds half_deadline{750};
constexpr std::uint16_t https_port = 443;

struct Place {
  std::string name;
  std::string source;
  std::uint16_t port = 0;  // 0: it is no HTTPS server
};

std::optional<Place> https_place(std::string_view url) {
  constexpr std::string_view scheme = "https://";
  if (!url.starts_with(scheme)) return std::nullopt;
  url.remove_prefix(scheme.size());
  url = url.substr(0, url.find_first_of("/?#"));
  if (const std::size_t at = url.rfind('@'); at != std::string_view::npos) {
    url.remove_prefix(at + 1);
  }
  const auto place = parse_host_port(url, https_port);
  if (!place || is_ip_address(place->host)) return std::nullopt;
  return Place{place->host, "GOPROXY", place->port};
}

// What Go itself would ask for first; else what this program asks for the time.
Place place_to_ask_about(const Context& context) {
  const auto values = go_values(context.host);
  const std::string list = replace_all(go_value(values, "GOPROXY").value, "|", ",");
  for (const std::string& entry : split(list, ',')) {
    if (auto place = https_place(trim(entry))) return *std::move(place);
  }
  const auto& set = context.settings.ntp_servers;
  for (const std::string& server : set.empty() ? default_ntp_servers : set) {
    const auto place = parse_host_port(server, 1);
    if (place && !is_ip_address(place->host)) return {place->host, "The list of time servers", 0};
  }
  return {};
}

std::string networking_mode(const Host& host) {
  const auto answer = host.run({{"wslinfo", "--networking-mode"}, deadline});
  if (!answer || answer->exit_code != 0) return "";
  const std::string mode = to_lower(trim(answer->out));
  constexpr std::array<std::string_view, 6> known = {"nat",      "mirrored",    "bridged",
                                                     "consomme", "virtioproxy", "none"};
  return std::ranges::find(known, mode) == known.end() ? "" : mode;
}

std::vector<ProxyVariable> proxy_variables(const Host& host) {
  std::vector<ProxyVariable> result;
  for (const bool for_https : {true, false}) {
    for (const char* name : for_https ? std::array{"HTTPS_PROXY", "https_proxy"}
                                      : std::array{"HTTP_PROXY", "http_proxy"}) {
      const std::string value = host.variable(name).value_or("");
      if (value.empty()) continue;
      result.push_back({name, value, for_https, parse_proxy_url(value), std::nullopt});
      break;
    }
  }
  return result;
}

std::optional<Ipv6Try> try_ipv6(const Host& host, const std::string& name, std::uint16_t port,
                                const std::vector<std::string>& servers) {
  const auto table = host.read_file("/proc/net/ipv6_route");
  const auto interface = table ? ipv6_default_interface(*table) : std::nullopt;
  if (!interface) return std::nullopt;
  for (const std::string& server : servers) {
    const auto answer = host.dns({server, name, "AAAA", half_deadline});
    if (!answer && answer.error().kind == HostErrorKind::timed_out) return std::nullopt;
    if (!answer || answer->addresses.empty()) continue;
    const std::string& address = answer->addresses.front();
    return Ipv6Try{*interface, address,
                   host.connect({fmt::format("[{}]:{}", address, port), half_deadline})};
  }
  return std::nullopt;
}

template <class Function>
auto start(Function function) {
  return std::async(std::launch::async, std::move(function));
}

void ask_about(const Context& context, const Place& place, NetworkAnswers& answers) {
  const Host& host = context.host;
  std::vector<std::string> servers = answers.resolv.conf.name_servers;
  // Without any, resolvers ask the machine itself: resolv.conf(5).
  if (servers.empty()) servers = {"127.0.0.1"};

  std::vector<std::future<Answer<DnsReply>>> replies;
  for (const std::string& server : servers) {
    replies.push_back(start([&host, &place, server] {
      return host.dns({server, place.name, "A", deadline});
    }));
  }
  std::future<Answer<Connection>> direct;
  std::future<std::optional<Ipv6Try>> ipv6;
  if (place.port != 0) {
    answers.port = place.port;
    answers.place = fmt::format("{}:{}", place.name, place.port);
    direct = start([&host, &answers] { return host.connect({answers.place, deadline}); });
    ipv6 = start([&] { return try_ipv6(host, place.name, place.port, servers); });
  }
  for (std::size_t i = 0; i < servers.size(); ++i) {
    answers.servers.push_back({servers[i], replies[i].get()});
  }
  if (direct.valid()) answers.direct = direct.get();
  if (ipv6.valid()) answers.ipv6 = ipv6.get();
}

void ask_proxies(const Host& host, std::vector<ProxyVariable>& proxies) {
  std::vector<std::future<void>> running;
  for (ProxyVariable& proxy : proxies) {
    if (!proxy.url) continue;
    running.push_back(start([&host, &proxy] {
      proxy.connection = host.connect({host_and_port(*proxy.url), deadline});
    }));
  }
}

}  // namespace

ResolvFile read_resolv_conf(const Host& host) {
  ResolvFile file{host.read_file(resolv_conf_path), "", resolve(host, resolv_conf_path), {}, {}};
  const auto info = host.lstat(resolv_conf_path);
  if (info && info->kind == FileKind::link) file.link = info->target;
  if (file.text) {
    file.conf = parse_resolv_conf(*file.text);
    file.author = resolv_conf_author(*file.text, file.path.value_or(""));
  }
  return file;
}

bool NetworkAnswers::uses_proxy() const {
  if (bypasses_proxy(no_proxy, name, port)) return false;
  return std::ranges::any_of(
      proxies, [](const ProxyVariable& proxy) { return proxy.for_https && proxy.url; });
}

bool NetworkAnswers::proxy_works() const {
  return uses_proxy() && std::ranges::any_of(proxies, [](const ProxyVariable& proxy) {
           return proxy.for_https && proxy.connection && proxy.connection->has_value();
         });
}

NetworkAnswers ask_network(const Context& context) {
  const Host& host = context.host;
  NetworkAnswers answers;
  answers.resolv = read_resolv_conf(host);
  const bool is_wsl2 = context.environment.kind == EnvironmentKind::wsl2;
  std::future<std::string> mode;
  std::future<Answer<WindowsFacts>> windows;
  if (is_wsl2) {
    mode = start([&host] { return networking_mode(host); });
    windows = start([&host] { return host.windows(); });
  }
  answers.proxies = proxy_variables(host);
  for (const char* name : {"NO_PROXY", "no_proxy"}) {
    if (answers.no_proxy.empty()) answers.no_proxy = host.variable(name).value_or("");
  }
  if (const auto table = host.read_file("/proc/net/route")) answers.route = default_route(*table);

  auto proxies = start([&] { ask_proxies(host, answers.proxies); });
  const Place place = place_to_ask_about(context);
  answers.name = place.name;
  answers.name_source = place.source;
  if (!place.name.empty()) ask_about(context, place, answers);
  proxies.get();
  if (is_wsl2) {
    answers.mode = mode.get();
    auto facts = windows.get();
    if (facts) answers.windows = *std::move(facts);
  }
  return answers;
}

}  // namespace doctor
