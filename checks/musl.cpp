#include "checks/musl.h"

#include "lib/base/format.h"
#include "lib/facts/apk.h"
#include "lib/host/paths.h"

namespace doctor {
namespace {

const Version musl_needed{{1, 2, 3}};
const Version first_alpine_with_it{{3, 16}};

}  // namespace

std::string musl_loader(const Host& host) {
  for (const char* architecture : {"x86_64", "aarch64", "armhf", "armv7", "i386", "riscv64"}) {
    std::string path = fmt::format("/lib/ld-musl-{}.so.1", architecture);
    if (exists(host, path)) return path;
  }
  return "";
}

MuslVersion musl_version(const Host& host, const OsRelease& release) {
  for (const char* path : {"/lib/apk/db/installed", "/usr/lib/apk/db/installed"}) {
    const auto database = host.read_file(path);
    if (!database) continue;
    const auto installed = apk_version(*database, "musl");
    if (!installed) continue;
    if (const auto version = leading_version(*installed)) {
      return {version, to_string(*version), fmt::format("musl {} ({})", *installed, path)};
    }
  }
  const auto alpine = leading_version(release.version_id);
  if (release.id == "alpine" && alpine && *alpine >= first_alpine_with_it) {
    return {musl_needed, "1.2.3 or newer",
            fmt::format("Alpine {} came with musl 1.2.3 or newer", release.version_id)};
  }
  return {{}, "of an unknown version", "its version could not be read"};
}

std::optional<Finding> judge_musl(const MuslVersion& musl) {
  if (musl.version && *musl.version >= musl_needed) return {};
  Finding finding;
  if (!musl.version) {
    finding.id = "musl-unknown";
    finding.severity = Status::unknown;
    finding.summary = "musl's version could not be found out: apk's database does not tell it.";
    return finding;
  }
  finding.id = "musl-too-old";
  finding.severity = Status::error;
  finding.summary = fmt::format("musl is {}; VS Code Server needs {} or newer.", musl.text,
                                to_string(musl_needed));
  finding.detail =
      "Upgrade Alpine to 3.16 or newer; gcompat does not stand in for it. go and gopls need no "
      "newer one.";
  return finding;
}

}  // namespace doctor
