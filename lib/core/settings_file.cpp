#include "lib/core/settings_file.h"

#include <optional>

#include "lib/base/format.h"

namespace doctor {

namespace {

// A question without an answer counts as "there": silence is no proof of absence.
bool may_be_there(const Host& host, const std::string& path) {
  const auto info = host.lstat(path);
  return info || (info.error().kind != HostErrorKind::missing &&
                  info.error().kind != HostErrorKind::unsupported);
}

// The XDG rule: a folder that is not absolute counts as unset.
std::optional<std::string> absolute_folder(const Host& host, const std::string& variable) {
  const auto value = host.variable(variable);
  if (!value || !value->starts_with('/')) return std::nullopt;
  return *value;
}

std::optional<std::string> user_file(const Host& host) {
  constexpr auto name = "wsl-go-doctor/config.toml";
  if (const auto config = absolute_folder(host, "XDG_CONFIG_HOME")) {
    return fmt::format("{}/{}", *config, name);
  }
  if (const auto home = absolute_folder(host, "HOME")) {
    return fmt::format("{}/.config/{}", *home, name);
  }
  return std::nullopt;
}

std::optional<std::string> project_file(const Host& host, std::string folder) {
  while (folder.starts_with('/')) {
    while (folder.ends_with('/')) folder.pop_back();
    std::string candidate = folder + "/.wsl-go-doctor.toml";
    if (may_be_there(host, candidate)) return candidate;
    if (folder.empty()) break;
    folder.resize(folder.rfind('/') + 1);
  }
  return std::nullopt;
}

// On a mount that is dead. That is what the checks are about to say; it must not keep them from it.
bool is_silent(const HostError& error) {
  return error.kind == HostErrorKind::hung || error.kind == HostErrorKind::timed_out;
}

}  // namespace

std::vector<std::pair<std::string, SettingsOrigin>> settings_files(const Host& host,
                                                                   const std::string& project) {
  std::vector<std::pair<std::string, SettingsOrigin>> files;
  if (auto file = user_file(host); file && may_be_there(host, *file)) {
    files.emplace_back(std::move(*file), SettingsOrigin::user);
  }
  if (auto file = project_file(host, project)) {
    files.emplace_back(std::move(*file), SettingsOrigin::project);
  }
  return files;
}

expected<Settings, SettingsError> load_settings(const Host& host, const std::string& project,
                                                std::span<const Check* const> checks) {
  Settings settings;
  for (const auto& [file, origin] : settings_files(host, project)) {
    const auto text = host.read_file(file);
    if (!text && is_silent(text.error())) {
      settings.unread.push_back(fmt::format(
          "{} could not be read, so its settings do not count: {}", file, describe(text.error())));
      continue;
    }
    if (!text) {
      return unexpected(
          SettingsError{{file, 0, 0}, fmt::format("cannot be read: {}", describe(text.error()))});
    }
    if (auto done = read_settings(settings, *text, file, origin, checks); !done) {
      return unexpected(done.error());
    }
  }
  return settings;
}

}  // namespace doctor
