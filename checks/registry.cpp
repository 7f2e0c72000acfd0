#include "checks/registry.h"

#include "checks/cgroup_version.h"
#include "checks/clock_skew.h"
#include "checks/defender_exclusion.h"
#include "checks/libstdcxx.h"
#include "checks/systemd.h"
#include "checks/time_sync.h"
#include "checks/windows_drive.h"
#include "checks/wsl_version.h"

namespace doctor {

CheckList all_checks() {
  static constexpr const Check* checks[] = {
      &wsl_version_check,        &windows_drive_check, &clock_skew_check,     &time_sync_check,
      &defender_exclusion_check, &libstdcxx_check,     &cgroup_version_check, &systemd_check,
  };
  return checks;
}

}  // namespace doctor
