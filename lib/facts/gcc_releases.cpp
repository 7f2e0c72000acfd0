#include "lib/facts/gcc_releases.h"

#include <array>
#include <string_view>

namespace doctor {
namespace {

constexpr unsigned first_minor = 19;  // GLIBCXX_3.4.19
constexpr auto releases = std::to_array<std::string_view>(
    {"4.8.3", "4.9.0", "5.1", "6.1", "7.1", "7.2", "8.1", "9.1", "9.2", "9.3", "11.1", "12.1",
     "13.1", "13.2", "14.1", "15.1", "16", "16.2"});

}  // namespace

std::optional<std::string> gcc_of_glibcxx(const Version& version) {
  const auto& parts = version.parts;
  if (parts.size() != 3 || parts[0] != 3 || parts[1] != 4) return std::nullopt;
  if (parts[2] < first_minor || parts[2] - first_minor >= releases.size()) return std::nullopt;
  return std::string(releases[parts[2] - first_minor]);
}

}  // namespace doctor
