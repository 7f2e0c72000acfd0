#pragma once

// /etc/resolv.conf, as the C library reads it. Sources: resolv.conf(5); tried with glibc 2.36,
// whose res_ninit takes no name server from a line with a carriage return, a byte order mark or
// blanks in front, while Go's own resolver (net/dnsconfig_unix.go, Go 1.26) forgives the first and
// the last.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace doctor {

// A line that does not do what its writer meant.
struct ResolvConfProblem {
  std::size_t line = 0;
  std::string message;  // "glibc ignores a line that begins with a blank"

  bool operator==(const ResolvConfProblem&) const = default;
};

struct ResolvConf {
  std::vector<std::string> name_servers;    // addresses, in order: the first three, which count
  std::size_t surplus = 0;                  // further ones, which do not
  bool windows_line_ends = false;           // on a line that names a name server
  unsigned timeout = 5;                     // seconds until the next name server is asked
  std::vector<ResolvConfProblem> problems;  // the first 20
};
ResolvConf parse_resolv_conf(std::string_view text);

// Who wrote it: by what its comments say or, where they say nothing, by where it really lies.
enum class ResolvConfAuthor {
  wsl,
  systemd_resolved,
  resolvconf,
  network_manager,
  docker,
  tailscale,
  somebody,  // a person, or a program that does not tell
};
ResolvConfAuthor resolv_conf_author(std::string_view text, std::string_view resolved_path);
std::string_view to_string(ResolvConfAuthor author);  // "WSL", "systemd-resolved", ...

// The numeric form of an IPv4 or IPv6 address; of IPv6, "%zone" may follow.
bool is_ip_address(std::string_view text);

}  // namespace doctor
