#include <algorithm>
#include <string>

#include "checks/libstdcxx.h"
#include "lib/base/format.h"
#include "lib/core/check.h"
#include "lib/host/snapshot_host.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

Diagnosis diagnose(const std::string& toml) {
  const auto snapshot = parse_snapshot(toml);
  INFO((snapshot ? "" : snapshot.error().message) << "\n" << toml);
  REQUIRE(snapshot);
  const SnapshotHost host(*snapshot);
  return libstdcxx_check.run({host, Settings{}, Environment{}, "/home/me/shop"});
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool has_note(const Diagnosis& diagnosis, const std::string& part) {
  return std::ranges::any_of(diagnosis.notes,
                             [&](const std::string& note) { return has(note, part); });
}

const Finding* finding(const Diagnosis& diagnosis, std::string_view id) {
  const auto found = std::ranges::find(diagnosis.findings, id, &Finding::id);
  return found == diagnosis.findings.end() ? nullptr : &*found;
}

std::string library(const std::string& path, const std::string& versions,
                    const std::string& machine = "x86_64") {
  return fmt::format("[libraries.\"{}\"]\nmachine = \"{}\"\nversions = [{}]\n", path, machine,
                     versions);
}

const std::string x86 = "snapshot = 1\n[machine]\narchitecture = \"x86_64\"\n";

// Ubuntu and Debian on x86-64, with the highest versions of both libraries.
std::string debian_like(const std::string& glibcxx, const std::string& glibc,
                        const std::string& more = "") {
  return x86 + R"(
[loader-cache]
"libstdc++.so.6" = ["/lib/x86_64-linux-gnu/libstdc++.so.6"]
"libc.so.6" = ["/lib/x86_64-linux-gnu/libc.so.6"]
[files]
"/etc/os-release" = "ID=ubuntu\nID_LIKE=debian\n"
"/lib" = { link = "usr/lib" }
"/usr/lib/x86_64-linux-gnu/libstdc++.so.6" = { link = "libstdc++.so.6.0.99" }
)" + more +
         library("/usr/lib/x86_64-linux-gnu/libstdc++.so.6.0.99",
                 fmt::format("'GLIBCXX_3.4', 'GLIBCXX_3.4.9', 'GLIBCXX_{}', "
                             "'GLIBCXX_DEBUG_MESSAGE_LENGTH', 'CXXABI_1.3.9', 'CXXABI_1.3.13', "
                             "'CXXABI_TM_1'",
                             glibcxx)) +
         library("/usr/lib/x86_64-linux-gnu/libc.so.6",
                 fmt::format("'GLIBC_2.2.5', 'GLIBC_{}', 'GLIBC_PRIVATE'", glibc));
}

}  // namespace

TEST_CASE("a present distribution has what VS Code Server and cgo need") {
  const auto diagnosis = diagnose(debian_like("3.4.30", "2.35"));
  CHECK(diagnosis.status == Status::ok);
  CHECK(has(diagnosis.summary, "GLIBCXX_3.4.30 (GCC 12.1)"));
  CHECK(has(diagnosis.summary, "glibc 2.35"));
  CHECK(has_note(diagnosis, "gopls"));
  REQUIRE(diagnosis.evidence.size() == 2);
  CHECK(has(diagnosis.evidence[0].text, "/usr/lib/x86_64-linux-gnu/libstdc++.so.6.0.99"));
  CHECK(has(diagnosis.evidence[0].text, "CXXABI_1.3.13"));
}

TEST_CASE("exactly the minimum is enough, one below is not") {
  CHECK(diagnose(debian_like("3.4.25", "2.28")).status == Status::ok);
  CHECK(finding(diagnose(debian_like("3.4.24", "2.28")), "libstdcxx-too-old"));
  CHECK(finding(diagnose(debian_like("3.4.25", "2.27")), "glibc-too-old"));
}

