#pragma once

// What kind of machine this is, decided from several signs in order of trust.
// A container inherits the kernel's name from WSL, and a custom WSL kernel may not name WSL at all,
// so no single sign decides.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/core/diagnosis.h"
#include "lib/host/host.h"

namespace doctor {

enum class EnvironmentKind {
  wsl1,
  wsl2,
  container_on_wsl,  // a container (dev container, Docker) whose kernel is WSL's
  container,         // a container elsewhere
  ci,                // a CI runner, outside WSL
  linux_machine,     // plain Linux
};
std::string_view to_string(
    EnvironmentKind kind);  // "wsl1", "wsl2", "container-on-wsl", ..., "linux"
std::optional<EnvironmentKind> environment_kind(std::string_view text);
std::string_view describe(
    EnvironmentKind kind);  // "WSL 2 distribution", "container on a WSL kernel", ...

struct Environment {
  EnvironmentKind kind = EnvironmentKind::linux_machine;
  bool overridden = false;        // by --environment or the snapshot
  std::string distribution;       // PRETTY_NAME of os-release, "" when unknown
  std::string distribution_name;  // WSL_DISTRO_NAME, "" when unknown
  std::string kernel;             // osrelease, "" when unknown
  std::string wsl_version;        // "2.6.1.0", "" when it could not be told
  std::vector<Evidence> evidence;

  bool is_wsl() const { return kind == EnvironmentKind::wsl1 || kind == EnvironmentKind::wsl2; }
};

Environment detect_environment(const Host& host, std::optional<EnvironmentKind> override_kind = {});

}  // namespace doctor
