#include "lib/host/snapshot_write.h"

#include "lib/base/format.h"
#include "lib/host/snapshot_format.h"
#include "lib/host/toml_writer.h"

namespace doctor {

namespace {

const HostError just_missing{HostErrorKind::missing, ""};

template <class Value>
bool is_just_missing(const Answer<Value>& answer) {
  return !answer && answer.error() == just_missing;
}

TomlFields error_field(const HostError& error) {
  return {{"error", write_error(error)}};
}

std::string write_top(const Snapshot& snapshot) {
  TomlFields fields = {{"snapshot", fmt::format("{}", snapshot_version)}};
  if (!snapshot.complete) fields.emplace_back("complete", "false");
  if (!snapshot.comment.empty()) fields.emplace_back("comment", toml_text(snapshot.comment));
  if (!snapshot.project.empty()) fields.emplace_back("project", toml_string(snapshot.project));
  if (!snapshot.environment.empty()) {
    fields.emplace_back("environment", toml_string(snapshot.environment));
  }
  if (snapshot.time_error) fields.emplace_back("time-error", write_error(*snapshot.time_error));
  std::string text;
  for (const auto& [key, value] : fields) text += fmt::format("{} = {}\n", key, value);
  return text;
}

std::string write_machine(const Answer<Machine>& machine) {
  if (!machine) return write_table("[machine]", error_field(machine.error()));
  return write_table("[machine]", {{"architecture", toml_string(machine->architecture)},
                                   {"user", toml_string(machine->user)},
                                   {"uid", toml_whole(machine->uid)},
                                   {"gid", toml_whole(machine->gid)},
                                   {"now", toml_moment(machine->now)}});
}

// One line for each entry: `name = value`, or `name = { error = "..." }`.
template <class Value, class Write>
std::string write_plain_answers(const std::string& key,
                                const std::map<std::string, Answer<Value>>& answers,
                                bool missing_is_listed, Write write) {
  TomlFields fields;
  for (const auto& [name, answer] : answers) {
    if (missing_is_listed && is_just_missing(answer)) continue;
    fields.emplace_back(
        toml_key(name),
        answer ? write(*answer) : fmt::format("{{ error = {} }}", write_error(answer.error())));
  }
  return fields.empty() ? "" : write_table(fmt::format("[{}]", key), fields);
}

// One table for each entry.
template <class Value, class Fields>
std::string write_answers(const std::string& key,
                          const std::map<std::string, Answer<Value>>& answers, Fields fields_of) {
  std::string text;
  for (const auto& [name, answer] : answers) {
    text += write_table(fmt::format("[{}.{}]", key, toml_key(name)),
                        answer ? fields_of(*answer) : error_field(answer.error()));
  }
  return text;
}

TomlFields file_system_fields(const FileSystemInfo& info) {
  TomlFields fields;
  const auto name = file_system_name(info.magic);
  const bool too_large = toml_whole(info.magic).front() == '"';
  if (name) {
    fields.emplace_back("type", toml_string(*name));
  } else {
    fields.emplace_back("magic",
                        too_large ? toml_whole(info.magic) : fmt::format("{:#x}", info.magic));
  }
  if (info.total_bytes != 0) fields.emplace_back("total-bytes", toml_whole(info.total_bytes));
  if (info.free_bytes != 0) fields.emplace_back("free-bytes", toml_whole(info.free_bytes));
  if (info.total_files != 0) fields.emplace_back("total-files", toml_whole(info.total_files));
  if (info.free_files != 0) fields.emplace_back("free-files", toml_whole(info.free_files));
  if (info.read_only) fields.emplace_back("read-only", "true");
  if (info.no_exec) fields.emplace_back("no-exec", "true");
  return fields;
}

TomlFields library_fields(const LibrarySymbols& library) {
  return {{"soname", toml_string(library.soname)},
          {"machine", toml_string(library.machine)},
          {"versions", toml_list(library.versions)}};
}

// FileCost and LookupCost.
template <class Cost>
TomlFields cost_fields(const Cost& cost) {
  return {{"rounds", toml_whole(cost.rounds)},
          {"median-seconds", toml_number(cost.median_seconds)}};
}

TomlFields future_files_fields(const FutureFiles& future) {
  TomlFields fields = {{"examined", toml_whole(future.examined)}};
  if (!future.complete) fields.emplace_back("complete", "false");
  std::string files;
  for (const FutureFile& file : future.files) {
    files += fmt::format("  {{ path = {}, seconds-ahead = {} }},\n", toml_string(file.path),
                         toml_number(file.seconds_ahead));
  }
  if (!files.empty()) fields.emplace_back("files", fmt::format("[\n{}]", files));
  return fields;
}

std::string write_commands(
    const std::vector<std::pair<std::vector<std::string>, Answer<CommandResult>>>& commands) {
  std::string text;
  for (const auto& [argv, answer] : commands) {
    TomlFields fields = {{"argv", toml_list(argv)}};
    if (!answer) {
      fields.emplace_back("error", write_error(answer.error()));
    } else {
      if (answer->exit_code != 0) fields.emplace_back("exit", fmt::format("{}", answer->exit_code));
      if (!answer->out.empty()) fields.emplace_back("out", toml_bytes(answer->out));
      if (!answer->err.empty()) fields.emplace_back("err", toml_bytes(answer->err));
    }
    text += write_table("[[commands]]", fields);
  }
  return text;
}

std::string write_missing(const Snapshot& snapshot) {
  std::vector<std::string> variables, files, folders;
  for (const auto& [name, answer] : snapshot.variables) {
    if (is_just_missing(answer)) variables.push_back(name);
  }
  for (const auto& [path, file] : snapshot.files) {
    if (is_just_missing(file)) files.push_back(path);
  }
  for (const auto& [path, answer] : snapshot.folders) {
    if (is_just_missing(answer)) folders.push_back(path);
  }
  TomlFields fields;
  if (!variables.empty()) fields.emplace_back("variables", toml_list(variables));
  if (!files.empty()) fields.emplace_back("files", toml_list(files));
  if (!folders.empty()) fields.emplace_back("folders", toml_list(folders));
  return fields.empty() ? "" : write_table("[missing]", fields);
}

}  // namespace

std::string write_table(const std::string& header, const TomlFields& fields) {
  std::string text = fmt::format("\n{}\n", header);
  for (const auto& [key, value] : fields) text += fmt::format("{} = {}\n", key, value);
  return text;
}

std::string write_error(const HostError& error) {
  return toml_string(snapshot_error(error));
}

bool is_just_missing(const SnapshotFile& file) {
  return file == SnapshotFile{{}, {}, just_missing, {}};
}

std::string to_toml(const Snapshot& snapshot) {
  const auto list = [](const std::vector<std::string>& names) { return toml_list(names); };
  std::string text = write_top(snapshot);
  if (snapshot.machine) text += write_machine(*snapshot.machine);
  text += write_plain_answers("variables", snapshot.variables, true, toml_bytes);
  text += write_files(snapshot.files);
  text += write_plain_answers("folders", snapshot.folders, true, list);
  text += write_answers("file-systems", snapshot.file_systems, file_system_fields);
  text += write_commands(snapshot.commands);
  text += write_plain_answers("loader-cache", snapshot.loader_cache, false, list);
  text += write_answers("libraries", snapshot.libraries, library_fields);
  text += write_ntp(snapshot.ntp);
  text += write_http(snapshot.http);
  text += write_dns(snapshot.dns);
  text += write_connections(snapshot.connections);
  if (snapshot.inotify) text += write_inotify(*snapshot.inotify);
  if (snapshot.kernel_clock) text += write_kernel_clock(*snapshot.kernel_clock);
  if (snapshot.windows) text += write_windows(*snapshot.windows);
  text += write_answers("file-costs", snapshot.file_costs, cost_fields<FileCost>);
  text += write_answers("future-files", snapshot.future_files, future_files_fields);
  text += write_answers("lookup-costs", snapshot.lookup_costs, cost_fields<LookupCost>);
  text += write_missing(snapshot);
  return text;
}

}  // namespace doctor
