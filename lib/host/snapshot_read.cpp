#include "lib/host/snapshot_read.h"

#include "lib/base/format.h"
#include "lib/host/paths.h"
#include "lib/host/snapshot_format.h"

namespace doctor {

namespace {

constexpr std::size_t most_snapshot_bytes = 16 << 20;

Machine read_machine(const TomlTable& table) {
  table.allow_only({"architecture", "user", "uid", "gid", "now", "error"});
  Machine machine;
  machine.architecture = table.text("architecture").value_or("");
  machine.user = table.text("user").value_or("");
  machine.uid = table.whole32("uid").value_or(0);
  machine.gid = table.whole32("gid").value_or(machine.uid);
  machine.now = table.moment("now").value_or(0);
  return machine;
}

FileSystemInfo read_file_system(const TomlTable& table) {
  table.allow_only({"type", "magic", "total-bytes", "free-bytes", "total-files", "free-files",
                    "read-only", "no-exec", "error"});
  FileSystemInfo info;
  if (table.has("type") == table.has("magic")) {
    table.mistake(fmt::format("[{}] needs either `type` or `magic`", table.name()));
  }
  if (const auto type = table.text("type")) {
    const auto magic = file_system_magic(*type);
    if (!magic) {
      table.mistake_at("type", fmt::format("unknown file system \"{}\": give its number from "
                                           "statfs(2) as `magic` instead",
                                           *type));
    }
    info.magic = magic.value_or(0);
  }
  if (const auto magic = table.whole("magic")) info.magic = *magic;
  info.total_bytes = table.whole("total-bytes").value_or(0);
  info.free_bytes = table.whole("free-bytes").value_or(0);
  info.total_files = table.whole("total-files").value_or(0);
  info.free_files = table.whole("free-files").value_or(0);
  info.read_only = table.flag("read-only").value_or(false);
  info.no_exec = table.flag("no-exec").value_or(false);
  return info;
}

LibrarySymbols read_library(const TomlTable& table) {
  table.allow_only({"soname", "machine", "versions", "error"});
  return {table.text("soname").value_or(""), table.text("machine").value_or(""),
          table.texts("versions").value_or(std::vector<std::string>())};
}

FileCost read_file_cost(const TomlTable& table) {
  table.allow_only({"rounds", "median-seconds", "error"});
  return {table.whole32("rounds").value_or(0), table.positive_number("median-seconds").value_or(0)};
}

LookupCost read_lookup_cost(const TomlTable& table) {
  table.allow_only({"rounds", "median-seconds", "error"});
  return {table.whole32("rounds").value_or(0), table.positive_number("median-seconds").value_or(0)};
}

FutureFiles read_future_files(const TomlTable& table) {
  table.allow_only({"examined", "complete", "files", "error"});
  FutureFiles result;
  result.examined = table.whole("examined").value_or(0);
  result.complete = table.flag("complete").value_or(true);
  for (const TomlTable& file : table.tables("files")) {
    file.allow_only({"path", "seconds-ahead"});
    result.files.push_back({file.required_text("path"), file.number("seconds-ahead").value_or(0)});
  }
  return result;
}

// A table that is the one answer to a question, or its error.
template <class Value, class Read>
std::optional<Answer<Value>> read_one(const TomlTable& root, std::string_view key, Read read) {
  const auto table = root.table(key);
  if (!table) return std::nullopt;
  Value value = read(*table);
  if (const auto error = read_error_alone(*table)) return Answer<Value>(unexpected(*error));
  return Answer<Value>(std::move(value));
}

// A table whose keys are names of the machine (paths, sonames) and whose values are tables.
template <class Value, class Read>
std::map<std::string, Answer<Value>> read_answers(const TomlTable& root, std::string_view key,
                                                  Read read) {
  std::map<std::string, Answer<Value>> answers;
  const auto table = root.table(key);
  if (!table) return answers;
  for (const auto& [name, node] : table->raw()) {
    const auto entry = table->table(name.str());
    if (!entry) continue;
    if (const auto error = read_error_alone(*entry)) {
      answers.emplace(decode_bytes(name.str()), unexpected(*error));
    } else {
      answers.emplace(decode_bytes(name.str()), read(*entry));
    }
  }
  return answers;
}

// The same for values that are plain; a table in their place holds an error.
template <class Value, class Read>
std::map<std::string, Answer<Value>> read_plain_answers(const TomlTable& root, std::string_view key,
                                                        Read read) {
  std::map<std::string, Answer<Value>> answers;
  const auto table = root.table(key);
  if (!table) return answers;
  for (const auto& [name, node] : table->raw()) {
    const std::string place = fmt::format("`{}` in [{}]", name.str(), key);
    const bool is_error = node.is_table() && node.as_table()->contains("error");
    if (is_error) {
      if (const auto error = read_error_alone(*table->table(name.str()))) {
        answers.emplace(decode_bytes(name.str()), unexpected(*error));
      }
    } else if (auto value = read(node, place, table->mistakes())) {
      answers.emplace(decode_bytes(name.str()), std::move(*value));
    }
  }
  return answers;
}

// [missing] is short for one entry with error = "missing" each.
void add_missing(Snapshot& snapshot, const TomlTable& missing) {
  missing.allow_only({"variables", "files", "folders"});
  const HostError error{HostErrorKind::missing, ""};
  const auto add = [&](std::string_view key, auto& entries, const auto& entry) {
    for (const std::string& name : missing.texts(key).value_or(std::vector<std::string>())) {
      if (entries.emplace(name, entry).second) continue;
      missing.mistake_at(key, fmt::format("\"{}\" is listed in [{}] or twice here", name, key));
    }
  };
  add("variables", snapshot.variables, Answer<std::string>(unexpected(error)));
  add("files", snapshot.files, SnapshotFile{{}, {}, error, {}});
  add("folders", snapshot.folders, Answer<std::vector<std::string>>(unexpected(error)));
}

// A path that no question will ever match is a typing mistake. Recordings hold what was asked, as
// it was asked.
template <class Entries>
void check_paths(const TomlTable& root, const Snapshot& snapshot, std::string_view key,
                 const Entries& entries) {
  for (const auto& [path, value] : entries) {
    const bool is_absolute = path.starts_with('/');
    if (is_absolute && (!snapshot.complete || normalise(path) == path)) continue;
    const auto message =
        is_absolute ? fmt::format("write the path \"{}\" as \"{}\"", path, normalise(path))
                    : fmt::format("\"{}\" is no absolute path: it must begin with /", path);
    const auto table = root.table(key);
    const std::string name = encode_bytes(path);
    if (table && table->has(name)) {
      root.mistakes().add(table->raw().find(name)->first.source(), message);
    } else {
      root.mistake_at("missing", message);
    }
  }
}

Snapshot read_document(const TomlTable& root) {
  root.allow_only({"snapshot",     "complete",     "comment",      "project",      "environment",
                   "time-error",   "machine",      "variables",    "files",        "folders",
                   "file-systems", "commands",     "loader-cache", "libraries",    "ntp",
                   "http",         "windows",      "file-costs",   "future-files", "lookup-costs",
                   "inotify",      "kernel-clock", "dns",          "connections",  "missing"});
  Snapshot snapshot;
  snapshot.complete = root.flag("complete").value_or(true);
  snapshot.comment = root.text("comment").value_or("");
  snapshot.project = root.text("project").value_or("");
  snapshot.environment = root.text("environment").value_or("");
  snapshot.time_error = read_error_at(root, "time-error");
  snapshot.machine = read_one<Machine>(root, "machine", read_machine);
  snapshot.variables = read_plain_answers<std::string>(root, "variables", read_bytes);
  if (const auto files = root.table("files")) snapshot.files = read_files(*files);
  snapshot.folders = read_plain_answers<std::vector<std::string>>(root, "folders", read_texts);
  snapshot.file_systems = read_answers<FileSystemInfo>(root, "file-systems", read_file_system);
  snapshot.commands = read_commands(root.tables("commands"));
  snapshot.loader_cache =
      read_plain_answers<std::vector<std::string>>(root, "loader-cache", read_texts);
  snapshot.libraries = read_answers<LibrarySymbols>(root, "libraries", read_library);
  snapshot.ntp = read_ntp(root.tables("ntp"));
  snapshot.http = read_http(root.tables("http"));
  snapshot.dns = read_dns(root.tables("dns"));
  snapshot.connections = read_connections(root.tables("connections"));
  snapshot.inotify = read_one<InotifyUse>(root, "inotify", read_inotify);
  snapshot.kernel_clock = read_one<KernelClock>(root, "kernel-clock", read_kernel_clock);
  snapshot.windows = read_one<WindowsFacts>(root, "windows", read_windows);
  snapshot.file_costs = read_answers<FileCost>(root, "file-costs", read_file_cost);
  snapshot.future_files = read_answers<FutureFiles>(root, "future-files", read_future_files);
  snapshot.lookup_costs = read_answers<LookupCost>(root, "lookup-costs", read_lookup_cost);
  if (const auto missing = root.table("missing")) add_missing(snapshot, *missing);

  check_paths(root, snapshot, "files", snapshot.files);
  check_paths(root, snapshot, "folders", snapshot.folders);
  check_paths(root, snapshot, "file-systems", snapshot.file_systems);
  check_paths(root, snapshot, "libraries", snapshot.libraries);
  check_paths(root, snapshot, "file-costs", snapshot.file_costs);
  check_paths(root, snapshot, "future-files", snapshot.future_files);
  check_paths(root, snapshot, "lookup-costs", snapshot.lookup_costs);
  return snapshot;
}

// Whether this is a snapshot, and one that this version can read.
void check_version(const TomlTable& root) {
  if (!root.has("snapshot")) {
    return root.mistake("this is not a snapshot: its first line must be \"snapshot = 1\"");
  }
  const auto version = root.whole("snapshot");
  if (!version || *version == snapshot_version) return;
  root.mistake_at("snapshot",
                  *version > snapshot_version
                      ? fmt::format("made by a newer wsl-go-doctor: this one reads snapshot = {}, "
                                    "not {}",
                                    snapshot_version, *version)
                      : fmt::format("there is no snapshot format {}: write snapshot = {}", *version,
                                    snapshot_version));
}

}  // namespace

std::optional<HostError> read_error_at(const TomlTable& table, std::string_view key) {
  const auto text = table.text(key);
  if (!text) return std::nullopt;
  auto error = parse_snapshot_error(*text);
  if (!error) {
    table.mistake_at(key, fmt::format("\"{}\" is no error: write missing, denied, timed-out, hung, "
                                      "loop, unsupported, offline, refused, unreachable, "
                                      "not-recorded or failed, and more words after a colon "
                                      "and a blank",
                                      *text));
  }
  return error;
}

std::optional<HostError> read_error_alone(const TomlTable& table) {
  if (!table.has("error")) return std::nullopt;
  for (const auto& [key, node] : table.raw()) {
    if (key.str() == "error") continue;
    table.mistake_at(key.str(), fmt::format("`{}` cannot stand beside `error` in [{}]", key.str(),
                                            table.name()));
  }
  return read_error_at(table, "error");
}

expected<Snapshot, ParseError> parse_snapshot(std::string_view toml) {
  const auto document = parse_toml(toml, most_snapshot_bytes);
  if (!document) return unexpected(document.error());
  TomlMistakes mistakes;
  const TomlTable root(*document, "", mistakes);
  check_version(root);
  if (mistakes.first()) return unexpected(*mistakes.first());
  Snapshot snapshot = read_document(root);
  if (mistakes.first()) return unexpected(*mistakes.first());
  return snapshot;
}

}  // namespace doctor
