#pragma once

// Host: everything a check may ask of a machine.
//
// Every question is answered within a deadline, or refused with the reason (`HostError`). Nothing
// here throws, and no answer is ever guessed. A machine is data: `LiveHost` asks the machine it
// runs on, `SnapshotHost` answers from a recording, `RecordingHost` writes one while it passes
// answers on.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/facts/elf_symbols.h"
#include "lib/facts/windows_facts.h"
#include "lib/host/host_error.h"
#include "lib/host/network.h"

namespace doctor {

enum class FileKind { file, directory, link, socket, fifo, device, other };
std::string_view to_string(FileKind kind);
std::optional<FileKind> file_kind(std::string_view text);

// What lstat(2) tells.
struct FileInfo {
  FileKind kind = FileKind::file;
  std::uint32_t mode = 0644;  // permission bits only (07777)
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint64_t size = 0;  // bytes
  double modified = 0;     // seconds since the Unix epoch, by the machine's own clock
  std::string target;      // of a link, as it is written in the link

  bool operator==(const FileInfo&) const = default;
};

// What statfs(2) tells.
struct FileSystemInfo {
  std::uint64_t magic = 0;  // f_type, e.g. 0x63677270 for cgroup2
  std::uint64_t total_bytes = 0;
  std::uint64_t free_bytes = 0;   // for unprivileged users
  std::uint64_t total_files = 0;  // inodes; 0 where the file system makes them as it needs them
  std::uint64_t free_files = 0;
  bool read_only = false;
  bool no_exec = false;

  bool operator==(const FileSystemInfo&) const = default;
};

// A program to run: looked up in PATH unless argv[0] holds a slash; no shell in between, standard
// input empty, C locale, own process group, output capped at 1 MiB a stream.
struct Command {
  std::vector<std::string> argv;
  std::chrono::milliseconds deadline{2000};

  bool operator==(const Command&) const = default;
};

struct CommandResult {
  int exit_code = 0;  // 128 + N when ended by signal N
  std::string out;
  std::string err;

  bool operator==(const CommandResult&) const = default;
};

// Who and where; cheap and always there on a live machine.
struct Machine {
  std::string architecture;  // uname -m: "x86_64", "aarch64", "armv7l"
  std::string user;          // login name of `uid`, empty when there is none
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  double now = 0;  // the machine's own clock, seconds since the Unix epoch

  bool operator==(const Machine&) const = default;
};

// What a round of create, write 4 KiB, stat, rename, unlink costs in a directory.
struct FileCost {
  unsigned rounds = 0;
  double median_seconds = 0;  // per round

  bool operator==(const FileCost&) const = default;
};

// What it costs to look for a name that is not there, as a shell does in every folder of PATH.
struct LookupCost {
  unsigned rounds = 0;
  double median_seconds = 0;  // per look-up

  bool operator==(const LookupCost&) const = default;
};

// inotify(7) in use. The limits are per user, over all of that user's processes.
struct InotifyUser {
  std::uint32_t uid = 0;
  std::uint64_t instances = 0;
  std::uint64_t watches = 0;

  bool operator==(const InotifyUser&) const = default;
};

struct InotifyProgram {
  std::string name;  // as /proc/PID/comm tells it
  std::uint32_t uid = 0;
  std::uint64_t instances = 0;
  std::uint64_t watches = 0;

  bool operator==(const InotifyProgram&) const = default;
};

struct InotifyUse {
  std::vector<InotifyUser> users;        // by uid
  std::vector<InotifyProgram> programs;  // those with most watches first, at most 5
  std::uint64_t hidden = 0;              // processes that may not be looked into
  bool complete = true;                  // false: a bound of time was reached first

  bool operator==(const InotifyUse&) const = default;
};

// What adjtimex(2) tells of the kernel's clock, and how long the machine has slept.
struct KernelClock {
  bool synchronised = false;  // something keeps it right: STA_UNSYNC is clear
  double max_error = 0;       // seconds
  double frequency = 0;       // correction in force, parts per million
  double suspended = 0;       // seconds since boot: CLOCK_BOOTTIME minus CLOCK_MONOTONIC

  bool operator==(const KernelClock&) const = default;
};

// Files below a directory whose modification time lies in the future of the machine's own clock.
struct FutureFile {
  std::string path;
  double seconds_ahead = 0;

  bool operator==(const FutureFile&) const = default;
};

struct FutureFiles {
  std::uint64_t examined = 0;     // files looked at
  bool complete = true;           // false: a bound (number or time) was reached first
  std::vector<FutureFile> files;  // those more than two seconds ahead, at most 5, furthest first

  bool operator==(const FutureFiles&) const = default;
};

// Questions are const and may be asked from several threads at once. Paths are absolute.
class Host {
 public:
  Host() = default;
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  virtual ~Host() = default;

  virtual Answer<Machine> machine() const = 0;

  // An environment variable. Unset is `missing`; set to nothing is "".
  virtual Answer<std::string> variable(const std::string& name) const = 0;

  // What is at `path` itself (links are not followed at the last component, but are before it).
  virtual Answer<FileInfo> lstat(const std::string& path) const = 0;

  // The whole content, links followed; more than 4 MiB is `failed`.
  virtual Answer<std::string> read_file(const std::string& path) const = 0;

  // Names in a folder, sorted, without "." and "..".
  virtual Answer<std::vector<std::string>> list(const std::string& path) const = 0;

  virtual Answer<FileSystemInfo> file_system(const std::string& path) const = 0;

  virtual Answer<CommandResult> run(const Command& command) const = 0;

  // Where the dynamic loader's cache (ld.so.cache) says `soname` is, in the loader's order, for
  // this machine's own ABI. `unsupported` where there is no glibc cache (musl, NixOS).
  virtual Answer<std::vector<std::string>> loader_cache(const std::string& soname) const = 0;

  // Reads the ELF file itself; never runs it.
  virtual Answer<LibrarySymbols> library(const std::string& path) const = 0;

  // Needs the network: `offline` where that is forbidden. Servers that fail say so one by one.
  virtual Answer<WorldTime> world_time(const TimeQuery& query) const = 0;

  // One PowerShell start for everything. `unsupported` says why interop cannot be used.
  virtual Answer<WindowsFacts> windows() const = 0;

  // Creates and removes small files in `directory`; leaves nothing behind.
  virtual Answer<FileCost> file_cost(const std::string& directory) const = 0;

  virtual Answer<FutureFiles> future_files(const std::string& directory) const = 0;

  // Looks for names that are not there in `directory`.
  virtual Answer<LookupCost> lookup_cost(const std::string& directory) const = 0;

  virtual Answer<InotifyUse> inotify_use() const = 0;

  virtual Answer<KernelClock> kernel_clock() const = 0;

  // Needs the network: `offline` where that is forbidden.
  virtual Answer<DnsReply> dns(const DnsQuery& query) const = 0;

  // Needs the network unless `to` is an address of this machine (127.0.0.0/8, ::1): `offline` where
  // it is forbidden. A name that cannot be found is `failed`.
  virtual Answer<Connection> connect(const ConnectionQuery& query) const = 0;
};

}  // namespace doctor
