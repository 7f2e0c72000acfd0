#pragma once

// Machines for tests, written inline as the snapshots that they are.

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "lib/host/snapshot.h"
#include "lib/host/snapshot_host.h"

namespace doctor {

// `body` follows the line `snapshot = 1`.
inline SnapshotHost machine_from(std::string_view body) {
  auto snapshot = parse_snapshot("snapshot = 1\n" + std::string(body));
  if (!snapshot) {
    throw std::runtime_error("line " + std::to_string(snapshot.error().line) + ": " +
                             snapshot.error().message);
  }
  return SnapshotHost(*std::move(snapshot));
}

}  // namespace doctor
