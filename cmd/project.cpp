#include "cmd/project.h"

#include <initializer_list>
#include <optional>

#include "lib/host/paths.h"

namespace doctor {

namespace {

std::optional<std::string> nearest_with(const Host& host, const std::string& folder,
                                        const std::string& home,
                                        std::initializer_list<const char*> marks) {
  for (std::string here = folder; here != "/"; here = normalise(here + "/..")) {
    if (here == home && here != folder) break;
    for (const char* mark : marks) {
      if (exists(host, here + "/" + mark)) return here;
    }
  }
  return std::nullopt;
}

}  // namespace

std::string find_project(const Host& host, const std::string& folder) {
  const std::string home = host.variable("HOME").value_or("");
  if (const auto repository = nearest_with(host, folder, home, {".git"})) return *repository;
  return nearest_with(host, folder, home, {"go.work", "go.mod"}).value_or(folder);
}

}  // namespace doctor
