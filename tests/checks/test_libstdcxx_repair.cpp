// The repair script, run by real bash with the real update-alternatives and ldconfig in a scratch
// root that holds a copy of this machine's libstdc++.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include <sys/wait.h>

#include "checks/libstdcxx_fixes.h"
#include "lib/base/text.h"
#include "tests/support/catch.h"

using namespace doctor;
namespace fs = std::filesystem;

namespace {

const std::string folder = "/usr/lib/x86_64-linux-gnu";
const std::string soname_link = folder + "/libstdc++.so.6";
const std::string compilers_link = "/usr/lib/gcc/x86_64-linux-gnu/12/libstdc++.so";

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The library that this very program could load, wherever this distribution keeps it.
fs::path real_library() {
  for (const char* place : {"/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64",
                            "/usr/lib", "/lib64"}) {
    const fs::path link = fs::path(place) / "libstdc++.so.6";
    if (fs::exists(link)) return fs::canonical(link);
  }
  return {};
}

class ScratchRoot {
 public:
  ScratchRoot() {
    std::string name = (fs::temp_directory_path() / "doctor-libstdcxx-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()));
    top_ = name;
    for (const char* below : {"/etc/alternatives", "/var/lib/dpkg/alternatives", "/var/log",
                              "/usr/lib/gcc/x86_64-linux-gnu/12"}) {
      fs::create_directories(root() + below);
    }
    fs::create_directories(root() + folder);
    fs::create_directory_symlink("usr/lib", root() + "/lib");
    fs::create_symlink("../../../x86_64-linux-gnu/libstdc++.so.6", root() + compilers_link);
    fs::create_symlink("libstdc++.so.6.0.30", root() + soname_link);
  }
  ScratchRoot(const ScratchRoot&) = delete;
  ScratchRoot& operator=(const ScratchRoot&) = delete;
  ~ScratchRoot() {
    std::error_code ignored;
    fs::remove_all(top_, ignored);
  }

  std::string root() const { return top_ + "/root"; }

  void add_library() const {
    REQUIRE_FALSE(real_library().empty());
    fs::copy_file(real_library(), root() + folder + "/libstdc++.so.6.0.30");
  }

  // What the popular advice does, with the real program.
  void follow_popular_advice() const {
    REQUIRE(shell("update-alternatives --root '" + root() + "' --install " + soname_link +
                  " libstdc++.so.6 " + compilers_link + " 50") == 0);
  }

  // Absolute links stay inside the root, as they do on a real machine: only then does
  // update-alternatives meet the loop itself.
  void keep_links_inside() const {
    for (const std::string& link : {soname_link, std::string("/etc/alternatives/libstdc++.so.6")}) {
      const std::string target = fs::read_symlink(root() + link).string();
      fs::remove(root() + link);
      fs::create_symlink(root() + target, root() + link);
    }
  }

  int shell(const std::string& command) const {
    const int status = std::system(("{ " + command + "; } >'" + top_ + "/output' 2>&1").c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  int run(const Fix& fix, const std::string& arguments = "") const {
    std::ofstream(top_ + "/fix.sh", std::ios::binary) << fix.script;
    return shell("WSL_GO_DOCTOR_ROOT='" + root() + "' WSL_GO_DOCTOR_BACKUP='" + top_ +
                 "/backup' bash '" + top_ + "/fix.sh' " + arguments);
  }

  std::string output() const { return content(top_ + "/output"); }

  // Every entry below the root with its kind, mode and content; logs are no state.
  std::map<std::string, std::string> picture() const {
    std::map<std::string, std::string> entries;
    for (const auto& entry : fs::recursive_directory_iterator(root())) {
      if (entry.path().string().find("/var/log") != std::string::npos) continue;
      const auto status = entry.symlink_status();
      std::string text = std::to_string(static_cast<int>(status.type())) + " " +
                         std::to_string(static_cast<unsigned>(status.permissions())) + " ";
      if (fs::is_symlink(status)) text += fs::read_symlink(entry.path()).string();
      if (fs::is_regular_file(status)) text += sha256(content(entry.path()));
      entries[entry.path().string()] = text;
    }
    return entries;
  }

  bool leads_to_a_library() const {
    std::error_code error;
    return fs::is_regular_file(root() + soname_link, error) && !error;
  }

 private:
  std::string top_;
};

Fix repair() {
  return repair_libstdcxx_links(std::array{soname_link});
}

}  // namespace

TEST_CASE("the loop of the popular advice is repaired, once and for all, and given back") {
  const ScratchRoot scratch;
  scratch.add_library();
  scratch.follow_popular_advice();
  REQUIRE_FALSE(scratch.leads_to_a_library());
  const auto before = scratch.picture();

  REQUIRE(scratch.run(repair()) == 0);
  INFO(scratch.output());
  CHECK(scratch.leads_to_a_library());
  CHECK(fs::read_symlink(scratch.root() + soname_link) == "libstdc++.so.6.0.30");
  CHECK_FALSE(fs::exists(scratch.root() + "/var/lib/dpkg/alternatives/libstdc++.so.6"));
  CHECK_FALSE(fs::is_symlink(scratch.root() + "/etc/alternatives/libstdc++.so.6"));
  const auto after = scratch.picture();

  REQUIRE(scratch.run(repair()) == 0);
  CHECK(scratch.output().find("Already done") != std::string::npos);
  CHECK(scratch.picture() == after);

  REQUIRE(scratch.run(repair(), "--undo") == 0);
  CHECK(scratch.picture() == before);
  REQUIRE(scratch.run(repair(), "--undo") == 0);
  CHECK(scratch.picture() == before);
}

TEST_CASE("update-alternatives refuses to work on a loop, so the loop goes first") {
  const ScratchRoot scratch;
  scratch.add_library();
  scratch.follow_popular_advice();
  scratch.keep_links_inside();
  const auto before = scratch.picture();
  REQUIRE(scratch.shell("update-alternatives --root '" + scratch.root() +
                        "' --remove-all libstdc++.so.6") != 0);
  REQUIRE(scratch.picture() == before);

  REQUIRE(scratch.run(repair()) == 0);
  CHECK(fs::read_symlink(scratch.root() + soname_link) == "libstdc++.so.6.0.30");
  CHECK_FALSE(fs::exists(scratch.root() + "/var/lib/dpkg/alternatives/libstdc++.so.6"));
  CHECK_FALSE(fs::is_symlink(scratch.root() + "/etc/alternatives/libstdc++.so.6"));
  REQUIRE(scratch.run(repair(), "--undo") == 0);
  CHECK(scratch.picture() == before);
}

TEST_CASE("a link made by hand that loops is repaired without update-alternatives") {
  const ScratchRoot scratch;
  scratch.add_library();
  fs::remove(scratch.root() + soname_link);
  fs::create_symlink(compilers_link, scratch.root() + soname_link);
  const auto before = scratch.picture();

  REQUIRE(scratch.run(repair()) == 0);
  CHECK(scratch.leads_to_a_library());
  REQUIRE(scratch.run(repair(), "--undo") == 0);
  CHECK(scratch.picture() == before);
}

TEST_CASE("a link that update-alternatives leads elsewhere goes back to its package") {
  const ScratchRoot scratch;
  scratch.add_library();
  fs::create_directories(scratch.root() + "/opt");
  fs::copy_file(real_library(), scratch.root() + "/opt/libstdc++.so.6");
  REQUIRE(scratch.shell("update-alternatives --root '" + scratch.root() + "' --install " +
                        soname_link + " libstdc++.so.6 /opt/libstdc++.so.6 50") == 0);
  const auto before = scratch.picture();

  REQUIRE(scratch.run(repair()) == 0);
  CHECK(fs::read_symlink(scratch.root() + soname_link) == "libstdc++.so.6.0.30");
  REQUIRE(scratch.run(repair(), "--undo") == 0);
  CHECK(scratch.picture() == before);
}

TEST_CASE("where the library itself is gone nothing is touched") {
  const ScratchRoot scratch;
  scratch.add_library();
  scratch.follow_popular_advice();
  fs::remove(scratch.root() + folder + "/libstdc++.so.6.0.30");
  const auto before = scratch.picture();
  CHECK(scratch.run(repair()) == 1);
  CHECK(scratch.output().find("nothing was changed") != std::string::npos);
  CHECK(scratch.picture() == before);
}

TEST_CASE("a healthy link is left alone") {
  const ScratchRoot scratch;
  scratch.add_library();
  const auto before = scratch.picture();
  REQUIRE(scratch.run(repair()) == 0);
  CHECK(scratch.picture() == before);
}

TEST_CASE("installing is only shown in a scratch root") {
  const ScratchRoot scratch;
  const auto before = scratch.picture();
  const auto install = install_libstdcxx(parse_os_release("ID=debian\n"));
  REQUIRE(install);
  REQUIRE(scratch.run(install->fix) == 0);
  CHECK(scratch.output().find("not run") != std::string::npos);
  REQUIRE(scratch.run(install->fix, "--undo") == 0);
  CHECK(scratch.picture() == before);
}

TEST_CASE("the scripts pass shellcheck") {
  const ScratchRoot scratch;
  std::vector<Fix> fixes{repair(), repair_libstdcxx_links(std::array<std::string, 2>{
                                       "/usr/lib/it's here/libstdc++.so.6", soname_link})};
  for (const char* id : {"debian", "alpine", "fedora", "arch", "suse"}) {
    fixes.push_back(install_libstdcxx(parse_os_release(std::string("ID=") + id))->fix);
  }
  for (const Fix& fix : fixes) {
    std::ofstream(scratch.root() + "/fix.sh", std::ios::binary) << fix.script;
    const int code = scratch.shell("shellcheck '" + scratch.root() + "/fix.sh'");
    INFO(scratch.output());
    CHECK(code == 0);
  }
}
