#pragma once

// The spellings that reading and writing a snapshot share.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/host/host.h"

namespace doctor {

inline constexpr int snapshot_version = 1;

// TOML holds UTF-8 only, a machine any bytes: a byte that is no UTF-8 becomes the private-use
// character U+10F700 + byte, and so do the bytes of such a character itself. Exact both ways.
std::string encode_bytes(std::string_view bytes);
std::string decode_bytes(std::string_view text);

// "denied", or "failed: no space left on device".
std::string snapshot_error(const HostError& error);
std::optional<HostError> parse_snapshot_error(std::string_view text);

// statfs(2)'s magic numbers by the name that mount(8) shows; no value for one not in the table.
std::optional<std::string_view> file_system_name(std::uint64_t magic);
std::optional<std::uint64_t> file_system_magic(std::string_view name);

// The permission bits an entry has unless it says otherwise.
std::uint32_t default_mode(FileKind kind);

}  // namespace doctor
