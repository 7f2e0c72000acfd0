#include "lib/host/paths.h"

#include <vector>

#include "lib/base/text.h"
#include "lib/host/link_walk.h"

namespace doctor {

std::string normalise(std::string_view path) {
  const bool is_absolute = path.starts_with('/');
  std::vector<std::string> kept;
  for (const std::string& part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      kept.push_back(part);
    } else if (!kept.empty() && kept.back() != "..") {
      kept.pop_back();
    } else if (!is_absolute) {
      kept.push_back(part);
    }
  }
  const std::string joined = join(kept, "/");
  if (is_absolute) return "/" + joined;
  return joined.empty() ? "." : joined;
}

std::string absolute(std::string_view path, std::string_view base) {
  if (path.starts_with('/')) return normalise(path);
  return normalise(std::string(base) + "/" + std::string(path));
}

bool is_below(std::string_view path, std::string_view folder) {
  if (folder == "/") return path.starts_with('/');
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

Answer<std::string> resolve(const Host& host, std::string_view path) {
  if (!path.starts_with('/')) {
    return unexpected(HostError{HostErrorKind::failed, "not an absolute path"});
  }
  LinkWalk walk({"/", std::string(path)});
  while (walk.step()) {
    const auto info = host.lstat(walk.here());
    if (!info && info.error().kind != HostErrorKind::missing) return unexpected(info.error());
    if (info && info->kind == FileKind::link && !walk.follow(info->target)) {
      return unexpected(HostError{HostErrorKind::loop, ""});
    }
  }
  return walk.here();
}

Answer<FileInfo> stat(const Host& host, std::string_view path) {
  const auto resolved = resolve(host, path);
  if (!resolved) return unexpected(resolved.error());
  return host.lstat(*resolved);
}

bool exists(const Host& host, std::string_view path) {
  return stat(host, path).has_value();
}

}  // namespace doctor
