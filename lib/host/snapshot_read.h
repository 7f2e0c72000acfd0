#pragma once

// The parts that parse_snapshot is made of. Include in .cpp files only (toml++).

#include "lib/host/snapshot.h"
#include "lib/host/toml_reader.h"

namespace doctor {

// The table's `error`, which then must stand alone; no value when there is none.
std::optional<HostError> read_error_alone(const TomlTable& table);
// The same for any key, without that rule.
std::optional<HostError> read_error_at(const TomlTable& table, std::string_view key);

std::map<std::string, SnapshotFile> read_files(const TomlTable& files);
WindowsFacts read_windows(const TomlTable& windows);
std::vector<std::pair<std::vector<std::string>, Answer<CommandResult>>> read_commands(
    const std::vector<TomlTable>& commands);
std::map<std::string, NtpReply> read_ntp(const std::vector<TomlTable>& servers);
std::map<std::string, HttpDate> read_http(const std::vector<TomlTable>& urls);
SnapshotDns read_dns(const std::vector<TomlTable>& replies);
std::map<std::string, Answer<Connection>> read_connections(const std::vector<TomlTable>& tables);
InotifyUse read_inotify(const TomlTable& table);
KernelClock read_kernel_clock(const TomlTable& table);

}  // namespace doctor
