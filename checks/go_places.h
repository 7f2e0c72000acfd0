#pragma once

// The places of Go work: the project and the folders Go reads and writes, with the mounts they lie
// on. Shared by the checks that ask where the work is.

#include <optional>
#include <string>
#include <vector>

#include "lib/core/check.h"
#include "lib/facts/go_env.h"
#include "lib/facts/mounts.h"

namespace doctor {

struct GoPlace {
  std::string
      name;  // "project", "GOPATH", "GOMODCACHE", "GOCACHE", "GOTMPDIR", "GOROOT", "GOBIN", "HOME"
  std::string path;  // as Go would use it
  std::string
      source;  // where the value comes from: "environment", "/home/me/.config/go/env:3", "default"
  Answer<std::string> resolved;  // every link followed
  std::optional<Mount> mount;    // the mount that `resolved` lies on

  bool on_windows_drive() const { return mount && storage_of(*mount) == Storage::windows_drive; }
};

struct GoPlaces {
  std::vector<GoPlace> places;  // GOPATH once per entry; values Go leaves empty are left out
  std::vector<GoValue> values;  // the effective Go environment they were taken from
};

// "C:\Users\me\shop", where the mount tells; newer virtiofs mounts name their share only through a
// link.
std::optional<std::string> on_windows(const Host& host, const GoPlace& place);

// The effective Go environment alone, which needs no mount table.
std::vector<GoValue> go_values(const Host& host);

// Fails where the mount table itself cannot be had.
Answer<GoPlaces> go_places(const Context& context);

}  // namespace doctor
