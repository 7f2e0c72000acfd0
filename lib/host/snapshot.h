#pragma once

// Snapshot: the answers of one Host, as data. The file format is fixtures/README.md's.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "lib/base/expected.h"
#include "lib/base/parse_error.h"
#include "lib/host/host.h"

namespace doctor {

// What is known of one path. A path may have several of these, or none but an error.
struct SnapshotFile {
  std::optional<FileInfo> info;
  std::optional<std::string> text;      // content, any bytes
  std::optional<HostError> error;       // of lstat and of read_file
  std::optional<HostError> read_error;  // of read_file alone

  bool operator==(const SnapshotFile&) const = default;
};

// By server, name and type, each as asked; "*" stands for any server or name.
using SnapshotDns = std::map<std::tuple<std::string, std::string, std::string>, Answer<DnsReply>>;

struct Snapshot {
  bool complete = true;     // an absent entry means: true "does not exist", false "not recorded"
  std::string comment;      // free text of whoever made it
  std::string project;      // the project folder it was recorded for
  std::string environment;  // an override of the detection, "" for none
  std::optional<Answer<Machine>> machine;
  std::map<std::string, Answer<std::string>> variables;
  std::map<std::string, SnapshotFile> files;
  std::map<std::string, Answer<std::vector<std::string>>> folders;
  std::map<std::string, Answer<FileSystemInfo>> file_systems;
  std::vector<std::pair<std::vector<std::string>, Answer<CommandResult>>> commands;  // by argv
  std::map<std::string, Answer<std::vector<std::string>>> loader_cache;
  std::map<std::string, Answer<LibrarySymbols>> libraries;
  std::map<std::string, NtpReply> ntp;   // by server as asked
  std::map<std::string, HttpDate> http;  // by url as asked
  std::optional<HostError> time_error;   // world_time as a whole (offline)
  std::optional<Answer<WindowsFacts>> windows;
  std::map<std::string, Answer<FileCost>> file_costs;
  std::map<std::string, Answer<FutureFiles>> future_files;
  std::map<std::string, Answer<LookupCost>> lookup_costs;
  std::optional<Answer<InotifyUse>> inotify;
  std::optional<Answer<KernelClock>> kernel_clock;
  SnapshotDns dns;
  std::map<std::string, Answer<Connection>> connections;  // by `to`; "*" stands for any
};

// Fails with file-relative line and column, what was expected, and the nearest valid key. More than
// 16 MiB of text is refused unread.
expected<Snapshot, ParseError> parse_snapshot(std::string_view toml);

// Readable TOML that parses back to an equal snapshot, whatever bytes are in it.
std::string to_toml(const Snapshot& snapshot);

// Names taken out: login name -> "user", host name -> "host", and anything that looks like a token,
// password or credential in a URL -> "REDACTED". Paths stay consistent, so diagnoses stay the same.
// "root" is no secret and stays.
Snapshot redact(const Snapshot& snapshot, std::string_view host_name);

}  // namespace doctor
