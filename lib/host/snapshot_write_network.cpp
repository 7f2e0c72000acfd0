// What a snapshot holds of the network and of the kernel's counters.

#include "lib/base/format.h"
#include "lib/host/snapshot_write.h"
#include "lib/host/toml_writer.h"

namespace doctor {

std::string write_dns(const SnapshotDns& replies) {
  std::string text;
  for (const auto& [question, answer] : replies) {
    const auto& [server, name, type] = question;
    TomlFields fields = {{"server", toml_string(server)}, {"name", toml_string(name)}};
    if (type != "A") fields.emplace_back("type", toml_string(type));
    if (!answer) {
      fields.emplace_back("error", write_error(answer.error()));
    } else {
      if (answer->code != 0) fields.emplace_back("code", toml_whole(answer->code));
      fields.emplace_back("addresses", toml_list(answer->addresses));
      fields.emplace_back("seconds", toml_number(answer->seconds));
    }
    text += write_table("[[dns]]", fields);
  }
  return text;
}

std::string write_connections(const std::map<std::string, Answer<Connection>>& connections) {
  std::string text;
  for (const auto& [to, answer] : connections) {
    TomlFields fields = {{"to", toml_string(to)}};
    if (!answer) {
      fields.emplace_back("error", write_error(answer.error()));
    } else {
      if (!answer->address.empty()) fields.emplace_back("address", toml_string(answer->address));
      fields.emplace_back("seconds", toml_number(answer->seconds));
    }
    text += write_table("[[connections]]", fields);
  }
  return text;
}

std::string write_inotify(const Answer<InotifyUse>& use) {
  if (!use) return write_table("[inotify]", {{"error", write_error(use.error())}});
  TomlFields fields;
  if (use->hidden != 0) fields.emplace_back("hidden", toml_whole(use->hidden));
  if (!use->complete) fields.emplace_back("complete", "false");
  std::string text = write_table("[inotify]", fields);
  for (const InotifyUser& user : use->users) {
    text += write_table("[[inotify.users]]", {{"uid", toml_whole(user.uid)},
                                              {"instances", toml_whole(user.instances)},
                                              {"watches", toml_whole(user.watches)}});
  }
  for (const InotifyProgram& program : use->programs) {
    text += write_table("[[inotify.programs]]", {{"name", toml_string(program.name)},
                                                 {"uid", toml_whole(program.uid)},
                                                 {"instances", toml_whole(program.instances)},
                                                 {"watches", toml_whole(program.watches)}});
  }
  return text;
}

std::string write_kernel_clock(const Answer<KernelClock>& clock) {
  if (!clock) return write_table("[kernel-clock]", {{"error", write_error(clock.error())}});
  return write_table("[kernel-clock]", {{"synchronised", clock->synchronised ? "true" : "false"},
                                        {"max-error", toml_number(clock->max_error)},
                                        {"frequency", toml_number(clock->frequency)},
                                        {"suspended", toml_number(clock->suspended)}});
}

}  // namespace doctor
