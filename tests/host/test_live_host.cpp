#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>

#include <sys/fsuid.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <unistd.h>

#include "lib/base/text.h"
#include "lib/host/descriptor.h"
#include "lib/host/live_host.h"
#include "lib/host/local_clock.h"
#include "lib/host/paths.h"
#include "tests/host/hanging_mount.h"
#include "tests/host/lab.h"
#include "tests/support/catch.h"

using namespace doctor;
using namespace std::chrono_literals;

namespace {

LiveOptions here() {
  LiveOptions options;
  options.helper_program = TEST_HOST_HELPER;
  return options;
}

void set_age(const std::string& path, double seconds_ahead) {
  const auto when = static_cast<time_t>(read_clock(CLOCK_REALTIME) + seconds_ahead);
  const timeval times[] = {{when, 0}, {when, 0}};
  REQUIRE(::lutimes(path.c_str(), times) == 0);
}

}  // namespace

TEST_CASE("lstat tells what is at a path itself") {
  const lab::TemporaryFolder folder;
  const std::string file = folder.write("file", "12345", 0640);
  std::filesystem::create_symlink("file", folder.path() + "/link");
  std::filesystem::create_symlink("nowhere", folder.path() + "/dangling");
  std::filesystem::create_symlink(".", folder.path() + "/same");
  REQUIRE(::mkfifo((folder.path() + "/fifo").c_str(), 0600) == 0);
  set_age(file, -1000);
  const LiveHost host(here());

  const auto info = host.lstat(file);
  REQUIRE(info);
  CHECK(info->kind == FileKind::file);
  CHECK(info->mode == 0640);
  CHECK(info->size == 5);
  CHECK(info->uid == ::geteuid());
  CHECK(std::abs(read_clock(CLOCK_REALTIME) - 1000 - info->modified) < 100);
  CHECK(host.lstat(folder.path())->kind == FileKind::directory);
  CHECK(host.lstat(folder.path() + "/link")->kind == FileKind::link);
  CHECK(host.lstat(folder.path() + "/link")->target == "file");
  CHECK(host.lstat(folder.path() + "/dangling")->target == "nowhere");
  CHECK(host.lstat(folder.path() + "/same/same/link")->target == "file");
  CHECK(host.lstat(folder.path() + "/fifo")->kind == FileKind::fifo);
  CHECK(host.lstat("/dev/null")->kind == FileKind::device);
  CHECK(host.lstat("/")->kind == FileKind::directory);
  CHECK(host.lstat("/..")->kind == FileKind::directory);
  CHECK(host.lstat(folder.path() + "/none").error() == HostError{HostErrorKind::missing, ""});
  CHECK(host.lstat(file + "/below").error() == HostError{HostErrorKind::missing, ""});
  CHECK(host.lstat("relative").error().kind == HostErrorKind::failed);
  CHECK(host.lstat("").error().kind == HostErrorKind::failed);
  CHECK(host.lstat(std::string("/etc\0x", 6)).error().kind == HostErrorKind::failed);
  CHECK(host.lstat("/" + std::string(300, 'x')).error() ==
        HostError{HostErrorKind::failed, "File name too long"});
}

TEST_CASE("read_file reads regular files and nothing else") {
  const lab::TemporaryFolder folder;
  const std::string binary("a\0\xff\nb", 5);
  const LiveHost host(here());
  CHECK(host.read_file(folder.write("binary", binary)) == binary);
  CHECK(host.read_file(folder.write("empty", "")) == "");
  std::filesystem::create_symlink("binary", folder.path() + "/link");
  CHECK(host.read_file(folder.path() + "/link") == binary);

  const std::string greatest(4 << 20, 'x');
  CHECK(host.read_file(folder.write("greatest", greatest)) == greatest);
  CHECK(host.read_file(folder.write("too-great", greatest + "x")).error() ==
        HostError{HostErrorKind::failed, "larger than 4 MiB"});

  CHECK(host.read_file(folder.path()).error() ==
        HostError{HostErrorKind::unsupported, "is a directory"});
  REQUIRE(::mkfifo((folder.path() + "/fifo").c_str(), 0600) == 0);
  CHECK(host.read_file(folder.path() + "/fifo").error() ==
        HostError{HostErrorKind::unsupported, "is no regular file but a fifo"});
  CHECK(host.read_file("/dev/zero").error().kind == HostErrorKind::unsupported);
  CHECK(host.read_file(folder.path() + "/none").error().kind == HostErrorKind::missing);

  std::filesystem::create_symlink("b", folder.path() + "/a");
  std::filesystem::create_symlink("a", folder.path() + "/b");
  CHECK(host.read_file(folder.path() + "/a").error() == HostError{HostErrorKind::loop, ""});
}

TEST_CASE("files of /proc, which do not know their size, are read whole") {
  const LiveHost host(here());
  CHECK(host.read_file("/proc/version")->starts_with("Linux version "));
  CHECK(trim(*host.read_file("/proc/sys/kernel/ostype")) == "Linux");
  CHECK(trim(*host.read_file("/proc/sys/kernel/pid_max")).size() > 2);
  CHECK(host.read_file("/proc/self/mountinfo")->size() > 100);
  CHECK(host.read_file("/proc/self/comm"));
}

