#pragma once

// Whether a mount can be written to, and why not. Source: proc_pid_mountinfo(5); Linux
// fs/ext4/super.c (ext4_handle_error): an error under errors=remount-ro makes the file system `ro`
// and leaves the mount `rw`; kernels from 2025 on show `emergency_ro` instead. Those between, from
// 6.12 on, show nothing.

#include "lib/facts/mounts.h"

namespace doctor {

enum class ReadOnly {
  no,
  by_choice,       // it was mounted so
  after_an_error,  // the kernel made it so, to protect what is on it
};
ReadOnly read_only(const Mount& mount);

}  // namespace doctor
