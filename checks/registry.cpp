#include "checks/registry.h"

#include "checks/cgroup_version.h"
#include "checks/clock_skew.h"
#include "checks/container.h"
#include "checks/defender_exclusion.h"
#include "checks/disk.h"
#include "checks/dns_network.h"
#include "checks/inotify.h"
#include "checks/interop.h"
#include "checks/libstdcxx.h"
#include "checks/limits.h"
#include "checks/memory.h"
#include "checks/mounts.h"
#include "checks/systemd.h"
#include "checks/time_sync.h"
#include "checks/tmp.h"
#include "checks/windows_drive.h"
#include "checks/windows_path.h"
#include "checks/wsl_conf.h"
#include "checks/wsl_version.h"
#include "checks/wslconfig.h"

namespace doctor {

CheckList all_checks() {
  // clang-format off
  static constexpr const Check* checks[] = {
      &windows_drive_check,
      &mounts_check,
      &disk_check,
      &tmp_check,
      &clock_skew_check,
      &time_sync_check,
      &defender_exclusion_check,
      &libstdcxx_check,
      &wsl_version_check,
      &wsl_conf_check,
      &wslconfig_check,
      &cgroup_version_check,
      &systemd_check,
      &interop_check,
      &windows_path_check,
      &memory_check,
      &inotify_check,
      &limits_check,
      &dns_network_check,
      &container_check,
  };
  // clang-format on
  return checks;
}

}  // namespace doctor