TEST_CASE("what may not be looked at is denied") {
  const lab::TemporaryFolder folder;
  const std::string file = folder.write("secret", "text", 0);
  REQUIRE(::mkdir((folder.path() + "/closed").c_str(), 0) == 0);
  REQUIRE(::chmod(folder.path().c_str(), 0755) == 0);
  const LiveHost host(here());
  const HostError denied{HostErrorKind::denied, ""};

  ::setfsuid(65534);  // as root this thread would be let in everywhere
  const auto content = host.read_file(file);
  const auto names = host.list(folder.path() + "/closed");
  const auto below = host.lstat(folder.path() + "/closed/file");
  const auto cost = host.file_cost(folder.path() + "/closed");
  ::setfsuid(::geteuid());
  CHECK(content == Answer<std::string>(unexpected(denied)));
  CHECK(names == Answer<std::vector<std::string>>(unexpected(denied)));
  CHECK(below == Answer<FileInfo>(unexpected(denied)));
  CHECK(cost == Answer<FileCost>(unexpected(denied)));
}

TEST_CASE("list gives sorted names") {
  const lab::TemporaryFolder folder;
  for (const char* name : {"zeta", ".hidden", "alpha", "\xff"}) folder.write(name, "");
  const LiveHost host(here());
  CHECK(host.list(folder.path()) == std::vector<std::string>{".hidden", "alpha", "zeta", "\xff"});
  CHECK(host.list(folder.path() + "/alpha").error() ==
        HostError{HostErrorKind::unsupported, "not a directory"});
  CHECK(host.list(folder.path() + "/alpha/below").error().kind == HostErrorKind::missing);
  CHECK(host.list(folder.path() + "/none").error().kind == HostErrorKind::missing);
}

TEST_CASE("file_system tells what statfs tells") {
  const LiveHost host(here());
  CHECK(host.file_system("/proc")->magic == 0x9fa0);
  struct statvfs status {};
  REQUIRE(::statvfs("/", &status) == 0);
  const auto root = host.file_system("/");
  REQUIRE(root);
  CHECK(root->total_bytes == status.f_blocks * status.f_frsize);
  CHECK(root->read_only == ((status.f_flag & ST_RDONLY) != 0));
}

TEST_CASE("the machine is this one") {
  const LiveHost host(here());
  const auto machine = host.machine();
  REQUIRE(machine);
  CHECK(machine->architecture == trim(host.run({{"uname", "-m"}, 60s})->out));
  CHECK(machine->uid == ::geteuid());
  CHECK(machine->user == trim(host.run({{"id", "-un"}, 60s})->out));
  CHECK(std::abs(machine->now - read_clock(CLOCK_REALTIME)) < 100);
}

TEST_CASE("a variable is missing, empty or has a value") {
  const lab::Variable set("LIVE_HOST_TEST", "value");
  const lab::Variable empty("LIVE_HOST_EMPTY", "");
  const lab::Variable unset("LIVE_HOST_UNSET", std::nullopt);
  const LiveHost host(here());
  CHECK(host.variable("LIVE_HOST_TEST") == "value");
  CHECK(host.variable("LIVE_HOST_EMPTY") == "");
  CHECK(host.variable("LIVE_HOST_UNSET").error() == HostError{HostErrorKind::missing, ""});
}

TEST_CASE("commands run in the C locale, and end with the run") {
  LiveOptions options = here();
  const auto result = LiveHost(options).run({{"sh", "-c", "echo $LC_ALL; pwd"}, 60s});
  REQUIRE(result);
  CHECK(result->out == "C\n/\n");
  options.until = std::chrono::steady_clock::now() + 300ms;
  const LiveHost host(options);
  CHECK(host.run({{"sleep", "600"}, 600s}).error().kind == HostErrorKind::timed_out);
  CHECK(host.run({{"true"}, 600s}).error() ==
        HostError{HostErrorKind::timed_out, "no time was left to run it"});
}

TEST_CASE("the loader's cache leads to libraries whose symbols are read") {
  const LiveHost host(here());
  const auto paths = host.loader_cache("libc.so.6");
  REQUIRE(paths);
  REQUIRE_FALSE(paths->empty());
  const auto symbols = host.library(paths->front());
  REQUIRE(symbols);
  CHECK(symbols->soname == "libc.so.6");
  CHECK(std::ranges::any_of(symbols->versions, [](const std::string& version) {
    return version.starts_with("GLIBC_2.");
  }));
  CHECK(host.loader_cache("libnone-such.so.0")->empty());
  CHECK(host.library("/etc/passwd").error().kind == HostErrorKind::failed);
  CHECK(host.library("/nonexistent.so").error().kind == HostErrorKind::missing);
}

