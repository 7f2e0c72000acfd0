#include "checks/wsl_release.h"

#include "lib/base/format.h"
#include "lib/facts/wsl_releases.h"

namespace doctor {

std::optional<bool> WslRelease::older_than(const Version& version) const {
  if (running) return *running < version;
  if (below && *below <= version) return true;
  if (installed) return *installed < version;
  return std::nullopt;
}

std::string WslRelease::words() const {
  if (running) return "WSL " + release_name(*running);
  // A kernel older than what is installed brings waits for a restart.
  if (installed && (!below || *installed < *below)) return "WSL " + release_name(*installed);
  if (below) return fmt::format("This WSL (older than {}, by its kernel)", release_name(*below));
  return "This WSL";
}

std::string WslRelease::words_amid() const {
  std::string text = words();
  if (text.starts_with('T')) text.front() = 't';
  return text;
}

WslRelease wsl_release(const Context& context) {
  WslRelease release;
  release.running = parse_version(context.environment.wsl_version);
  release.below = release_with_newer_kernel(context.environment.kernel);
  if (release.running) return release;
  const auto windows = context.host.windows();
  if (windows && windows->wsl) release.installed = parse_version(windows->wsl->version);
  return release;
}

}  // namespace doctor
