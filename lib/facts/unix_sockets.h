#pragma once

// /proc/net/unix: the UNIX domain sockets of a network namespace.
// Source: proc_net_unix(5); Linux net/unix/af_unix.c (unix_seq_show): a listening socket has the
// flag 0x10000 (__SO_ACCEPTCON).

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace doctor {

// The paths on which somebody listens; abstract names begin with '@'. No value when the text is not
// that table (its heading is missing); lines that do not parse are skipped.
std::optional<std::set<std::string>> parse_listening_sockets(std::string_view text);

}  // namespace doctor