TEST_CASE("offline means that nobody is asked for the time") {
  LiveOptions options = here();
  options.offline = true;
  CHECK(LiveHost(options).world_time({{"127.0.0.1:9"}, {}, 60s}).error().kind ==
        HostErrorKind::offline);
}

TEST_CASE("file_cost measures, and leaves nothing behind") {
  const lab::TemporaryFolder folder;
  const LiveHost host(here());
  const auto cost = host.file_cost(folder.path());
  REQUIRE(cost);
  CHECK(cost->rounds >= 1);
  CHECK(cost->rounds <= 15);
  CHECK(cost->median_seconds > 0);
  CHECK(host.list(folder.path())->empty());
  CHECK(host.file_cost(folder.write("file", "")).error() ==
        HostError{HostErrorKind::unsupported, "not a directory"});
  CHECK(host.file_cost(folder.path() + "/none").error().kind == HostErrorKind::missing);
  CHECK_FALSE(host.file_cost("/proc"));
}

TEST_CASE("future_files finds what is dated ahead") {
  const lab::TemporaryFolder folder;
  for (const char* name : {"vendor", ".git", "node_modules", "deep", "deep/er"}) {
    std::filesystem::create_directory(folder.path() + "/" + name);
  }
  set_age(folder.write("now.go", ""), 0);
  set_age(folder.write("soon.go", ""), 1.5);
  set_age(folder.write("deep/er/tomorrow.go", ""), 86400);
  set_age(folder.write("hour.go", ""), 3600);
  for (const char* skipped : {"vendor/v.go", ".git/index", "node_modules/n.js"}) {
    set_age(folder.write(skipped, ""), 86400);
  }
  std::filesystem::create_symlink("deep", folder.path() + "/link");
  set_age(folder.path() + "/link", 86400);
  const LiveHost host(here());

  const auto future = host.future_files(folder.path());
  REQUIRE(future);
  CHECK(future->complete);
  CHECK(future->examined == 4);
  REQUIRE(future->files.size() == 2);
  CHECK(future->files[0].path == folder.path() + "/deep/er/tomorrow.go");
  CHECK(std::abs(future->files[0].seconds_ahead - 86400) < 100);
  CHECK(future->files[1].path == folder.path() + "/hour.go");

  SECTION("the five furthest ahead are told") {
    for (int i = 0; i < 7; ++i) {
      set_age(folder.write("more" + std::to_string(i), ""), 100'000 + 1000 * i);
    }
    const auto more = host.future_files(folder.path());
    REQUIRE(more);
    REQUIRE(more->files.size() == 5);
    CHECK(more->files.front().path == folder.path() + "/more6");
    CHECK(more->files.back().path == folder.path() + "/more2");
  }
  CHECK(host.future_files(folder.path() + "/now.go").error().kind == HostErrorKind::unsupported);
  CHECK(host.future_files(folder.path() + "/none").error().kind == HostErrorKind::missing);
}

TEST_CASE("native questions start no helper") {
  const LiveHost host(here());
  CHECK(host.lstat("/proc/self"));
  CHECK(resolve(host, "/proc/self/exe"));
  CHECK(lab::helpers().empty());
}

TEST_CASE("lookup_cost measures, and leaves nothing behind") {
  const lab::TemporaryFolder folder;
  const LiveHost host(here());
  const auto cost = host.lookup_cost(folder.path());
  REQUIRE(cost);
  CHECK(cost->rounds > 0);
  CHECK(cost->median_seconds > 0);
  CHECK(cost->median_seconds < 1);
  CHECK(std::filesystem::is_empty(folder.path()));
  CHECK(host.lookup_cost(folder.path() + "/none").error().kind == HostErrorKind::missing);
  CHECK_FALSE(host.lookup_cost(folder.write("file", "")));
}

TEST_CASE("inotify_use counts instances and watches") {
  const lab::TemporaryFolder folder;
  const LiveHost host(here());
  const auto of_us = [&] {
    const auto use = host.inotify_use();
    REQUIRE(use);
    CHECK(use->complete);
    const auto found = std::ranges::find(use->users, ::geteuid(), &InotifyUser::uid);
    return found == use->users.end() ? InotifyUser{} : *found;
  };
  const InotifyUser before = of_us();
  const Descriptor instance(::inotify_init1(IN_CLOEXEC));
  REQUIRE(instance);
  for (int i = 0; i < 3; ++i) {
    const std::string file = folder.write("file " + std::to_string(i), "");
    REQUIRE(::inotify_add_watch(instance.get(), file.c_str(), IN_MODIFY) > 0);
  }
  const InotifyUser after = of_us();
  CHECK(after.instances == before.instances + 1);
  CHECK(after.watches == before.watches + 3);
}

TEST_CASE("the kernel's clock is read as adjtimex tells it") {
  const LiveHost host(here());
  const auto clock = host.kernel_clock();
  REQUIRE(clock);
  CHECK(clock->max_error >= 0);
  CHECK(std::abs(clock->frequency) <= 500);
  CHECK(clock->suspended >= 0);
}
