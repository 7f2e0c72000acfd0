#include "checks/network_path.h"

#include <charconv>

#include "checks/name_servers.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/versions.h"

namespace doctor {

namespace {

constexpr std::uint32_t least_mtu = 576;  // below that, a figure is no MTU of a working interface

std::optional<std::uint32_t> mtu_of(const Host& host, const std::string& interface) {
  const auto text = host.read_file("/sys/class/net/" + interface + "/mtu");
  if (!text) return std::nullopt;
  const std::string_view digits = trim(*text);
  std::uint32_t mtu = 0;
  const char* end = digits.data() + digits.size();
  const auto [rest, error] = std::from_chars(digits.data(), end, mtu);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return mtu;
}

// The first whose source is public; it may have been so before.
const Version first_that_adapts = {{2, 5, 8}};

// In mirrored and bridged mode the interfaces have Windows' own MTU.
bool sends_through_windows(const std::string& mode) {
  return mode.empty() || mode == "nat" || mode == "consomme" || mode == "virtioproxy";
}

const WindowsAdapter* narrowest(const WindowsFacts& windows) {
  const WindowsAdapter* found = nullptr;
  for (const WindowsAdapter& adapter : windows.adapters) {
    if (adapter.mtu >= least_mtu && (!found || adapter.mtu < found->mtu)) found = &adapter;
  }
  return found;
}

// IPv4 takes Go there and IPv6 does not.
bool ipv6_leads_nowhere(const NetworkAnswers& answers, HostErrorKind how) {
  if (!answers.ipv6 || answers.ipv6->connection) return false;
  if (answers.ipv6->connection.error().kind != how) return false;
  return answers.direct && answers.direct->has_value() &&
         (*answers.direct)->address.find(':') == std::string::npos;
}

bool says_something_of_the_network(const HostError& error) {
  return error.kind == HostErrorKind::timed_out || error.kind == HostErrorKind::refused ||
         error.kind == HostErrorKind::unreachable || error.kind == HostErrorKind::failed;
}

}  // namespace

std::optional<Finding> unreachable_place(const Context& context, const NetworkAnswers& answers) {
  if (!answers.direct || *answers.direct || answers.uses_proxy()) return std::nullopt;
  const HostError& error = answers.direct->error();
  if (!says_something_of_the_network(error)) return std::nullopt;
  if (look_up(answers.servers, answers.resolv.conf.timeout).end != LookupEnd::found) {
    return std::nullopt;
  }
  Finding finding;
  finding.id = "unreachable";
  finding.summary =
      fmt::format("Names are found, but {} cannot be reached: {}.", answers.place, describe(error));
  finding.detail = "Go downloads modules from there (GOPROXY).";
  if (context.environment.kind == EnvironmentKind::wsl2) {
    finding.detail += fmt::format(
        " Does `Test-NetConnection {} -Port 443` work in PowerShell? If so, a VPN or firewall lets "
        "Windows through and not WSL.",
        answers.name);
    if (answers.mode == "nat") {
      finding.detail +=
          " Mirrored mode gets along with VPNs better: networkingMode=mirrored under [wsl2] in "
          ".wslconfig (Windows 11 22H2 or newer), then `wsl --shutdown`.";
    }
  } else {
    finding.detail += " Is a proxy needed here (HTTPS_PROXY)?";
  }
  return finding;
}

std::optional<Finding> mtu_finding(const Context& context, const NetworkAnswers& answers) {
  if (!answers.windows || !answers.route || !sends_through_windows(answers.mode)) {
    return std::nullopt;
  }
  const std::string& interface = answers.route->interface;
  const auto ours = mtu_of(context.host, interface);
  const WindowsAdapter* theirs = narrowest(*answers.windows);
  if (!ours || !theirs || *ours <= theirs->mtu) return std::nullopt;
  Finding finding;
  finding.id = "mtu";
  finding.summary =
      fmt::format("Packets of {} bytes leave WSL, but Windows' interface {} takes {} at most.",
                  *ours, theirs->name, theirs->mtu);
  const auto version = parse_version(context.environment.wsl_version);
  finding.detail = fmt::format(
      "Through it small requests work and large ones hang: TLS, git clone, go mod download. {} By "
      "hand, until the next start: `sudo ip link set dev {} mtu {}`; for good, that line without "
      "sudo as `command=` under [boot] in /etc/wsl.conf.",
      version && *version >= first_that_adapts
          ? "WSL takes over the smallest MTU of Windows' interfaces itself, but has not yet: `wsl "
            "--shutdown` in PowerShell, with the VPN on."
          : "Current WSL takes over the smallest MTU of Windows' interfaces itself: `wsl "
            "--update`, "
            "`wsl --shutdown` in PowerShell.",
      interface, theirs->mtu);
  finding.evidence.push_back({"/sys/class/net/" + interface + "/mtu", fmt::format("{}", *ours)});
  finding.evidence.push_back(
      {"Windows' interface " + theirs->name,
       fmt::format("{} ({}), MTU {}", theirs->description, theirs->type, theirs->mtu)});
  finding.measurements = {{"MTU of " + interface, static_cast<double>(*ours), "bytes"},
                          {"least MTU in Windows", static_cast<double>(theirs->mtu), "bytes"}};
  return finding;
}

std::optional<Finding> ipv6_finding(const NetworkAnswers& answers) {
  if (!ipv6_leads_nowhere(answers, HostErrorKind::timed_out)) return std::nullopt;
  Finding finding;
  finding.id = "ipv6";
  finding.summary =
      fmt::format("IPv6 leads nowhere: {} has a route for it, but {} does not answer there.",
                  answers.ipv6->interface, answers.name);
  finding.detail =
      "Go tries IPv6 first and IPv4 after 300 ms, so each new connection costs that; a program "
      "that tries one address after the other waits for TCP's own time-out. Mend IPv6 in Windows "
      "or its network; until then `sudo sysctl -w net.ipv6.conf.all.disable_ipv6=1` switches it "
      "off here until the next start.";
  finding.evidence.push_back({"connection to [" + answers.ipv6->address + "]",
                              describe(answers.ipv6->connection.error())});
  return finding;
}

std::vector<std::string> ipv6_notes(const NetworkAnswers& answers) {
  if (!ipv6_leads_nowhere(answers, HostErrorKind::unreachable)) return {};
  return {
      fmt::format("{} has an IPv6 route that leads nowhere. It fails at once, and Go goes on "
                  "with IPv4.",
                  answers.ipv6->interface)};
}

}  // namespace doctor
