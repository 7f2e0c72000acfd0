#include "lib/core/environment.h"

#include <array>
#include <utility>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/kernel.h"
#include "lib/facts/mounts.h"
#include "lib/facts/os_release.h"
#include "lib/host/paths.h"

namespace doctor {

namespace {

constexpr std::array<std::pair<EnvironmentKind, std::string_view>, 6> names = {{
    {EnvironmentKind::wsl1, "wsl1"},
    {EnvironmentKind::wsl2, "wsl2"},
    {EnvironmentKind::container_on_wsl, "container-on-wsl"},
    {EnvironmentKind::container, "container"},
    {EnvironmentKind::ci, "ci"},
    {EnvironmentKind::linux_machine, "linux"},
}};

// Collects signs, and the evidence that each one leaves in the report.
class Signs {
 public:
  Signs(const Host& host, Environment& environment) : host_(host), environment_(environment) {}

  bool file(const std::string& path, std::string_view meaning) {
    if (!exists(host_, path)) return false;
    note(path, meaning);
    return true;
  }

  bool variable(const std::string& name, std::string_view meaning) {
    const auto value = host_.variable(name);
    if (!value || value->empty()) return false;
    note("$" + name, meaning);
    return true;
  }

  void note(std::string source, std::string_view meaning) {
    environment_.evidence.push_back({std::move(source), std::string(meaning)});
  }

 private:
  const Host& host_;
  Environment& environment_;
};

// A container has a mark of its own, and nothing of what WSL's init lays into a distribution.
// WSL tells systemd that it is a container too ("wsl"), which is none.
bool has_container_mark(const Host& host, Signs& signs) {
  bool marked = signs.file("/.dockerenv", "made by Docker in every container");
  marked |= signs.file("/run/.containerenv", "made by Podman in every container");
  if (const auto manager = host.read_file("/run/systemd/container")) {
    const std::string_view name = trim(*manager);
    if (!name.empty() && name != "wsl") {
      signs.note("/run/systemd/container", fmt::format("a container of {}", name));
      marked = true;
    }
  }
  for (const char* name : {"REMOTE_CONTAINERS", "CODESPACES", "KUBERNETES_SERVICE_HOST"}) {
    marked |= signs.variable(name, "set in containers of that kind");
  }
  return marked;
}

bool has_wsl_mount(const Host& host, Signs& signs) {
  const auto text = host.read_file("/proc/self/mountinfo");
  if (!text) return false;
  const auto mounts = parse_mountinfo(*text);
  if (!mounts) return false;
  for (const Mount& mount : *mounts) {
    const Storage storage = storage_of(mount);
    if (storage != Storage::windows_drive && storage != Storage::wsl_internal) continue;
    signs.note("/proc/self/mountinfo",
               fmt::format("{} is a {} mount of WSL", mount.mount_point, mount.type));
    return true;
  }
  return false;
}

// What only a distribution that WSL's own init started has. Strongest first.
bool has_distribution_mark(Signs& signs) {
  bool marked = signs.file("/run/WSL", "interop sockets of WSL's init");
  marked |= signs.file("/usr/bin/wslinfo", "laid into the distribution by WSL's init");
  marked |= signs.file("/bin/wslpath", "laid into the distribution by WSL's init");
  return marked;
}

bool is_ci(Signs& signs) {
  for (const char* name : {"GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "JENKINS_URL", "BUILDKITE",
                           "CIRCLECI", "TEAMCITY_VERSION", "CI"}) {
    if (signs.variable(name, "set by CI services")) return true;
  }
  return false;
}

EnvironmentKind decide(const Host& host, const Environment& environment, Signs& signs) {
  const KernelOrigin origin = kernel_origin(environment.kernel);
  if (!environment.kernel.empty()) signs.note("/proc/sys/kernel/osrelease", environment.kernel);
  const bool distribution = has_distribution_mark(signs);
  const bool container = has_container_mark(host, signs);

  if (origin == KernelOrigin::wsl1) return EnvironmentKind::wsl1;
  const bool inside_container = container && !distribution;
  if (origin == KernelOrigin::wsl2) {
    return inside_container ? EnvironmentKind::container_on_wsl : EnvironmentKind::wsl2;
  }

  // The kernel's name says nothing: a custom WSL kernel, or no WSL at all.
  bool wsl = distribution;
  if (!inside_container)
    wsl |= signs.variable("WSL_DISTRO_NAME", "set by WSL's init in its sessions");
  wsl |= signs.file("/proc/sys/fs/binfmt_misc/WSLInterop", "registered by WSL");
  wsl |= signs.file("/proc/sys/fs/binfmt_misc/WSLInterop-late", "registered by WSL");
  wsl |= has_wsl_mount(host, signs);
  if (wsl) return inside_container ? EnvironmentKind::container_on_wsl : EnvironmentKind::wsl2;
  if (is_ci(signs)) return EnvironmentKind::ci;
  return container ? EnvironmentKind::container : EnvironmentKind::linux_machine;
}

// wslinfo is a plain Linux program and works with interop off. It tells the release since 2.2.3
// (microsoft/WSL#11475), under this name at first; checks/wsl_release.h knows more witnesses.
std::string wsl_version(const Host& host) {
  for (const char* option : {"--version", "--wsl-version"}) {
    const auto told = host.run({{"wslinfo", option}, std::chrono::milliseconds(2000)});
    if (!told) return "";
    if (told->exit_code != 0) continue;
    const std::string_view version = trim(told->out);
    const bool plausible = !version.empty() && version.size() < 32 &&
                           version.find_first_not_of("0123456789.") == std::string_view::npos;
    return plausible ? std::string(version) : "";
  }
  return "";
}

}  // namespace

std::string_view to_string(EnvironmentKind kind) {
  for (const auto& [value, name] : names) {
    if (value == kind) return name;
  }
  return "linux";
}

std::optional<EnvironmentKind> environment_kind(std::string_view text) {
  for (const auto& [value, name] : names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

std::string_view describe(EnvironmentKind kind) {
  switch (kind) {
    case EnvironmentKind::wsl1:
      return "WSL 1";
    case EnvironmentKind::wsl2:
      return "WSL 2";
    case EnvironmentKind::container_on_wsl:
      return "container on a WSL kernel";
    case EnvironmentKind::container:
      return "container outside WSL";
    case EnvironmentKind::ci:
      return "CI runner outside WSL";
    case EnvironmentKind::linux_machine:
      break;
  }
  return "Linux outside WSL";
}

Environment detect_environment(const Host& host, std::optional<EnvironmentKind> override_kind) {
  Environment environment;
  if (const auto release = host.read_file("/proc/sys/kernel/osrelease")) {
    environment.kernel = std::string(trim(*release));
  }
  if (const auto text = host.read_file("/etc/os-release")) {
    environment.distribution = parse_os_release(*text).pretty_name;
  }
  if (const auto name = host.variable("WSL_DISTRO_NAME")) environment.distribution_name = *name;

  Signs signs(host, environment);
  environment.kind = decide(host, environment, signs);
  if (override_kind) {
    environment.overridden = *override_kind != environment.kind;
    environment.kind = *override_kind;
  }
  if (environment.is_wsl()) environment.wsl_version = wsl_version(host);
  return environment;
}

}  // namespace doctor
