#include "checks/name_server_advice.h"

#include <algorithm>

#include "checks/resolv_conf_findings.h"
#include "checks/wsl_files.h"
#include "lib/base/format.h"

namespace doctor {

namespace {

constexpr unsigned windows_11_22h2 = 22621;
constexpr std::string_view usual_tunnel = "10.255.255.254";
constexpr std::string_view stub_of_resolved = "127.0.0.53";

// .wslconfig's value of a key, "" where it is not set or cannot be read.
std::string wslconfig_value(const Context& context, std::string_view key) {
  const auto file = read_wslconfig(context.host);
  const WslConfigEntry* entry = file ? find_entry(file->config, key) : nullptr;
  return entry ? entry->value : "";
}

std::string about_tunnel() {
  return "This address is WSL's DNS tunnel to Windows. `wsl --shutdown` in PowerShell starts it "
         "anew. Where it stays silent, dnsTunneling=false under [wsl2] in .wslconfig goes around "
         "it; Microsoft advises that beside the Global Secure Access client.";
}

std::string about_nat(const Context& context, const NetworkAnswers& answers) {
  const unsigned build = answers.windows ? windows_build(*answers.windows) : 0;
  std::string text =
      "The question leaves WSL as a network packet, which firewall policies and VPNs often "
      "block. ";
  if (build != 0 && build < windows_11_22h2) {
    return text + fmt::format(
                      "DNS tunneling would avoid it, but needs Windows 11 22H2, and this is build "
                      "{}. With a VPN, name its own DNS server in /etc/resolv.conf "
                      "(generateResolvConf=false in /etc/wsl.conf keeps it there).",
                      build);
  }
  const bool off = wsl_bool(wslconfig_value(context, "wsl2.dnsTunneling")) == false;
  return text + (off ? "DNS tunneling avoids that, and .wslconfig switches it off: take "
                       "dnsTunneling=false out, then `wsl --shutdown` in PowerShell."
                     : "DNS tunneling avoids that (Windows 11 22H2 or newer): dnsTunneling=true "
                       "under [wsl2] in .wslconfig, then `wsl --shutdown` in PowerShell.");
}

std::string about_resolved() {
  return "systemd-resolved is to answer here: `systemctl status systemd-resolved` shows whether it "
         "runs, `resolvectl status` whom it asks.";
}

std::string about_own_file(const Context& context, const NetworkAnswers& answers) {
  const std::string restart = restart_distribution_command(context.environment);
  std::string text =
      "WSL has not written this file, so the servers in it are somebody's choice, and a VPN or "
      "firewall may block them. ";
  if (const auto off = generation_switched_off(context.host)) {
    text += fmt::format(
        "To let WSL write it: generateResolvConf=true in place of {}:{}, `{}` in PowerShell, and "
        "open it again",
        off->file, off->line, restart);
  } else {
    text += fmt::format(
        "WSL puts its own in place when the distribution starts: `{}` in PowerShell, and open it "
        "again",
        restart);
  }
  text += "; where somebody has made the file immutable, `sudo chattr -i /etc/resolv.conf` first.";
  const auto& servers = answers.resolv.conf.name_servers;
  if (answers.mode == "nat" && answers.route && !answers.route->gateway.empty() &&
      std::ranges::any_of(servers, [&](const std::string& server) {
        return server.starts_with("172.") && server != answers.route->gateway;
      })) {
    text += fmt::format(" Its address may be that of an earlier NAT network; Windows is {} now.",
                        answers.route->gateway);
  }
  return text;
}

std::string in_wsl2(const Context& context, const NetworkAnswers& answers) {
  switch (answers.resolv.author) {
    case ResolvConfAuthor::wsl:
      return asks_the_tunnel(context, answers.resolv) ? about_tunnel()
                                                      : about_nat(context, answers);
    case ResolvConfAuthor::systemd_resolved:
      return about_resolved();
    default:
      return about_own_file(context, answers);
  }
}

}  // namespace

bool asks_the_tunnel(const Context& context, const ResolvFile& file) {
  const std::string set = wslconfig_value(context, "experimental.dnsTunnelingIpAddress");
  return std::ranges::any_of(file.conf.name_servers, [&](const std::string& server) {
    return server == usual_tunnel || (!set.empty() && server == set);
  });
}

std::string what_to_do(const Context& context, const NetworkAnswers& answers) {
  switch (context.environment.kind) {
    case EnvironmentKind::wsl2:
      return in_wsl2(context, answers);
    case EnvironmentKind::wsl1:
      return fmt::format(
          "WSL 1 takes its name servers from Windows: does `nslookup {}` work in PowerShell?",
          answers.name);
    case EnvironmentKind::container:
    case EnvironmentKind::container_on_wsl:
      return "A container gets its name servers from what runs it: mend them there, and start it "
             "again.";
    case EnvironmentKind::ci:
    case EnvironmentKind::linux_machine:
      break;
  }
  const auto& servers = answers.resolv.conf.name_servers;
  const bool is_resolved = answers.resolv.author == ResolvConfAuthor::systemd_resolved ||
                           std::ranges::find(servers, stub_of_resolved) != servers.end();
  if (is_resolved) return about_resolved();
  return fmt::format("/etc/resolv.conf was written by {}.", to_string(answers.resolv.author));
}

std::string about_unknown_name(const Context& context, const NetworkAnswers& answers) {
  std::string text = fmt::format(
      "{} names it. Does it belong to a network or VPN that you are not in?", answers.name_source);
  if (!context.environment.is_wsl()) return text;
  text += fmt::format(" `nslookup {}` in PowerShell tells whether Windows finds it.", answers.name);
  if (context.environment.kind != EnvironmentKind::wsl2) return text;
  if (answers.resolv.author != ResolvConfAuthor::wsl) {
    text += " If so, let WSL write /etc/resolv.conf again: it asks Windows.";
  } else if (!asks_the_tunnel(context, answers.resolv)) {
    text +=
        " If so: what a VPN tells Windows about names reaches WSL only by DNS tunneling "
        "(dnsTunneling=true under [wsl2] in .wslconfig, Windows 11 22H2 or newer).";
  }
  return text;
}

}  // namespace doctor
