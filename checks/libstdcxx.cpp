#include "checks/libstdcxx.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "checks/libstdcxx_findings.h"
#include "checks/loader_search.h"
#include "checks/musl.h"
#include "lib/base/format.h"
#include "lib/facts/os_release.h"
#include "lib/host/paths.h"

namespace doctor {
namespace {

// Where update-alternatives keeps what it has in hand.
constexpr std::array alternatives{"/var/lib/dpkg/alternatives/libstdc++.so.6",
                                  "/etc/alternatives/libstdc++.so.6"};

// The unsupported way to run VS Code Server on an old glibc.
bool has_own_glibc(const Host& host) {
  return !host.variable("VSCODE_SERVER_CUSTOM_GLIBC_LINKER").value_or("").empty();
}

// What is wrong with finding libstdc++.so.6, links first.
void judge_links(const Host& host, const LibrarySearch& search, std::vector<Finding>& findings) {
  const auto trace = std::ranges::find_if(
      alternatives, [&](const char* path) { return host.lstat(path).has_value(); });
  const std::string in_hand = trace == alternatives.end() ? "" : *trace;
  if (!search.loops.empty()) {
    findings.push_back(loop_finding(search.loops, in_hand));
  } else if (search.system && !in_hand.empty()) {
    findings.push_back(alternatives_finding(*search.system, in_hand));
  }
}

std::optional<Finding> judge_presence(const LibrarySearch& search, const OsRelease& release,
                                      bool musl) {
  if (search.system || !search.loops.empty()) return {};
  if (search.obstacle) return unreadable_finding(*search.obstacle);
  return missing_finding(release, musl);
}

// The C library in words ("glibc 2.39"), its evidence and its findings.
std::string judge_c_library(const Host& host, const LibrarySearch& glibc, const OsRelease& release,
                            const std::string& musl, std::vector<Finding>& findings,
                            std::vector<Evidence>& evidence) {
  if (!musl.empty()) {
    const MuslVersion version = musl_version(host, release);
    if (auto found = judge_musl(version)) findings.push_back(*std::move(found));
    evidence.push_back({musl, version.evidence});
    return "musl " + version.text;
  }
  if (auto found = judge_glibc(glibc, has_own_glibc(host))) findings.push_back(*std::move(found));
  if (glibc.system) evidence.push_back(evidence_of(*glibc.system));
  const auto version = highest(glibc.system, "GLIBC");
  return version ? "glibc " + to_string(*version) : "";
}

std::vector<std::string> notes_on(const Host& host) {
  std::vector<std::string> notes{
      "go, gopls and dlv need neither library: VS Code Server and cgo packages with C++ do."};
  if (exists(host, "/tmp/vscode-skip-server-requirements-check")) {
    notes.emplace_back(
        "/tmp/vscode-skip-server-requirements-check turns VS Code Server's own check off.");
  }
  if (has_own_glibc(host)) {
    notes.emplace_back(
        "VSCODE_SERVER_CUSTOM_GLIBC_LINKER is set: VS Code Server brings a glibc of its own, which "
        "Microsoft does not support.");
  }
  return notes;
}

Diagnosis run(const Context& context) {
  const Host& host = context.host;
  const OsRelease release = parse_os_release(host.read_file("/etc/os-release").value_or(""));
  const LibrarySearch library = search_library(host, "libstdc++.so.6");
  const LibrarySearch glibc = search_library(host, "libc.so.6");
  if (release.id == "nixos" && !library.system && library.loops.empty()) {
    return skipped(
        "NixOS keeps libraries in the Nix store, not where the loader looks by default, and VS "
        "Code Server's own check lets NixOS pass; NixOS-WSL's manual tells how to run it.");
  }
  const std::string musl = glibc.system ? "" : musl_loader(host);

  std::vector<Finding> findings;
  std::vector<Evidence> evidence;
  std::vector<std::string> notes = notes_on(host);
  judge_links(host, library, findings);
  if (library.system) evidence.push_back(evidence_of(*library.system));
  const std::string c_library = judge_c_library(host, glibc, release, musl, findings, evidence);
  const bool glibc_too_old = std::ranges::count(findings, "glibc-too-old", &Finding::id) > 0;
  if (auto found = judge_presence(library, release, !musl.empty())) {
    findings.push_back(*std::move(found));
  }
  if (library.system) {
    auto found = judge_library(host, *library.system, glibc_too_old);
    if (found) findings.push_back(*std::move(found));
  }
  judge_preferred(library, findings, notes);

  const auto version = highest(library.system, "GLIBCXX");
  Diagnosis diagnosis = conclude(
      fmt::format("Enough: {}, {}.", version ? glibcxx_name(*version) : "libstdc++", c_library),
      std::move(findings));
  diagnosis.evidence = std::move(evidence);
  diagnosis.notes = std::move(notes);
  return diagnosis;
}

constexpr std::array sources{
    Source{"VS Code Server needs glibc 2.28 and GLIBCXX_3.4.25; on Alpine musl 1.2.3, libstdc++ "
           "and libgcc",
           "https://code.visualstudio.com/docs/remote/linux"},
    Source{"3.4.26 on 32-bit ARM; NixOS passes; the file that turns the check off",
           "microsoft/vscode resources/server/bin/helpers/check-requirements-linux.sh"},
    Source{"a glibc of its own for VS Code Server",
           "https://code.visualstudio.com/docs/remote/faq"},
    Source{"the order in which the loader looks",
           "https://man7.org/linux/man-pages/man8/ld.so.8.html"},
    Source{"which GCC brought which GLIBCXX version",
           "https://gcc.gnu.org/onlinedocs/libstdc++/manual/abi.html"},
    Source{
        "update-alternatives on gcc's libstdc++.so makes a loop, and ldconfig repairs it",
        "measured on Debian 12 with libstdc++-12-dev; see tests/checks/test_libstdcxx_repair.cpp"},
    Source{"gopls is pure Go and links no libstdc++", "measured with readelf -d on gopls 0.24"},
};

}  // namespace

const Check libstdcxx_check{
    .id = "libstdcxx",
    .group = "toolchain",
    .title = "C and C++ libraries for VS Code Server and cgo",
    .why =
        "VS Code Server refuses to start where glibc or libstdc++ is too old, and cgo packages "
        "with C++ fail to link or run. A libstdc++.so.6 that was put under update-alternatives "
        "can become a link to itself, and then not even apt-get starts.",
    .reads =
        "the library that the loader finds (LD_LIBRARY_PATH, ld.so.cache, default folders) and "
        "the versions in the files themselves; what update-alternatives knows of it",
    .mends =
        "takes the link back from update-alternatives and lets ldconfig make it anew; installs "
        "a missing libstdc++",
    .thresholds = {},
    .sources = sources,
    .run = run,
};

}  // namespace doctor
