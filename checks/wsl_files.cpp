#include "checks/wsl_files.h"

#include "lib/base/format.h"
#include "lib/facts/process_start.h"
#include "lib/facts/versions.h"
#include "lib/facts/windows_paths.h"
#include "lib/host/paths.h"

namespace doctor {

namespace {

constexpr const char* wsl_conf = "/etc/wsl.conf";

bool is_plain_name(std::string_view name) {
  return !name.empty() && name.find_first_not_of(
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                              "0123456789._-") == std::string_view::npos;
}

}  // namespace

Answer<WslFile> read_wsl_conf(const Host& host) {
  WslFile file{wsl_conf, wsl_conf, std::nullopt, {}};
  file.config.kind = WslConfigKind::wsl_conf;
  auto bytes = host.read_file(wsl_conf);
  if (bytes) {
    file.config = parse_wsl_config(*bytes, WslConfigKind::wsl_conf);
    file.bytes = *std::move(bytes);
  } else if (bytes.error().kind != HostErrorKind::missing) {
    return unexpected(bytes.error());
  }
  return file;
}

Answer<WslFile> read_wslconfig(const Host& host) {
  const auto windows = host.windows();
  if (!windows) return unexpected(windows.error());
  if (!windows->wslconfig_error.empty()) {
    return unexpected(HostError{HostErrorKind::failed, windows->wslconfig_error});
  }
  WslFile file{windows->user_profile + "\\.wslconfig", std::nullopt, windows->wslconfig, {}};
  file.config.kind = WslConfigKind::wslconfig;
  if (file.bytes) file.config = parse_wsl_config(*file.bytes, WslConfigKind::wslconfig);
  if (const auto text = host.read_file("/proc/self/mountinfo")) {
    if (const auto mounts = parse_mountinfo(*text)) file.path = linux_path(*mounts, file.shown);
  }
  return file;
}

std::optional<bool> wsl_conf_changed_since_start(const Host& host) {
  return changed_since_start(host, wsl_conf);
}

std::optional<bool> changed_since_start(const Host& host, const std::string& path) {
  const auto info = stat(host, path);
  const auto pid_stat = host.read_file("/proc/1/stat");
  const auto proc_stat = host.read_file("/proc/stat");
  if (!info || !pid_stat || !proc_stat) return std::nullopt;
  const auto start = process_start(*pid_stat, *proc_stat);
  if (!start) return std::nullopt;
  return info->modified > *start;
}

unsigned windows_build(const WindowsFacts& windows) {
  const auto version = parse_version(windows.version);
  return version && version->parts.size() > 2 ? version->parts[2] : 0;
}

std::string restart_distribution_command(const Environment& environment) {
  const std::string& name = environment.distribution_name;
  return is_plain_name(name) ? "wsl --terminate " + name : "wsl --terminate <distribution>";
}

}  // namespace doctor
