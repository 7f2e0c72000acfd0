#include "lib/facts/apk.h"

#include "lib/base/text.h"

namespace doctor {

std::optional<std::string> apk_version(std::string_view database, std::string_view package) {
  bool wanted = false;
  std::string version;
  while (!database.empty()) {
    const auto end = database.find('\n');
    const std::string_view line = trim(database.substr(0, end));
    database.remove_prefix(end == std::string_view::npos ? database.size() : end + 1);
    if (line.starts_with("P:")) wanted = line.substr(2) == package;
    if (line.starts_with("V:")) version = line.substr(2);
    const bool paragraph_ends = line.empty() || database.empty();
    if (!paragraph_ends) continue;
    if (wanted && !version.empty()) return version;
    wanted = false;
    version.clear();
  }
  return {};
}

}  // namespace doctor
