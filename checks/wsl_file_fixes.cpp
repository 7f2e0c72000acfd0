#include "checks/wsl_file_fixes.h"

#include <utility>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/fix/script.h"

namespace doctor {

namespace {

constexpr const char* look_first =
    "Settings come into force that WSL did not read before: look at them first.";

bool is_conf(const WslFile& file) {
  return file.config.kind == WslConfigKind::wsl_conf;
}

std::string fix_id(const WslFile& file, std::string_view what) {
  return fmt::format("{}-{}", is_conf(file) ? "wsl-conf" : "wslconfig", what);
}

std::string short_name(const WslFile& file) {
  return is_conf(file) ? "/etc/wsl.conf" : ".wslconfig";
}

}  // namespace

std::optional<Fix> change_wsl_file(const Context& context, const WslFile& file,
                                   const WslFileChange& change) {
  if (!file.path || change.edit.text.find('\0') != std::string::npos) return std::nullopt;
  Fix fix;
  fix.id = change.id;
  fix.title = change.title;
  fix.needs = is_conf(file) ? Privilege::root : Privilege::user;
  fix.restart = is_conf(file) ? Restart::distribution : Restart::wsl;
  fix.restart_command =
      is_conf(file) ? restart_distribution_command(context.environment) : shutdown_command;
  fix.touches = {*file.path};
  fix.undo = file.bytes
                 ? fmt::format("Puts the {} of before back, byte for byte.", short_name(file))
                 : fmt::format("Removes {} again.", short_name(file));
  fix.automatic = change.automatic;
  std::vector<std::string> about = {
      fmt::format("Changes {} and nothing else; every other byte stays.", file.shown),
      fmt::format("It counts after a restart: {} (in PowerShell)", fix.restart_command)};
  about.insert(about.end(), change.about.begin(), change.about.end());
  fix.script = bash_script({.id = fix.id,
                            .title = fix.title,
                            .about = std::move(about),
                            .apply = file_edit_statements({*file.path, file.bytes, change.edit}),
                            .undo = "",
                            .needs = fix.needs});
  return fix;
}

std::optional<Fix> encoding_fix(const Context& context, const WslFile& file) {
  if (!file.bytes) return std::nullopt;
  const std::string plain = as_plain_utf8(*file.bytes, file.config.encoding);
  if (!parse_wsl_config(plain, file.config.kind).readable) return std::nullopt;
  const bool weighty = turns_on_weighty(*file.bytes, plain, file.config.kind);
  WslFileChange change{fix_id(file, "encoding"),
                       fmt::format("Save {} as plain UTF-8", short_name(file)),
                       edit_between(*file.bytes, plain),
                       {},
                       !weighty};
  if (weighty) change.about.emplace_back(look_first);
  return change_wsl_file(context, file, change);
}

WslFileMend mend_wsl_file(const Context& context, const WslFile& file) {
  if (!file.bytes || !file.config.readable) return {};
  // What the machine is like decides no edit, so every check gets the same fix.
  WslFileMend mend{mend_wsl_config(*file.bytes, file.config.kind, {}), std::nullopt};
  if (mend.mended.done.empty()) return mend;
  WslFileChange change{
      fix_id(file, "mend"),
      fmt::format("Mend {} in {}", count_of(mend.mended.done.size(), "mistake"), short_name(file)),
      edit_between(*file.bytes, mend.mended.bytes),
      {"What it mends: " + join(mend.mended.done, ", ")},
      !mend.mended.weighty};
  if (mend.mended.weighty) change.about.emplace_back(look_first);
  mend.fix = change_wsl_file(context, file, change);
  return mend;
}

}  // namespace doctor
