#pragma once

// The parts that to_toml is made of: each answers its tables, or "" when there is nothing to write.

#include <string>
#include <utility>
#include <vector>

#include "lib/host/snapshot.h"

namespace doctor {

// The fields of one table, in order.
using TomlFields = std::vector<std::pair<std::string, std::string>>;

std::string write_table(const std::string& header, const TomlFields& fields);
std::string write_error(const HostError& error);  // as a TOML string

std::string write_files(const std::map<std::string, SnapshotFile>& files);
std::string write_windows(const Answer<WindowsFacts>& windows);
std::string write_ntp(const std::map<std::string, NtpReply>& replies);
std::string write_http(const std::map<std::string, HttpDate>& dates);
std::string write_dns(const SnapshotDns& replies);
std::string write_connections(const std::map<std::string, Answer<Connection>>& connections);
std::string write_inotify(const Answer<InotifyUse>& use);
std::string write_kernel_clock(const Answer<KernelClock>& clock);

// What the list [missing] holds in place of an entry.
bool is_just_missing(const SnapshotFile& file);

}  // namespace doctor
