#include "lib/core/check.h"
#include "lib/core/settings_file.h"
#include "lib/host/snapshot_host.h"
#include "tests/support/catch.h"
#include "tests/support/snapshots.h"

using namespace doctor;

namespace {

constexpr Check systemd{"systemd", "wsl", "systemd", "", "", "", {}, {}, nullptr};
constexpr const Check* checks[] = {&systemd};

using Files = std::vector<std::pair<std::string, SettingsOrigin>>;

SnapshotFile file(std::string text) {
  SnapshotFile result;
  result.text = std::move(text);
  return result;
}

SnapshotFile failing(HostErrorKind kind) {
  SnapshotFile result;
  result.error = HostError{kind, ""};
  return result;
}

Snapshot machine() {
  Snapshot snapshot;
  snapshot.variables["HOME"] = std::string("/home/me");
  return snapshot;
}

Files found(Snapshot snapshot, const std::string& project) {
  return settings_files(SnapshotHost(std::move(snapshot)), project);
}

}  // namespace

TEST_CASE("no settings file is no error") {
  const SnapshotHost host(machine());
  CHECK(settings_files(host, "/home/me/project").empty());
  const auto settings = load_settings(host, "/home/me/project", checks);
  REQUIRE(settings);
  CHECK(settings->files.empty());
}

TEST_CASE("the user's file comes first, then the one nearest to the project") {
  Snapshot snapshot = machine();
  snapshot.files["/home/me/.config/wsl-go-doctor/config.toml"] = file("fail-on = \"warning\"");
  snapshot.files["/home/me/work/.wsl-go-doctor.toml"] = file("fail-on = \"never\"");
  snapshot.files["/home/me/.wsl-go-doctor.toml"] = file("not read");
  snapshot.files["/.wsl-go-doctor.toml"] = file("not read");
  CHECK(found(snapshot, "/home/me/work/api/cmd") ==
        Files{{"/home/me/.config/wsl-go-doctor/config.toml", SettingsOrigin::user},
              {"/home/me/work/.wsl-go-doctor.toml", SettingsOrigin::project}});
  const auto settings = load_settings(SnapshotHost(snapshot), "/home/me/work/api/cmd", checks);
  REQUIRE(settings);
  CHECK(settings->fail_on == FailOn::never);
  CHECK(settings->files.size() == 2);
}

TEST_CASE("the search ends at the root of the file system") {
  Snapshot snapshot = machine();
  snapshot.files["/.wsl-go-doctor.toml"] = file("");
  const Files expected_files = {{"/.wsl-go-doctor.toml", SettingsOrigin::project}};
  CHECK(found(snapshot, "/srv/go/project") == expected_files);
  CHECK(found(snapshot, "/srv/go/project/") == expected_files);
  CHECK(found(snapshot, "/") == expected_files);
  CHECK(found(snapshot, "relative").empty());
}

TEST_CASE("XDG_CONFIG_HOME counts only when it is absolute") {
  Snapshot snapshot = machine();
  snapshot.files["/etc/me/wsl-go-doctor/config.toml"] = file("");
  snapshot.files["/home/me/.config/wsl-go-doctor/config.toml"] = file("");
  snapshot.variables["XDG_CONFIG_HOME"] = std::string("/etc/me");
  CHECK(found(snapshot, "/p") ==
        Files{{"/etc/me/wsl-go-doctor/config.toml", SettingsOrigin::user}});
  for (const char* unusable : {"", "etc/me"}) {
    snapshot.variables["XDG_CONFIG_HOME"] = std::string(unusable);
    CHECK(found(snapshot, "/p") ==
          Files{{"/home/me/.config/wsl-go-doctor/config.toml", SettingsOrigin::user}});
  }
  snapshot.variables.clear();
  CHECK(found(snapshot, "/p").empty());
}

TEST_CASE("a file that is there but cannot be read is an error that says why") {
  for (const auto kind : {HostErrorKind::denied, HostErrorKind::loop, HostErrorKind::failed}) {
    Snapshot snapshot = machine();
    snapshot.files["/home/me/work/.wsl-go-doctor.toml"] = failing(kind);
    const auto settings = load_settings(SnapshotHost(snapshot), "/home/me/work", checks);
    REQUIRE_FALSE(settings);
    CHECK(describe(settings.error()) ==
          "/home/me/work/.wsl-go-doctor.toml: cannot be read: " + describe(HostError{kind, ""}));
  }
}

TEST_CASE("a dead mount does not keep the run from its checks, and is told") {
  const SnapshotHost host =
      machine_from("[variables]\nHOME = '/home/dev'\n[files]\n'/mnt/d' = { error = 'hung' }\n");
  const auto settings = load_settings(host, "/mnt/d/shop", {});
  REQUIRE(settings);
  REQUIRE(settings->unread.size() == 1);
  CHECK(settings->unread.front().find("/mnt/d/shop/.wsl-go-doctor.toml") != std::string::npos);
}

TEST_CASE("a file that can be listed but not opened is an error too") {
  Snapshot snapshot = machine();
  SnapshotFile closed;
  closed.info = FileInfo{};
  closed.read_error = HostError{HostErrorKind::denied, "permission denied"};
  snapshot.files["/home/me/.config/wsl-go-doctor/config.toml"] = closed;
  const auto settings = load_settings(SnapshotHost(snapshot), "/p", checks);
  REQUIRE_FALSE(settings);
  CHECK(describe(settings.error()) ==
        "/home/me/.config/wsl-go-doctor/config.toml: cannot be read: permission denied");
}

TEST_CASE("an error in the second file names that file") {
  Snapshot snapshot = machine();
  snapshot.files["/home/me/.config/wsl-go-doctor/config.toml"] = file("disabled = [\"systemd\"]");
  snapshot.files["/p/.wsl-go-doctor.toml"] = file("date-urls = [\"https://go.dev\"]");
  const auto settings = load_settings(SnapshotHost(snapshot), "/p", checks);
  REQUIRE_FALSE(settings);
  CHECK(settings.error().location.file == "/p/.wsl-go-doctor.toml");
  CHECK(settings.error().location.line == 1);
}
