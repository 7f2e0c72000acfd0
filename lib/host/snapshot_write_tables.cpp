// The tables of a snapshot that have a shape of their own: files, time, Windows.

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/host/snapshot_format.h"
#include "lib/host/snapshot_write.h"
#include "lib/host/toml_writer.h"

namespace doctor {

namespace {

// What differs from the defaults; `kind` when nothing else would say that the file was looked at.
TomlFields info_fields(const FileInfo& info, const std::optional<std::string>& content) {
  TomlFields fields;
  const bool is_link = info.kind == FileKind::link && !info.target.empty();
  if (is_link) {
    fields.emplace_back("link", toml_string(info.target));
  } else if (info.kind != FileKind::file) {
    fields.emplace_back("kind", toml_string(to_string(info.kind)));
  }
  if (info.mode != default_mode(info.kind)) {
    fields.emplace_back("mode", fmt::format("0o{:03o}", info.mode));
  }
  if (info.uid != 0) fields.emplace_back("owner", toml_whole(info.uid));
  if (info.gid != info.uid) fields.emplace_back("group", toml_whole(info.gid));
  const bool is_file = info.kind == FileKind::file && content;
  if (info.size != (is_file ? content->size() : info.target.size())) {
    fields.emplace_back("size", toml_whole(info.size));
  }
  if (info.modified != 0) fields.emplace_back("modified", toml_moment(info.modified));
  if (fields.empty()) fields.emplace_back("kind", toml_string(to_string(info.kind)));
  return fields;
}

TomlFields file_fields(const SnapshotFile& file) {
  TomlFields fields;
  if (file.info) fields = info_fields(*file.info, file.text);
  if (file.error) fields.emplace_back("error", write_error(*file.error));
  if (file.read_error) fields.emplace_back("read-error", write_error(*file.read_error));
  if (file.text && needs_base64(*file.text)) {
    fields.emplace_back("base64", toml_base64(*file.text));
  } else if (file.text) {
    fields.emplace_back("text", toml_text(*file.text));
  }
  return fields;
}

std::string inline_table(const TomlFields& fields) {
  std::vector<std::string> written;
  for (const auto& [key, value] : fields) written.push_back(fmt::format("{} = {}", key, value));
  return fmt::format("{{ {} }}", join(written, ", "));
}

TomlFields defender_fields(const DefenderFacts& facts) {
  TomlFields fields;
  const auto add_flag = [&](const char* key, const std::optional<bool>& flag) {
    if (flag) fields.emplace_back(key, *flag ? "true" : "false");
  };
  const auto add_list = [&](const char* key, const std::vector<std::string>& list) {
    if (!list.empty()) fields.emplace_back(key, toml_list(list));
  };
  add_flag("real-time-protection", facts.real_time_protection);
  if (!facts.running_mode.empty()) {
    fields.emplace_back("running-mode", toml_string(facts.running_mode));
  }
  add_flag("tamper-protected", facts.tamper_protected);
  add_list("exclusion-paths", facts.exclusion_paths);
  add_list("exclusion-processes", facts.exclusion_processes);
  add_list("exclusion-extensions", facts.exclusion_extensions);
  if (!facts.error.empty()) fields.emplace_back("error", toml_text(facts.error));
  return fields;
}

TomlFields windows_fields(const WindowsFacts& facts) {
  TomlFields fields = {{"version", toml_string(facts.version)},
                       {"user-profile", toml_string(facts.user_profile)}};
  if (facts.elevated) fields.emplace_back("elevated", "true");
  if (facts.interactive) fields.emplace_back("interactive", "true");
  if (facts.memory_bytes != 0) {
    fields.emplace_back("memory-bytes", toml_whole(facts.memory_bytes));
  }
  if (facts.processors != 0) fields.emplace_back("processors", toml_whole(facts.processors));
  if (facts.wslconfig) fields.emplace_back("wslconfig", toml_bytes(*facts.wslconfig));
  if (!facts.wslconfig_error.empty()) {
    fields.emplace_back("wslconfig-error", toml_text(facts.wslconfig_error));
  }
  return fields;
}

TomlFields distribution_fields(const WslDistribution& distribution) {
  TomlFields fields = {{"name", toml_string(distribution.name)},
                       {"base-path", toml_string(distribution.base_path)},
                       {"vhd-file", toml_string(distribution.vhd_file)},
                       {"version", fmt::format("{}", distribution.version)}};
  if (distribution.vhd_bytes) fields.emplace_back("vhd-bytes", toml_whole(*distribution.vhd_bytes));
  if (distribution.vhd_sparse) {
    fields.emplace_back("vhd-sparse", *distribution.vhd_sparse ? "true" : "false");
  }
  return fields;
}

std::string write_computer(const WindowsFacts& facts) {
  std::string text;
  if (const auto& wsl = facts.wsl) {
    text += write_table("[windows.wsl]", {{"version", toml_string(wsl->version)},
                                          {"kernel", toml_string(wsl->kernel)}});
  }
  for (const WindowsDrive& drive : facts.drives) {
    text += write_table("[[windows.drives]]", {{"name", toml_string(drive.name)},
                                               {"total-bytes", toml_whole(drive.total_bytes)},
                                               {"free-bytes", toml_whole(drive.free_bytes)}});
  }
  for (const WindowsAdapter& adapter : facts.adapters) {
    text += write_table("[[windows.adapters]]", {{"name", toml_string(adapter.name)},
                                                 {"description", toml_string(adapter.description)},
                                                 {"type", toml_string(adapter.type)},
                                                 {"mtu", toml_whole(adapter.mtu)}});
  }
  if (const auto& proxy = facts.proxy) {
    text +=
        write_table("[windows.proxy]", {{"enabled", proxy->enabled ? "true" : "false"},
                                        {"server", toml_string(proxy->server)},
                                        {"auto-config-url", toml_string(proxy->auto_config_url)}});
  }
  return text;
}

std::string write_sample(const NtpSample& sample) {
  TomlFields fields = {{"offset", toml_number(sample.offset)},
                       {"delay", toml_number(sample.delay)},
                       {"root-delay", toml_number(sample.root_delay)},
                       {"root-dispersion", toml_number(sample.root_dispersion)},
                       {"stratum", toml_whole(sample.stratum)}};
  return inline_table(fields);
}

}  // namespace

std::string write_files(const std::map<std::string, SnapshotFile>& files) {
  TomlFields short_entries;
  std::string tables;
  for (const auto& [path, file] : files) {
    const TomlFields fields = file_fields(file);
    if (fields.empty() || is_just_missing(file)) continue;
    const std::string key = toml_key(path);
    const std::string in_line = inline_table(fields);
    if (fields.size() == 1 && fields.front().first == "text") {
      short_entries.emplace_back(key, fields.front().second);
    } else if (in_line.find('\n') == std::string::npos) {
      short_entries.emplace_back(key, in_line);
    } else {
      tables += write_table(fmt::format("[files.{}]", key), fields);
    }
  }
  return (short_entries.empty() ? "" : write_table("[files]", short_entries)) + tables;
}

std::string write_ntp(const std::map<std::string, NtpReply>& replies) {
  std::string text;
  for (const auto& [server, reply] : replies) {
    TomlFields fields = {{"server", toml_string(server)}};
    if (!reply.address.empty()) fields.emplace_back("address", toml_string(reply.address));
    std::string samples;
    for (const NtpSample& sample : reply.samples) {
      samples += fmt::format("  {},\n", write_sample(sample));
    }
    if (!samples.empty()) fields.emplace_back("samples", fmt::format("[\n{}]", samples));
    if (reply.error) fields.emplace_back("error", write_error(*reply.error));
    text += write_table("[[ntp]]", fields);
  }
  return text;
}

std::string write_http(const std::map<std::string, HttpDate>& dates) {
  std::string text;
  for (const auto& [url, date] : dates) {
    TomlFields fields = {{"url", toml_string(url)}};
    if (date.error) {
      fields.emplace_back("error", write_error(*date.error));
    } else {
      fields.emplace_back("offset", toml_number(date.offset));
      fields.emplace_back("uncertainty", toml_number(date.uncertainty));
    }
    text += write_table("[[http]]", fields);
  }
  return text;
}

std::string write_windows(const Answer<WindowsFacts>& windows) {
  if (!windows) return write_table("[windows]", {{"error", write_error(windows.error())}});
  std::string text = write_table("[windows]", windows_fields(*windows));
  if (const auto& clock = windows->clock) {
    text += write_table("[windows.clock]", {{"offset", toml_number(clock->offset)},
                                            {"uncertainty", toml_number(clock->uncertainty)}});
  }
  if (const auto& service = windows->time_service) {
    text +=
        write_table("[windows.time-service]", {{"status", toml_string(service->status)},
                                               {"start-type", toml_string(service->start_type)}});
  }
  if (windows->defender) {
    text += write_table("[windows.defender]", defender_fields(*windows->defender));
  }
  for (const AntivirusProduct& product : windows->antivirus) {
    text += write_table("[[windows.antivirus]]", {{"name", toml_string(product.name)},
                                                  {"state", fmt::format("{:#x}", product.state)}});
  }
  for (const WslDistribution& distribution : windows->distributions) {
    text += write_table("[[windows.distributions]]", distribution_fields(distribution));
  }
  text += write_computer(*windows);
  return text;
}

}  // namespace doctor
