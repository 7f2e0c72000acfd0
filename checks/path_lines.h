#pragma once

// The lines of start-up files that put folders into PATH.

#include <string>
#include <string_view>
#include <vector>

#include "lib/core/diagnosis.h"
#include "lib/facts/path_assignments.h"
#include "lib/host/host.h"

namespace doctor {

struct PathLine {
  std::string file;
  PathAssignment assignment;

  Location location() const { return {file, assignment.line, 1}; }
  Evidence evidence() const;
};

std::vector<PathLine> path_lines(const Host& host);

// The first line that names this folder, or null.
const PathLine* line_naming(const std::vector<PathLine>& lines, std::string_view folder);

// The first line that puts this folder behind the PATH of before, or null.
const PathLine* line_appending(const std::vector<PathLine>& lines, std::string_view folder);

}  // namespace doctor
