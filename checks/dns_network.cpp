#include "checks/dns_network.h"

#include "checks/name_servers.h"
#include "checks/network_mode.h"
#include "checks/network_path.h"
#include "checks/proxy_findings.h"
#include "checks/resolv_conf_findings.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/routes.h"

namespace doctor {

namespace {

constexpr Threshold thresholds[] = {
    {"slow-seconds", 1, 0.01, 60, "a look-up that takes longer is a warning"},
};

constexpr Source sources[] = {
    {"Three name servers count; without any, the machine itself is asked; the next one is asked "
     "when one is silent for 5 s (`options timeout`)",
     "https://man7.org/linux/man-pages/man5/resolv.conf.5.html; Go source: "
     "net/dnsconfig_unix.go, net/dnsclient_unix.go"},
    {"With Windows line ends, glibc finds no name server in resolv.conf, and Go's resolver does",
     "tried with res_ninit of glibc 2.36; Go source: net/dnsconfig_unix.go"},
    {"WSL replaces /etc/resolv.conf by a link to its own file whenever a distribution starts; with "
     "generateResolvConf=false it removes that link and puts nothing in its place",
     "https://github.com/microsoft/WSL src/linux/init/config.cpp (ConfigCreateResolvConfSymlink)"},
    {"A link into /run with generateResolvConf=false loses its file at every start",
     "https://github.com/microsoft/WSL/issues/5527"},
    {"A link that leads nowhere, and an immutable file in its place",
     "https://github.com/microsoft/WSL/issues/5420 (also #6977, #11036, #11928)"},
    {"DNS tunneling: Windows 11 22H2 and newer, not with generateResolvConf=false, and in the way "
     "of the Global Secure Access client; without it firewalls and VPNs can block DNS",
     "https://learn.microsoft.com/windows/wsl/troubleshooting (MicrosoftDocs/WSL: "
     "WSL/troubleshooting.md, WSL/networking.md)"},
    {"Mirrored mode needs Windows 11 22H2; where it cannot be had, WSL falls back to NAT, and to "
     "no network at all where that fails too",
     "https://learn.microsoft.com/windows/wsl/networking; microsoft/WSL "
     "src/windows/service/exe/WslCoreVm.cpp"},
    {"WSL takes over no proxy at localhost outside mirrored mode, and none at ::1 in any",
     "https://github.com/microsoft/WSL src/windows/service/exe/LxssHttpProxy.cpp; "
     "https://github.com/microsoft/WSL/issues/10753 (also #12015)"},
    {"Windows' own address is the gateway in NAT mode, and localhost in mirrored mode",
     "https://learn.microsoft.com/windows/wsl/networking"},
    {"Go reads HTTPS_PROXY, then https_proxy, and ignores a value that is no URL; not ALL_PROXY. "
     "The order changes after 1.27",
     "Go source: golang.org/x/net/http/httpproxy (1.26); https://go.dev/issue/79656"},
    {"curl (and git, which uses it) prefers the lower-case spelling",
     "https://curl.se/docs/manpage.html (ENVIRONMENT)"},
    {"WSL sets its MTU to the smallest of Windows' connected interfaces",
     "https://github.com/microsoft/WSL src/windows/common/NatNetworking.cpp (UpdateMtu), from "
     "2.5.8 or before"},
    {"Connections hang where a VPN takes smaller packets than WSL sends",
     "https://github.com/microsoft/WSL/issues/4698 (also #6264)"},
    {"Go falls back from IPv6 to IPv4 after 300 ms, at once when IPv6 fails at once",
     "Go source: net/dial.go (FallbackDelay); https://www.rfc-editor.org/rfc/rfc6555"},
};

bool was_offline(const NetworkAnswers& answers) {
  return !answers.servers.empty() && is_offline(answers.servers.front().answer);
}

std::vector<Finding> all_findings(const Context& context, const NetworkAnswers& answers) {
  std::vector<Finding> findings;
  const auto add = [&](std::optional<Finding> finding) {
    if (finding) findings.push_back(*std::move(finding));
  };
  // Without a network everything below fails, and says nothing.
  add(no_network(context, answers));
  if (!findings.empty()) return findings;
  const auto unusable = unusable_resolv_conf(context, answers);
  if (unusable) {
    add(unusable);
  } else {
    add(name_server_finding(context, answers,
                            context.threshold(dns_network_check, "slow-seconds")));
    add(fleeting_resolv_conf(context, answers));
  }
  add(other_mode(context, answers));
  for (Finding& finding : proxy_findings(context, answers)) add(std::move(finding));
  const auto windows_proxy = windows_proxy_finding(answers);
  add(windows_proxy ? windows_proxy : unreachable_place(context, answers));
  add(mtu_finding(context, answers));
  add(ipv6_finding(answers));
  return findings;
}

std::string healthy(const NetworkAnswers& answers) {
  std::vector<std::string> parts;
  const Lookup lookup = look_up(answers.servers, answers.resolv.conf.timeout);
  if (lookup.end == LookupEnd::found) {
    const double seconds = answers.servers[lookup.server].answer->seconds;
    parts.push_back(fmt::format("Names are found in {}", human_seconds(seconds)));
  }
  if (answers.proxy_works()) {
    parts.emplace_back("Go's proxy answers");
  } else if (answers.direct && answers.direct->has_value()) {
    parts.push_back(fmt::format("{} answers", answers.name));
  }
  if (!answers.mode.empty()) parts.push_back("networking mode " + answers.mode);
  return join(parts, "; ") + ".";
}

void append(std::vector<std::string>& notes, std::vector<std::string> more) {
  notes.insert(notes.end(), more.begin(), more.end());
}

// A build in a container or on a runner is often kept away from the network on purpose.
bool is_kept_from_the_network(const Context& context) {
  switch (context.environment.kind) {
    case EnvironmentKind::container_on_wsl:
    case EnvironmentKind::container:
    case EnvironmentKind::ci:
      break;
    default:
      return false;
  }
  const auto ipv4 = context.host.read_file("/proc/net/route");
  const auto ipv6 = context.host.read_file("/proc/net/ipv6_route");
  const bool no_ipv6 =
      ipv6 ? !ipv6_default_interface(*ipv6) : ipv6.error().kind == HostErrorKind::missing;
  return ipv4 && !default_route(*ipv4) && no_ipv6;
}

Diagnosis run(const Context& context) {
  if (is_kept_from_the_network(context)) {
    return skipped(
        "There is no way out of here (no default route). If there should be, look at the network "
        "that the container or runner was started with.");
  }
  const NetworkAnswers answers = ask_network(context);
  std::vector<Finding> findings = all_findings(context, answers);
  Diagnosis diagnosis =
      findings.empty() && was_offline(answers)
          ? skipped("Its files look right; the rest needs the network, and --offline forbids it.")
          : conclude(healthy(answers), std::move(findings));

  if (answers.resolv.text) diagnosis.evidence.push_back(resolv_conf_evidence(answers.resolv));
  if (!was_offline(answers)) {
    const auto more = name_server_evidence(answers);
    diagnosis.evidence.insert(diagnosis.evidence.end(), more.begin(), more.end());
  }
  const auto proxies = proxy_evidence(answers);
  diagnosis.evidence.insert(diagnosis.evidence.end(), proxies.begin(), proxies.end());
  append(diagnosis.notes, resolv_conf_notes(context, answers));
  append(diagnosis.notes, mode_notes(context, answers));
  append(diagnosis.notes, proxy_notes(context.host, answers));
  append(diagnosis.notes, ipv6_notes(answers));
  return diagnosis;
}

}  // namespace

const Check dns_network_check = {
    .id = "dns-network",
    .group = "network",
    .title = "Name servers, proxies and the way out",
    .why =
        "go mod download, git and curl need names, a way out and, in many companies, a proxy. In "
        "WSL each of them can break on its own: a VPN that blocks name servers, a resolv.conf that "
        "is gone, a proxy at a localhost that is not Windows', packets too large for a tunnel.",
    .reads =
        "/etc/resolv.conf, /etc/wsl.conf and .wslconfig, routes and MTU, `wslinfo "
        "--networking-mode`, proxy variables, Windows' interfaces and proxy. It asks your own name "
        "servers for one name (the host in GOPROXY, else a time server) and opens a TCP connection "
        "to that host and to your proxies, without sending a byte; with --offline only to proxies "
        "on this machine.",
    .mends = "Lets WSL write /etc/resolv.conf again where there is none.",
    .thresholds = thresholds,
    .sources = sources,
    .run = run,
};

}  // namespace doctor
