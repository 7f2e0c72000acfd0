// The [[lists of tables]] of a snapshot, and its Windows facts.

#include <set>

#include "lib/base/format.h"
#include "lib/host/snapshot_format.h"
#include "lib/host/snapshot_read.h"

namespace doctor {

namespace {

constexpr double least_http_uncertainty = 0.5;

NtpSample read_sample(const TomlTable& table) {
  table.allow_only({"offset", "delay", "root-delay", "root-dispersion", "stratum"});
  if (!table.has("offset")) table.mistake("a sample needs its `offset`, in seconds");
  return {table.number("offset").value_or(0), table.number("delay").value_or(0),
          table.number("root-delay").value_or(0), table.number("root-dispersion").value_or(0),
          table.whole32("stratum").value_or(1)};
}

// What was asked may be listed once only.
template <class Map, class Value>
void add_once(Map& map, const TomlTable& table, std::string_view key, Value value) {
  std::string name = table.required_text(key);
  if (map.contains(name)) {
    table.mistake_at(key, fmt::format("\"{}\" is listed twice in [{}]", name, table.name()));
  }
  map.emplace(std::move(name), std::move(value));
}

DefenderFacts read_defender(const TomlTable& table) {
  table.allow_only({"real-time-protection", "running-mode", "tamper-protected", "exclusion-paths",
                    "exclusion-processes", "exclusion-extensions", "error"});
  DefenderFacts facts;
  const std::vector<std::string> none;
  facts.real_time_protection = table.flag("real-time-protection");
  facts.running_mode = table.text("running-mode").value_or("");
  facts.tamper_protected = table.flag("tamper-protected");
  facts.exclusion_paths = table.texts("exclusion-paths").value_or(none);
  facts.exclusion_processes = table.texts("exclusion-processes").value_or(none);
  facts.exclusion_extensions = table.texts("exclusion-extensions").value_or(none);
  facts.error = table.text("error").value_or("");
  return facts;
}

WslDistribution read_distribution(const TomlTable& table) {
  table.allow_only({"name", "base-path", "vhd-file", "version", "vhd-bytes", "vhd-sparse"});
  WslDistribution distribution;
  distribution.name = table.required_text("name");
  distribution.base_path = table.text("base-path").value_or("");
  const auto version = table.whole("version").value_or(2);
  if (version != 1 && version != 2) table.mistake_at("version", "the WSL version must be 1 or 2");
  distribution.version = version == 1 ? 1 : 2;
  distribution.vhd_file = table.text("vhd-file").value_or(version == 1 ? "" : "ext4.vhdx");
  distribution.vhd_bytes = table.whole("vhd-bytes");
  distribution.vhd_sparse = table.flag("vhd-sparse");
  return distribution;
}

// The computer below Windows: its memory, drives and network.
void read_computer(const TomlTable& table, WindowsFacts& facts) {
  facts.memory_bytes = table.whole("memory-bytes").value_or(0);
  facts.processors = table.whole32("processors").value_or(0);
  if (const auto wsl = table.table("wsl")) {
    wsl->allow_only({"version", "kernel"});
    facts.wsl = InstalledWsl{wsl->text("version").value_or(""), wsl->text("kernel").value_or("")};
  }
  for (const TomlTable& drive : table.tables("drives")) {
    drive.allow_only({"name", "total-bytes", "free-bytes"});
    facts.drives.push_back({drive.required_text("name"), drive.whole("total-bytes").value_or(0),
                            drive.whole("free-bytes").value_or(0)});
  }
  for (const TomlTable& adapter : table.tables("adapters")) {
    adapter.allow_only({"name", "description", "type", "mtu"});
    facts.adapters.push_back(
        {adapter.required_text("name"), adapter.text("description").value_or(""),
         adapter.text("type").value_or(""), adapter.whole32("mtu").value_or(0)});
  }
  if (const auto proxy = table.table("proxy")) {
    proxy->allow_only({"enabled", "server", "auto-config-url"});
    facts.proxy =
        WindowsProxy{proxy->flag("enabled").value_or(false), proxy->text("server").value_or(""),
                     proxy->text("auto-config-url").value_or("")};
  }
}

}  // namespace

std::vector<std::pair<std::vector<std::string>, Answer<CommandResult>>> read_commands(
    const std::vector<TomlTable>& commands) {
  constexpr std::uint64_t most_exit_code = 255;
  std::vector<std::pair<std::vector<std::string>, Answer<CommandResult>>> result;
  std::set<std::vector<std::string>> seen;
  for (const TomlTable& table : commands) {
    table.allow_only({"argv", "exit", "out", "err", "error"});
    auto argv = table.texts("argv").value_or(std::vector<std::string>());
    if (!table.has("argv")) table.mistake("`argv` is missing: the program and its arguments");
    if (!seen.insert(argv).second) table.mistake_at("argv", "this command is listed twice");
    const CommandResult answer{static_cast<int>(table.whole("exit", most_exit_code).value_or(0)),
                               table.bytes("out").value_or(""), table.bytes("err").value_or("")};
    if (const auto error = read_error_at(table, "error")) {
      if (table.raw().size() != 2)
        table.mistake_at("error", "only `argv` can stand beside `error`");
      result.emplace_back(std::move(argv), unexpected(*error));
    } else {
      result.emplace_back(std::move(argv), answer);
    }
  }
  return result;
}

std::map<std::string, NtpReply> read_ntp(const std::vector<TomlTable>& servers) {
  std::map<std::string, NtpReply> replies;
  for (const TomlTable& table : servers) {
    table.allow_only({"server", "address", "samples", "error"});
    NtpReply reply;
    reply.server = table.text("server").value_or("");
    reply.address = table.text("address").value_or("");
    for (const TomlTable& sample : table.tables("samples")) {
      reply.samples.push_back(read_sample(sample));
    }
    reply.error = read_error_at(table, "error");
    if (reply.samples.empty() != table.has("error")) {
      table.mistake("an [[ntp]] entry needs either `samples` or an `error`");
    }
    add_once(replies, table, "server", std::move(reply));
  }
  return replies;
}

std::map<std::string, HttpDate> read_http(const std::vector<TomlTable>& urls) {
  std::map<std::string, HttpDate> dates;
  for (const TomlTable& table : urls) {
    table.allow_only({"url", "offset", "uncertainty", "error"});
    HttpDate date;
    date.url = table.text("url").value_or("");
    date.error = read_error_at(table, "error");
    if (table.has("offset") == table.has("error")) {
      table.mistake("an [[http]] entry needs either `offset` or an `error`");
    }
    date.offset = table.number("offset").value_or(0);
    date.uncertainty =
        table.positive_number("uncertainty").value_or(date.error ? 0 : least_http_uncertainty);
    add_once(dates, table, "url", std::move(date));
  }
  return dates;
}

WindowsFacts read_windows(const TomlTable& table) {
  table.allow_only({"version", "user-profile", "elevated", "interactive", "clock", "time-service",
                    "defender", "antivirus", "distributions", "wslconfig", "wslconfig-error", "wsl",
                    "memory-bytes", "processors", "drives", "adapters", "proxy", "error"});
  WindowsFacts facts;
  facts.version = table.text("version").value_or("");
  facts.user_profile = table.text("user-profile").value_or("");
  facts.elevated = table.flag("elevated").value_or(false);
  facts.interactive = table.flag("interactive").value_or(false);
  if (const auto clock = table.table("clock")) {
    clock->allow_only({"offset", "uncertainty"});
    facts.clock = WindowsClock{clock->number("offset").value_or(0),
                               clock->positive_number("uncertainty").value_or(0)};
  }
  if (const auto service = table.table("time-service")) {
    service->allow_only({"status", "start-type"});
    facts.time_service =
        TimeService{service->text("status").value_or(""), service->text("start-type").value_or("")};
  }
  if (const auto defender = table.table("defender")) facts.defender = read_defender(*defender);
  for (const TomlTable& product : table.tables("antivirus")) {
    product.allow_only({"name", "state"});
    facts.antivirus.push_back(
        {product.required_text("name"), product.whole32("state").value_or(0)});
  }
  for (const TomlTable& distribution : table.tables("distributions")) {
    facts.distributions.push_back(read_distribution(distribution));
  }
  read_computer(table, facts);
  facts.wslconfig = table.bytes("wslconfig");
  facts.wslconfig_error = table.text("wslconfig-error").value_or("");
  return facts;
}

}  // namespace doctor
