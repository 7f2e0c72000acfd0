#include "checks/registry.h"

#include "checks/cgroup_version.h"
#include "checks/clock_skew.h"
#include "checks/defender_exclusion.h"
#include "checks/disk.h"
#include "checks/inotify.h"
#include "checks/libstdcxx.h"
#include "checks/memory.h"
#include "checks/systemd.h"
#include "checks/tmp.h"
#include "checks/windows_drive.h"

namespace doctor {

CheckList all_checks() {
  static constexpr const Check* checks[] = {
      &windows_drive_check,
      &clock_skew_check,
      &defender_exclusion_check,
      &libstdcxx_check,
      &cgroup_version_check,
      &systemd_check,
      &disk_check,
      &tmp_check,
      &memory_check,
      &inotify_check,
  };
  return checks;
}

}  // namespace doctor
