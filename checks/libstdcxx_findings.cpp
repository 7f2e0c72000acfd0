#include "checks/libstdcxx_findings.h"

#include <array>

#include "checks/libstdcxx_fixes.h"
#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/gcc_releases.h"

namespace doctor {
namespace {

const Version glibc_needed{{2, 28}};

Version glibcxx_needed(const Host& host) {
  const auto machine = host.machine();
  const bool arm32 =
      machine && (machine->architecture == "armv7l" || machine->architecture == "armv8l");
  return arm32 ? Version{{3, 4, 26}} : Version{{3, 4, 25}};
}

constexpr std::string_view upgrade =
    "Upgrade the distribution (or the container's image), or install a newer one beside it (wsl "
    "--install): Ubuntu 20.04, Debian 10 and RHEL 8 are the oldest that do. Never copy libstdc++ "
    "or glibc over from another distribution, as neither works without the rest of it. go and "
    "gopls need neither.";

Finding finding(std::string id, Status severity, std::string summary, std::string detail) {
  Finding finding;
  finding.id = std::move(id);
  finding.severity = severity;
  finding.summary = std::move(summary);
  finding.detail = std::move(detail);
  return finding;
}

}  // namespace

std::optional<Version> highest(const FoundLibrary& library, std::string_view family) {
  if (!library.symbols) return {};
  return highest_symbol_version(library.symbols->versions, family);
}

std::optional<Version> highest(const std::optional<FoundLibrary>& library,
                               std::string_view family) {
  if (!library) return {};
  return highest(*library, family);
}

std::string glibcxx_name(const Version& version) {
  const auto gcc = gcc_of_glibcxx(version);
  return fmt::format("GLIBCXX_{}{}", to_string(version), gcc ? " (GCC " + *gcc + ")" : "");
}

Evidence evidence_of(const FoundLibrary& library) {
  std::string text = library.file == library.path ? "" : library.file + ": ";
  if (!library.symbols) return {library.path, text + describe(library.symbols.error())};
  std::vector<std::string> versions;
  if (const auto version = highest(library, "GLIBCXX")) versions.push_back(glibcxx_name(*version));
  for (const std::string_view prefix : {"CXXABI", "GLIBC"}) {
    const auto version = highest(library, prefix);
    if (version) versions.push_back(fmt::format("{}_{}", prefix, to_string(*version)));
  }
  return {library.path, text + (versions.empty() ? "no versions" : join(versions, ", "))};
}

Finding loop_finding(const std::vector<LoopingLink>& loops, const std::string& in_hand) {
  Finding found = finding(
      "symlink-loop", Status::error,
      fmt::format("{} is a link that leads back to itself, so no C++ program starts.",
                  loops.front().link),
      "apt-get and VS Code Server need it. update-alternatives leaves this behind when it is given "
      "gcc's own libstdc++.so, which is a link to this very file; only its own package may "
      "provide libstdc++.so.6.");
  std::vector<std::string> links;
  for (const LoopingLink& loop : loops) {
    links.push_back(loop.link);
    found.evidence.push_back({loop.link, join(loop.chain, " -> ")});
  }
  if (!in_hand.empty()) found.evidence.push_back({in_hand, "made by update-alternatives"});
  found.fix = repair_libstdcxx_links(links);
  return found;
}

Finding alternatives_finding(const FoundLibrary& library, const std::string& in_hand) {
  Finding found = finding(
      "update-alternatives", Status::warning,
      "update-alternatives has libstdc++.so.6 in hand, which belongs to its package alone.",
      "Its next run can put a wrong link, or a loop, in the place of the package's own, and then "
      "no C++ program starts, apt-get included.");
  found.evidence = {{library.path, library.file}, {in_hand, "made by update-alternatives"}};
  found.fix = repair_libstdcxx_links(std::array{library.link});
  return found;
}

Finding unreadable_finding(const HostError& obstacle) {
  return finding("unreadable", Status::unknown,
                 fmt::format("Whether libstdc++.so.6 is installed could not be found out: {}.",
                             describe(obstacle)),
                 "");
}

Finding missing_finding(const OsRelease& release, bool musl) {
  Finding found =
      finding("missing", Status::warning, "libstdc++.so.6 is not installed.",
              "VS Code Server and cgo packages with C++ do not start without it; go and gopls do.");
  if (musl) found.detail += " gcompat does not stand in for it.";
  if (auto install = install_libstdcxx(release)) {
    found.detail += fmt::format(" By hand: {}.", install->typed);
    found.fix = std::move(install->fix);
  }
  return found;
}

std::optional<Finding> judge_library(const Host& host, const FoundLibrary& library,
                                     bool glibc_too_old) {
  const auto version = highest(library, "GLIBCXX");
  if (!version) {
    return finding(
        "unreadable", Status::unknown,
        fmt::format("The versions of {} could not be found out: {}.", library.path,
                    library.symbols ? "it names none" : describe(library.symbols.error())),
        "");
  }
  const Version needed = glibcxx_needed(host);
  if (*version >= needed) return {};
  return finding("libstdcxx-too-old", Status::error,
                 fmt::format("libstdc++ ends at {}; VS Code Server needs GLIBCXX_{}.",
                             glibcxx_name(*version), to_string(needed)),
                 glibc_too_old ? "The upgrade that brings a newer glibc mends this too."
                               : std::string(upgrade));
}

std::optional<Finding> judge_glibc(const LibrarySearch& glibc, bool own_linker) {
  const auto version = highest(glibc.system, "GLIBC");
  if (!version) {
    std::string why = "libc.so.6 was not found";
    if (glibc.obstacle) why = describe(*glibc.obstacle);
    if (glibc.system) {
      why =
          glibc.system->symbols ? "libc.so.6 names none" : describe(glibc.system->symbols.error());
    }
    return finding("glibc-unknown", Status::unknown,
                   fmt::format("glibc's version could not be found out: {}.", why), "");
  }
  if (*version >= glibc_needed) return {};
  return finding("glibc-too-old", own_linker ? Status::warning : Status::error,
                 fmt::format("glibc is {}; VS Code Server needs {} or newer.", to_string(*version),
                             to_string(glibc_needed)),
                 std::string(upgrade));
}

void judge_preferred(const LibrarySearch& search, std::vector<Finding>& findings,
                     std::vector<std::string>& notes) {
  if (!search.preferred || !search.system || search.preferred->file == search.system->file) return;
  const auto theirs = highest(search.preferred, "GLIBCXX");
  const auto own = highest(search.system, "GLIBCXX");
  if (!theirs || !own) return;
  if (*theirs >= *own) {
    notes.push_back(fmt::format("LD_LIBRARY_PATH puts {} in front of the system's libstdc++.",
                                search.preferred->path));
    return;
  }
  Finding found = finding(
      "shadowed", Status::warning,
      fmt::format("LD_LIBRARY_PATH puts an older libstdc++ in front of the system's: {} before {}.",
                  glibcxx_name(*theirs), glibcxx_name(*own)),
      fmt::format("Programs built here then fail with \"version `GLIBCXX_{}' not found\". Take the "
                  "folder out of LD_LIBRARY_PATH, where it is set; what is installed in that "
                  "folder finds its libraries without it.",
                  to_string(*own)));
  found.evidence = {evidence_of(*search.preferred)};
  findings.push_back(std::move(found));
}

}  // namespace doctor