TEST_CASE("an old glibc is an error that only a newer distribution mends") {
  const auto diagnosis = diagnose(debian_like("3.4.25", "2.27"));
  CHECK(diagnosis.status == Status::error);
  CHECK(diagnosis.findings.size() == 1);
  const Finding* found = finding(diagnosis, "glibc-too-old");
  REQUIRE(found);
  CHECK(has(found->summary, "glibc is 2.27"));
  CHECK(has(found->detail, "Upgrade the distribution"));
  CHECK(has(found->detail, "Never copy"));
  CHECK(has(found->detail, "go and gopls need neither"));
  CHECK_FALSE(found->fix);
}

TEST_CASE("CentOS 7 lacks both, and keeps its libraries in /lib64") {
  const auto diagnosis =
      diagnose(x86 +
               "[loader-cache]\n\"libstdc++.so.6\" = [\"/lib64/libstdc++.so.6\"]\n"
               "\"libc.so.6\" = [\"/lib64/libc.so.6\"]\n" +
               library("/lib64/libstdc++.so.6", "'GLIBCXX_3.4.19', 'CXXABI_1.3.7', 'CXXABI_TM_1'") +
               library("/lib64/libc.so.6", "'GLIBC_2.2.5', 'GLIBC_2.17', 'GLIBC_PRIVATE'"));
  CHECK(diagnosis.status == Status::error);
  CHECK(finding(diagnosis, "glibc-too-old"));
  REQUIRE(finding(diagnosis, "libstdcxx-too-old"));
  CHECK(has(finding(diagnosis, "libstdcxx-too-old")->summary, "GLIBCXX_3.4.19 (GCC 4.8.3)"));
}

TEST_CASE("32-bit ARM needs one version more") {
  const auto arm = [](const std::string& architecture, const std::string& glibcxx) {
    return diagnose(
        "snapshot = 1\n[machine]\narchitecture = \"" + architecture + "\"\n" +
        library("/usr/lib/arm-linux-gnueabihf/libstdc++.so.6", "'GLIBCXX_" + glibcxx + "'", "arm") +
        library("/usr/lib/arm-linux-gnueabihf/libc.so.6", "'GLIBC_2.31'", "arm"));
  };
  CHECK(finding(arm("armv7l", "3.4.25"), "libstdcxx-too-old"));
  CHECK(finding(arm("armv8l", "3.4.25"), "libstdcxx-too-old"));
  CHECK(arm("armv7l", "3.4.26").status == Status::ok);
}

TEST_CASE("without a cache the default folders are looked through") {
  const auto diagnosis = diagnose(x86 + library("/usr/lib64/libstdc++.so.6", "'GLIBCXX_3.4.33'") +
                                  library("/usr/lib64/libc.so.6", "'GLIBC_2.40'"));
  CHECK(diagnosis.status == Status::ok);
  CHECK(has(diagnosis.evidence.at(0).source, "/usr/lib64"));
}

TEST_CASE("a library for another machine is passed over") {
  const auto diagnosis =
      diagnose(x86 +
               "[loader-cache]\n\"libstdc++.so.6\" = [\"/usr/lib32/libstdc++.so.6\", "
               "\"/usr/lib64/libstdc++.so.6\"]\n" +
               library("/usr/lib32/libstdc++.so.6", "'GLIBCXX_3.4.19'", "i386") +
               library("/usr/lib64/libstdc++.so.6", "'GLIBCXX_3.4.33'") +
               library("/usr/lib64/libc.so.6", "'GLIBC_2.40'"));
  CHECK(diagnosis.status == Status::ok);
}

TEST_CASE("a 32-bit system on a 64-bit kernel uses its own libraries") {
  const auto diagnosis = diagnose(x86 + library("/lib/libstdc++.so.6", "'GLIBCXX_3.4.28'", "i386") +
                                  library("/lib/libc.so.6", "'GLIBC_2.31'", "i386"));
  CHECK(diagnosis.status == Status::ok);
}

