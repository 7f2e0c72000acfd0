#pragma once

#include <string_view>

#include "lib/host/host.h"

namespace doctor {

// Opens a TCP connection and closes it again. Every address of a name is tried, one after the
// other, each with its share of the time.
Answer<Connection> open_connection(const ConnectionQuery& query);

// 127.0.0.0/8, ::1 and "localhost", with a port or without: no packet leaves the machine.
bool is_own_address(std::string_view to);

}  // namespace doctor
