#include "checks/proxy_findings.h"

#include <algorithm>

#include "checks/name_servers.h"
#include "lib/base/format.h"
#include "lib/base/text.h"

namespace doctor {

namespace {

bool is_unused(const NetworkAnswers& answers) {
  return trim(answers.no_proxy) == "*";
}

std::string finding_id(const ProxyVariable& proxy) {
  return proxy.for_https ? "https-proxy" : "http-proxy";
}

// Its name is not found because no name is: another finding tells.
bool fails_for_want_of_names(const NetworkAnswers& answers, const ProxyVariable& proxy) {
  if (is_loopback(proxy.url->host) || is_ip_address(proxy.url->host)) return false;
  const HostErrorKind kind = proxy.connection->error().kind;
  return (kind == HostErrorKind::failed || kind == HostErrorKind::timed_out) &&
         look_up(answers.servers, answers.resolv.conf.timeout).end == LookupEnd::failed;
}

Finding unusable_value(const ProxyVariable& proxy) {
  Finding finding;
  finding.id = finding_id(proxy);
  finding.severity = proxy.for_https ? Status::error : Status::warning;
  finding.summary =
      fmt::format("Go cannot use the value of {}: {}.", proxy.name, proxy.url.error());
  finding.detail =
      "Depending on what is wrong, Go connects without a proxy or to a host that does not exist. "
      "The form is http://HOST:PORT.";
  finding.evidence.push_back(
      {"environment", proxy.name + " (its value is not shown: it may hold a password)"});
  return finding;
}

// The address under which WSL finds Windows, for `export HTTPS_PROXY=...`.
std::string windows_address(const NetworkAnswers& answers) {
  return answers.route && !answers.route->gateway.empty() ? answers.route->gateway
                                                          : "Windows' address";
}

std::string about_localhost_in_wsl2(const NetworkAnswers& answers, const ProxyVariable& proxy) {
  if (answers.mode == "mirrored") {
    return proxy.url->host == "::1"
               ? "Mirrored mode reaches Windows at 127.0.0.1, not at ::1."
               : "In mirrored mode 127.0.0.1 is Windows too, so nothing listens at that port "
                 "there either: start the proxy, or unset the variable.";
  }
  return fmt::format(
      "Here localhost is WSL itself; a proxy that runs in Windows is not there (only mirrored "
      "mode has that). Either networkingMode=mirrored under [wsl2] in .wslconfig (Windows 11 22H2 "
      "or newer), then `wsl --shutdown`; or let the proxy accept connections from other machines "
      "(\"allow LAN\") and name Windows' address: {}={}://{}:{}.",
      proxy.name, proxy.url->scheme, windows_address(answers), proxy.url->port);
}

std::string about_localhost(const Context& context, const NetworkAnswers& answers,
                            const ProxyVariable& proxy) {
  switch (context.environment.kind) {
    case EnvironmentKind::wsl2:
      return about_localhost_in_wsl2(answers, proxy);
    case EnvironmentKind::wsl1:
      return "In WSL 1 localhost is Windows too: start the proxy there, or unset the variable.";
    case EnvironmentKind::container:
    case EnvironmentKind::container_on_wsl:
      return "In a container localhost is the container itself: name the address of the machine "
             "that runs the proxy.";
    case EnvironmentKind::ci:
    case EnvironmentKind::linux_machine:
      break;
  }
  return "Start the proxy, or unset the variable.";
}

Finding unreachable_proxy(const Context& context, const NetworkAnswers& answers,
                          const ProxyVariable& proxy) {
  const HostError& error = proxy.connection->error();
  Finding finding;
  finding.id = finding_id(proxy);
  const bool is_local = is_loopback(proxy.url->host);
  finding.summary = fmt::format("The proxy of {} cannot be reached: {} ({}).", proxy.name,
                                host_and_port(*proxy.url), describe(error));
  if (error.kind == HostErrorKind::not_recorded || error.kind == HostErrorKind::unsupported) {
    finding.severity = Status::unknown;
    finding.summary = fmt::format("Whether the proxy of {} can be reached could not be asked: {}.",
                                  proxy.name, describe(error));
    return finding;
  }
  // Go asks for modules by HTTPS; what still comes by plain HTTP is rare.
  finding.severity = proxy.for_https ? Status::error : Status::warning;
  finding.detail = is_local ? about_localhost(context, answers, proxy)
                            : "Is its address right, and are you in its network (VPN)? Without it, "
                              "unset the variable.";
  if (answers.direct && answers.direct->has_value()) {
    finding.detail += fmt::format(" {} can be reached without a proxy.", answers.place);
  }
  finding.evidence.push_back(
      {"environment", fmt::format("{}={}", proxy.name, to_string(*proxy.url))});
  finding.evidence.push_back({"connection to " + host_and_port(*proxy.url), describe(error)});
  return finding;
}

// Windows' "127.0.0.1:7890" or "http=a:1;https=b:2": the part for HTTPS.
std::string https_part(const std::string& server) {
  std::string plain;
  for (const std::string& part : split(server, ';')) {
    const std::string text(trim(part));
    if (text.starts_with("https=")) return text.substr(6);
    if (text.find('=') == std::string::npos && plain.empty()) plain = text;
  }
  return plain;
}

}  // namespace

std::vector<Finding> proxy_findings(const Context& context, const NetworkAnswers& answers) {
  std::vector<Finding> findings;
  if (is_unused(answers)) return findings;
  for (const ProxyVariable& proxy : answers.proxies) {
    // Most people set both variables to the same value: one finding will do.
    const ProxyVariable& first = answers.proxies.front();
    if (&proxy != &first && proxy.value == first.value) continue;
    if (!proxy.url) {
      findings.push_back(unusable_value(proxy));
    } else if (proxy.connection && !*proxy.connection && !is_offline(*proxy.connection) &&
               !fails_for_want_of_names(answers, proxy)) {
      findings.push_back(unreachable_proxy(context, answers, proxy));
    }
  }
  return findings;
}

std::optional<Finding> windows_proxy_finding(const NetworkAnswers& answers) {
  if (!answers.proxies.empty() || !answers.windows || !answers.windows->proxy) return std::nullopt;
  if (!answers.direct || *answers.direct || is_offline(*answers.direct)) return std::nullopt;
  if (answers.direct->error().kind == HostErrorKind::not_recorded) return std::nullopt;
  const WindowsProxy& proxy = *answers.windows->proxy;
  const auto url = parse_proxy_url(https_part(proxy.server));
  const bool has_server = proxy.enabled && url;
  if (!has_server && proxy.auto_config_url.empty()) return std::nullopt;

  Finding finding;
  finding.id = "windows-proxy";
  finding.evidence.push_back({"connection to " + answers.place, describe(answers.direct->error())});
  if (!has_server) {
    finding.summary = "Windows finds its proxy by a PAC script, and WSL has no way out without it.";
    finding.detail =
        "Linux programs do not use such scripts. Name the proxy: export HTTPS_PROXY=http://HOST:"
        "PORT.";
    return finding;
  }
  finding.evidence.push_back({"Windows' proxy", host_and_port(*url)});
  finding.summary = fmt::format(
      "Windows goes out through the proxy {}; WSL does not use it, and has no way out of its own.",
      host_and_port(*url));
  if (!is_loopback(url->host)) {
    finding.detail = fmt::format(
        "autoProxy=true under [wsl2] in .wslconfig (Windows 11 22H2 or newer) takes it over; or "
        "export HTTPS_PROXY={}.",
        to_string(*url));
  } else if (answers.mode == "mirrored") {
    finding.detail = fmt::format("export HTTPS_PROXY={}.", to_string(*url));
  } else {
    finding.detail = fmt::format(
        "WSL does not take over a proxy at localhost outside mirrored mode. Either "
        "networkingMode=mirrored under [wsl2] in .wslconfig (Windows 11 22H2 or newer), then `wsl "
        "--shutdown`; or let the proxy accept connections from other machines (\"allow LAN\") and "
        "export HTTPS_PROXY=http://{}:{}.",
        windows_address(answers), url->port);
  }
  return finding;
}

std::vector<Evidence> proxy_evidence(const NetworkAnswers& answers) {
  std::vector<Evidence> evidence;
  for (const ProxyVariable& proxy : answers.proxies) {
    if (!proxy.url || !proxy.connection) continue;
    if (!*proxy.connection && !is_offline(*proxy.connection)) continue;
    const auto& answer = *proxy.connection;
    evidence.push_back(
        {fmt::format("{}={}", proxy.name, to_string(*proxy.url)),
         answer ? "reached in " + human_seconds(answer->seconds) : describe(answer.error())});
  }
  return evidence;
}

std::vector<std::string> proxy_notes(const Host& host, const NetworkAnswers& answers) {
  std::vector<std::string> notes;
  for (const auto& [upper, lower] :
       {std::pair{"HTTPS_PROXY", "https_proxy"}, std::pair{"HTTP_PROXY", "http_proxy"},
        std::pair{"NO_PROXY", "no_proxy"}}) {
    const std::string first = host.variable(upper).value_or("");
    const std::string second = host.variable(lower).value_or("");
    if (first.empty() || second.empty() || first == second) continue;
    notes.push_back(
        fmt::format("{} and {} differ: Go (up to 1.27) takes the first, curl and git "
                    "the second.",
                    upper, lower));
  }
  const bool names_all = !host.variable("ALL_PROXY").value_or("").empty() ||
                         !host.variable("all_proxy").value_or("").empty();
  if (names_all && answers.proxies.empty()) {
    notes.emplace_back("Go does not read ALL_PROXY; it reads HTTPS_PROXY and HTTP_PROXY.");
  }
  if (answers.proxies.empty() && answers.mode == "nat" && answers.windows &&
      answers.windows->proxy && answers.windows->proxy->enabled) {
    const auto url = parse_proxy_url(https_part(answers.windows->proxy->server));
    if (url && is_loopback(url->host)) {
      notes.push_back(fmt::format(
          "Windows has a proxy at {}, which WSL in NAT mode does not take over; nothing "
          "here needs it.",
          host_and_port(*url)));
    }
  }
  if (is_unused(answers) && !answers.proxies.empty()) {
    notes.emplace_back("NO_PROXY=* switches all proxies off.");
  } else if (!answers.proxies.empty() && !answers.place.empty() &&
             bypasses_proxy(answers.no_proxy, answers.name, answers.port)) {
    notes.push_back(
        fmt::format("NO_PROXY makes Go connect to {} without the proxy.", answers.name));
  }
  return notes;
}

}  // namespace doctor