namespace {

constexpr const char* loop_files = R"(
"/lib" = { link = "usr/lib" }
"/usr/lib/x86_64-linux-gnu/libstdc++.so.6" = { link = "/etc/alternatives/libstdc++.so.6" }
"/etc/alternatives/libstdc++.so.6" = { link = "/usr/lib/gcc/x86_64-linux-gnu/12/libstdc++.so" }
"/usr/lib/gcc/x86_64-linux-gnu/12/libstdc++.so" = { link = "../../../x86_64-linux-gnu/libstdc++.so.6" }
"/var/lib/dpkg/alternatives/libstdc++.so.6" = "auto\n/usr/lib/x86_64-linux-gnu/libstdc++.so.6\n\n/usr/lib/gcc/x86_64-linux-gnu/12/libstdc++.so\n50\n\n"
)";

}  // namespace

TEST_CASE("the loop of update-alternatives is an error with its repair") {
  const auto diagnosis = diagnose(
      x86 +
      "[loader-cache]\n\"libstdc++.so.6\" = "
      "[\"/lib/x86_64-linux-gnu/libstdc++.so.6\"]\n[files]\n" +
      loop_files + library("/usr/lib/x86_64-linux-gnu/libstdc++.so.6.0.30", "'GLIBCXX_3.4.30'") +
      library("/usr/lib/x86_64-linux-gnu/libc.so.6", "'GLIBC_2.35'"));
  CHECK(diagnosis.status == Status::error);
  CHECK(diagnosis.findings.size() == 1);
  const Finding* found = finding(diagnosis, "symlink-loop");
  REQUIRE(found);
  CHECK(has(found->summary, "/usr/lib/x86_64-linux-gnu/libstdc++.so.6"));
  REQUIRE(found->evidence.size() == 2);
  CHECK(found->evidence[0].text ==
        "/usr/lib/x86_64-linux-gnu/libstdc++.so.6 -> /etc/alternatives/libstdc++.so.6 -> "
        "/usr/lib/gcc/x86_64-linux-gnu/12/libstdc++.so -> "
        "/usr/lib/x86_64-linux-gnu/libstdc++.so.6");
  REQUIRE(found->fix);
  CHECK(found->fix->needs == Privilege::root);
  CHECK(has(found->fix->script, "links=(/usr/lib/x86_64-linux-gnu/libstdc++.so.6)"));
  CHECK(has(found->fix->script, "--remove-all libstdc++.so.6"));
}

TEST_CASE("a loop is found without a cache, and without update-alternatives") {
  const auto diagnosis =
      diagnose(x86 + "[files]\n\"/usr/lib64/libstdc++.so.6\" = { link = \"libstdc++.so.6\" }\n" +
               library("/usr/lib64/libc.so.6", "'GLIBC_2.35'"));
  CHECK(finding(diagnosis, "symlink-loop"));
  CHECK_FALSE(finding(diagnosis, "missing"));
}

TEST_CASE("update-alternatives that leads to a library is a warning") {
  const auto diagnosis = diagnose(debian_like(
      "3.4.30", "2.35", "\"/etc/alternatives/libstdc++.so.6\" = { link = \"/opt/gcc/x\" }\n"));
  CHECK(diagnosis.status == Status::warning);
  const Finding* found = finding(diagnosis, "update-alternatives");
  REQUIRE(found);
  REQUIRE(found->fix);
  CHECK(has(found->fix->script, "links=(/usr/lib/x86_64-linux-gnu/libstdc++.so.6)"));
}

