#pragma once

// The parts of the check `container`.

#include <optional>
#include <string>
#include <vector>

#include "lib/core/check.h"
#include "lib/facts/mounts.h"
#include "lib/facts/process_status.h"

namespace doctor {

// What the parts have learnt beside their findings.
struct ContainerFacts {
  std::vector<Finding> findings;
  std::vector<Evidence> evidence;
  std::vector<std::string> notes;
  std::vector<Measurement> measurements;
};

// Where the project's folder comes from: Windows, the distribution, a volume, the container itself.
// That a Windows drive is slow is said by the check `windows-drive`.
void workspace_origin(const Context& context, const std::vector<Mount>& mounts,
                      ContainerFacts& facts);

// May a debugger trace here? Delve starts the program as its own child, or attaches to one.
void debugger(const Context& context, const Answer<ProcessStatus>& status, ContainerFacts& facts);

// Memory and CPUs that the container may use, and whether memory has run out. `least_memory` in
// bytes.
void resource_limits(const Context& context, const std::vector<Mount>& mounts, double least_memory,
                     ContainerFacts& facts);

// May this user write where Go does, and does git work here for this user?
void user_mismatch(const Context& context, const std::vector<std::uint32_t>& groups,
                   ContainerFacts& facts);

}  // namespace doctor
