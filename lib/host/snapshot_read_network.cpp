// What a snapshot holds of the network and of the kernel's counters.

#include "lib/base/format.h"
#include "lib/host/snapshot_read.h"

namespace doctor {

namespace {

// Entries of a list that either hold an answer or `error`, beside the keys that name them.
template <class Value>
Answer<Value> answer_or_error(const TomlTable& table, Value value,
                              std::initializer_list<std::string_view> names) {
  const auto error = read_error_at(table, "error");
  if (!error) return value;
  for (const auto& [key, node] : table.raw()) {
    const bool is_name = std::ranges::find(names, key.str()) != names.end();
    if (key.str() == "error" || is_name) continue;
    table.mistake_at(key.str(), fmt::format("`{}` cannot stand beside `error`", key.str()));
  }
  return unexpected(*error);
}

}  // namespace

SnapshotDns read_dns(const std::vector<TomlTable>& replies) {
  constexpr std::uint64_t most_code = 4095;
  SnapshotDns result;
  for (const TomlTable& table : replies) {
    table.allow_only({"server", "name", "type", "code", "addresses", "seconds", "error"});
    DnsReply reply;
    reply.code = static_cast<unsigned>(table.whole("code", most_code).value_or(0));
    reply.addresses = table.texts("addresses").value_or(std::vector<std::string>());
    reply.seconds = table.positive_number("seconds").value_or(0);
    const std::string type = table.text("type").value_or("A");
    if (type != "A" && type != "AAAA") {
      table.mistake_at("type", fmt::format("`type` is \"{}\": write \"A\" or \"AAAA\"", type));
    }
    const bool is_new =
        result
            .emplace(std::tuple(table.required_text("server"), table.required_text("name"), type),
                     answer_or_error(table, std::move(reply), {"server", "name", "type"}))
            .second;
    if (!is_new) table.mistake("this question is listed twice in [[dns]]");
  }
  return result;
}

std::map<std::string, Answer<Connection>> read_connections(const std::vector<TomlTable>& tables) {
  std::map<std::string, Answer<Connection>> result;
  for (const TomlTable& table : tables) {
    table.allow_only({"to", "address", "seconds", "error"});
    Connection connection{table.text("address").value_or(""),
                          table.positive_number("seconds").value_or(0)};
    const std::string to = table.required_text("to");
    if (!result.emplace(to, answer_or_error(table, std::move(connection), {"to"})).second) {
      table.mistake_at("to", fmt::format("\"{}\" is listed twice in [[connections]]", to));
    }
  }
  return result;
}

InotifyUse read_inotify(const TomlTable& table) {
  table.allow_only({"users", "programs", "hidden", "complete", "error"});
  InotifyUse use;
  use.hidden = table.whole("hidden").value_or(0);
  use.complete = table.flag("complete").value_or(true);
  for (const TomlTable& user : table.tables("users")) {
    user.allow_only({"uid", "instances", "watches"});
    use.users.push_back({user.whole32("uid").value_or(0), user.whole("instances").value_or(0),
                         user.whole("watches").value_or(0)});
  }
  for (const TomlTable& program : table.tables("programs")) {
    program.allow_only({"name", "uid", "instances", "watches"});
    use.programs.push_back({program.required_text("name"), program.whole32("uid").value_or(0),
                            program.whole("instances").value_or(0),
                            program.whole("watches").value_or(0)});
  }
  return use;
}

KernelClock read_kernel_clock(const TomlTable& table) {
  table.allow_only({"synchronised", "max-error", "frequency", "suspended", "error"});
  return {table.flag("synchronised").value_or(false),
          table.positive_number("max-error").value_or(0), table.number("frequency").value_or(0),
          table.positive_number("suspended").value_or(0)};
}

}  // namespace doctor