TEST_CASE("a missing libstdc++ is a warning with the distribution's own command") {
  const auto install = [](const std::string& os_release) {
    const auto diagnosis = diagnose(x86 + "[files]\n\"/etc/os-release\" = \"" + os_release +
                                    "\"\n" + library("/usr/lib64/libc.so.6", "'GLIBC_2.35'"));
    CHECK(diagnosis.status == Status::warning);
    const Finding* found = finding(diagnosis, "missing");
    REQUIRE(found);
    return found->fix ? found->fix->script : "";
  };
  CHECK(has(install("ID=debian"), "apt-get install -y --reinstall libstdc++6"));
  CHECK(has(install("ID=kali\\nID_LIKE=debian"), "apt-get install -y --reinstall libstdc++6"));
  CHECK(has(install("ID=fedora"), "dnf install -y libstdc++"));
  CHECK(has(install("ID=almalinux\\nID_LIKE=\\\"rhel centos fedora\\\""), "dnf install"));
  CHECK(has(install("ID=arch"), "pacman -S --noconfirm gcc-libs"));
  CHECK(has(install("ID=opensuse-tumbleweed\\nID_LIKE=\\\"opensuse suse\\\""), "zypper"));
  CHECK(install("ID=void").empty());
}

namespace {

std::string alpine(const std::string& version_id, const std::string& more) {
  return x86 + "[files]\n\"/etc/os-release\" = \"ID=alpine\\nVERSION_ID=" + version_id +
         "\\n\"\n\"/lib/ld-musl-x86_64.so.1\" = { kind = \"file\" }\n" + more;
}

}  // namespace

TEST_CASE("Alpine with libstdc++ and a musl that is new enough is ok") {
  const auto diagnosis =
      diagnose(alpine("3.20.3", "\"/lib/apk/db/installed\" = \"P:musl\\nV:1.2.5-r1\\n\"\n" +
                                    library("/usr/lib/libstdc++.so.6", "'GLIBCXX_3.4.32'")));
  CHECK(diagnosis.status == Status::ok);
  CHECK(has(diagnosis.summary, "musl 1.2.5"));
}

TEST_CASE("Alpine's release stands in for an unreadable package database") {
  const auto libraries = library("/usr/lib/libstdc++.so.6", "'GLIBCXX_3.4.32'");
  CHECK(diagnose(alpine("3.16.0", libraries)).status == Status::ok);
  CHECK(finding(diagnose(alpine("3.15.0", libraries)), "musl-unknown"));
}

TEST_CASE("Alpine without libstdc++ gets apk, and gcompat is no way out") {
  const auto diagnosis = diagnose(alpine("3.22.0", ""));
  CHECK(diagnosis.status == Status::warning);
  const Finding* found = finding(diagnosis, "missing");
  REQUIRE(found);
  CHECK(has(found->detail, "gcompat"));
  REQUIRE(found->fix);
  CHECK(has(found->fix->script, "apk add libstdc++ libgcc"));
}

TEST_CASE("an old musl is an error") {
  const auto diagnosis =
      diagnose(alpine("3.12.0", "\"/lib/apk/db/installed\" = \"P:musl\\nV:1.1.24-r10\\n\"\n" +
                                    library("/usr/lib/libstdc++.so.6", "'GLIBCXX_3.4.28'")));
  CHECK(diagnosis.status == Status::error);
  CHECK(finding(diagnosis, "musl-too-old"));
}

TEST_CASE("a musl loader beside glibc does not make an Alpine") {
  const auto diagnosis = diagnose(
      debian_like("3.4.30", "2.35", "\"/lib/ld-musl-x86_64.so.1\" = { kind = \"file\" }\n"));
  CHECK(diagnosis.status == Status::ok);
  CHECK(has(diagnosis.summary, "glibc 2.35"));
}

TEST_CASE("NixOS keeps its libraries elsewhere") {
  const auto diagnosis =
      diagnose(x86 + "[files]\n\"/etc/os-release\" = \"ID=nixos\\nVERSION_ID=25.05\\n\"\n");
  CHECK(diagnosis.status == Status::skipped);
  CHECK(has(diagnosis.summary, "Nix store"));
}

namespace {

std::string with_conda(const std::string& glibcxx) {
  return debian_like("3.4.30", "2.35") +
         "[variables]\nLD_LIBRARY_PATH = \"relative:;/home/me/miniconda3/lib\"\n" +
         library("/home/me/miniconda3/lib/libstdc++.so.6", "'GLIBCXX_" + glibcxx + "'");
}

}  // namespace

