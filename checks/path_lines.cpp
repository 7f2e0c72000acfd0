#include "checks/path_lines.h"

#include <algorithm>

#include "checks/shell_startup.h"
#include "lib/base/format.h"
#include "lib/host/paths.h"

namespace doctor {

namespace {

constexpr std::size_t most_lines = 500;  // nobody has as many; each is compared with each folder

const PathLine* find_line(const std::vector<PathLine>& lines, std::string_view folder,
                          std::vector<std::string> PathAssignment::*among) {
  const std::string wanted = normalise(folder);
  const auto found = std::ranges::find_if(lines, [&](const PathLine& line) {
    return std::ranges::any_of(line.assignment.*among, [&](const std::string& named) {
      return normalise(named) == wanted;
    });
  });
  return found == lines.end() ? nullptr : &*found;
}

}  // namespace

Evidence PathLine::evidence() const {
  return {fmt::format("{}:{}", file, assignment.line), assignment.text};
}

std::vector<PathLine> path_lines(const Host& host) {
  std::vector<std::string> files = startup_files(host);
  const std::string home = host.variable("HOME").value_or("");
  if (!home.empty()) files.push_back(home + "/.config/fish/config.fish");
  std::vector<PathLine> all;
  for (const std::string& file : files) {
    const auto text = host.read_file(file);
    if (!text) continue;
    for (PathAssignment& assignment : path_assignments(*text, home)) {
      if (all.size() == most_lines) return all;
      all.push_back({file, std::move(assignment)});
    }
  }
  return all;
}

const PathLine* line_naming(const std::vector<PathLine>& lines, std::string_view folder) {
  return find_line(lines, folder, &PathAssignment::folders);
}

const PathLine* line_appending(const std::vector<PathLine>& lines, std::string_view folder) {
  return find_line(lines, folder, &PathAssignment::after);
}

}  // namespace doctor
