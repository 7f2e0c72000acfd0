#include "checks/interop_fixes.h"

#include <optional>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/fix/script.h"

namespace doctor {

namespace {

constexpr const char* conf = "/etc/binfmt.d/WSLInterop.conf";
constexpr const char* entry_path = "/proc/sys/fs/binfmt_misc/WSLInterop";

// The file gets `rule` as its last line: of two rules of a name systemd-binfmt takes the later.
std::optional<std::string> conf_statements(const Host& host, const std::string& rule) {
  const auto bytes = host.read_file(conf);
  if (!bytes && bytes.error().kind != HostErrorKind::missing) return std::nullopt;
  if (!bytes) return file_edit_statements({conf, std::nullopt, {0, 0, rule + "\n"}});
  const auto rules = lines(*bytes);
  if (!rules.empty() && rules.back() == rule) return "";
  const bool ended = bytes->empty() || bytes->ends_with('\n');
  return file_edit_statements(
      {conf, *bytes, {bytes->size(), 0, (ended ? "" : "\n") + rule + "\n"}});
}

Fix write_one(std::string id, std::string title, const std::string& path) {
  Fix fix;
  fix.id = std::move(id);
  fix.title = std::move(title);
  fix.needs = Privilege::root;
  fix.touches = {path};
  fix.undo = "Nothing to undo: no file is changed; writing 0 there disables it again.";
  fix.script = bash_script(
      {.id = fix.id,
       .title = fix.title,
       .about = {"Writes 1 into " + path + ".",
                 "It counts at once, for every distribution, and until WSL restarts."},
       .apply = fmt::format("run_step 'Enable it' sh -c {}\n", bash_quote("echo 1 >" + path)),
       .undo = "",
       .needs = Privilege::root});
  return fix;
}

}  // namespace

std::optional<Fix> register_again(const Context& context) {
  const bool wsl1 = context.environment.kind == EnvironmentKind::wsl1;
  const std::string rule = wsl1 ? ":WSLInterop:M::MZ::/init:P" : ":WSLInterop:M::MZ::/init:PF";
  const auto pid1 = context.host.read_file("/proc/1/comm");
  const bool systemd = !wsl1 && pid1 && trim(*pid1) == "systemd";
  Fix fix;
  fix.id = "interop-binfmt";
  fix.title = "Register Windows programs with binfmt again";
  fix.needs = Privilege::root;
  fix.touches = {entry_path};
  fix.undo = "The entry stays until WSL restarts, which registers it anew anyway.";
  std::vector<std::string> about = {
      "Registers WSL's own entry, as WSL does; entries of others (qemu for docker) stay.",
      "It counts at once: https://github.com/microsoft/WSL/issues/8843"};
  std::string apply;
  if (systemd) {
    const auto statements = conf_statements(context.host, rule);
    if (!statements) return std::nullopt;
    apply = *statements;
    fix.touches.insert(fix.touches.begin(), conf);
    fix.undo = fmt::format("Gives {} back as it was; the entry stays until WSL restarts.", conf);
    about.push_back("Tells systemd-binfmt of it too, so that the next start does not remove it.");
  }
  apply += fmt::format("run_step 'Register the entry' sh -c {}\n",
                       bash_quote(fmt::format("test -e {0} || echo {1} >{2}", entry_path, rule,
                                              "/proc/sys/fs/binfmt_misc/register")));
  fix.script = bash_script({.id = fix.id,
                            .title = fix.title,
                            .about = std::move(about),
                            .apply = apply,
                            .undo = "",
                            .needs = Privilege::root});
  return fix;
}

Fix enable_entry(std::string_view name) {
  return write_one("interop-enable", "Enable WSL's binfmt entry again",
                   fmt::format("/proc/sys/fs/binfmt_misc/{}", name));
}

Fix enable_all() {
  return write_one("interop-binfmt-status", "Enable binfmt_misc again",
                   "/proc/sys/fs/binfmt_misc/status");
}

}  // namespace doctor