TEST_CASE("an older library in LD_LIBRARY_PATH shadows the system's") {
  const auto diagnosis = diagnose(with_conda("3.4.26"));
  CHECK(diagnosis.status == Status::warning);
  const Finding* found = finding(diagnosis, "shadowed");
  REQUIRE(found);
  CHECK(has(found->summary, "GLIBCXX_3.4.26"));
  CHECK(has(found->summary, "GLIBCXX_3.4.30"));
  CHECK(found->evidence.at(0).source == "/home/me/miniconda3/lib/libstdc++.so.6");
}

TEST_CASE("a newer library in LD_LIBRARY_PATH is worth a note only") {
  const auto diagnosis = diagnose(with_conda("3.4.33"));
  CHECK(diagnosis.status == Status::ok);
  CHECK(has_note(diagnosis, "/home/me/miniconda3/lib"));
  CHECK(has(diagnosis.summary, "GLIBCXX_3.4.30"));
}

TEST_CASE("the system's own folder in LD_LIBRARY_PATH shadows nothing") {
  const auto diagnosis = diagnose(debian_like("3.4.30", "2.35") +
                                  "[variables]\nLD_LIBRARY_PATH = \"/usr/lib/x86_64-linux-gnu\"\n");
  CHECK(diagnosis.status == Status::ok);
  CHECK(diagnosis.notes.size() == 1);
}

TEST_CASE("a VS Code Server whose own check is off is a note") {
  const auto diagnosis = diagnose(
      debian_like("3.4.30", "2.35", "\"/tmp/vscode-skip-server-requirements-check\" = \"\"\n"));
  CHECK(diagnosis.status == Status::ok);
  CHECK(has_note(diagnosis, "vscode-skip-server-requirements-check"));
}

TEST_CASE("a glibc of its own makes an old one a warning") {
  const auto diagnosis =
      diagnose(debian_like("3.4.30", "2.27") +
               "[variables]\nVSCODE_SERVER_CUSTOM_GLIBC_LINKER = \"/opt/glibc/ld.so\"\n");
  CHECK(diagnosis.status == Status::warning);
  CHECK(finding(diagnosis, "glibc-too-old"));
}

TEST_CASE("what cannot be read is unknown, with the reason") {
  SECTION("nothing recorded") {
    const auto diagnosis = diagnose("snapshot = 1\ncomplete = false\n");
    CHECK(diagnosis.status == Status::unknown);
    REQUIRE(finding(diagnosis, "unreadable"));
    CHECK(has(finding(diagnosis, "unreadable")->summary, "snapshot"));
  }
  SECTION("a library that is no ELF file") {
    const auto diagnosis = diagnose(
        x86 + "[libraries.\"/usr/lib64/libstdc++.so.6\"]\nerror = \"failed: cut short\"\n" +
        library("/usr/lib64/libc.so.6", "'GLIBC_2.35'"));
    CHECK(diagnosis.status == Status::unknown);
    CHECK(has(diagnosis.summary, "cut short"));
  }
  SECTION("a library without versions") {
    const auto diagnosis = diagnose(x86 + library("/usr/lib64/libstdc++.so.6", "") +
                                    library("/usr/lib64/libc.so.6", "'GLIBC_2.35'"));
    CHECK(diagnosis.status == Status::unknown);
  }
}

TEST_CASE("a debug string among the versions is no version") {
  const auto diagnosis =
      diagnose(x86 +
               library("/usr/lib64/libstdc++.so.6",
                       "'GLIBCXX_DEBUG_MESSAGE_LENGTH', 'GLIBCXX_3.4', 'GLIBCXX_3.4.9', "
                       "'GLIBCXX_3.4.21'") +
               library("/usr/lib64/libc.so.6", "'GLIBC_2.28'"));
  CHECK(finding(diagnosis, "libstdcxx-too-old"));
  CHECK(has(diagnosis.summary, "GLIBCXX_3.4.21 (GCC 5.1)"));
}
