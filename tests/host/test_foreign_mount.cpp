// Foreign mounts, with a real FUSE file system that hangs for real.

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include <signal.h>
#include <unistd.h>

#include "lib/host/foreign_mount.h"
#include "lib/host/live_host.h"
#include "lib/host/mount_table.h"
#include "lib/host/process.h"
#include "lib/host/wire.h"
#include "tests/host/hanging_mount.h"
#include "tests/support/catch.h"

using namespace doctor;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

LiveOptions options_with(std::chrono::milliseconds path_deadline) {
  LiveOptions options;
  options.path_deadline = path_deadline;
  options.helper_program = TEST_HOST_HELPER;
  return options;
}

// Long enough for the slowest machine to answer.
const auto patient = options_with(60s);

const HostError& error_of(const auto& answer) {
  if (answer) throw std::logic_error("an answer where none was expected");
  return answer.error();
}

// Ended and waited for, so that the next question finds it gone.
void end(pid_t helper) {
  ::kill(helper, SIGKILL);
  while (lab::helpers() == std::vector{helper}) std::this_thread::sleep_for(1ms);
}

}  // namespace

TEST_CASE("a healthy foreign mount is answered for through its helper") {
  const lab::HangingMount mount;
  const LiveHost host(patient);

  const auto info = host.lstat(mount / "hello");
  REQUIRE(info);
  CHECK(info->kind == FileKind::file);
  CHECK(info->mode == 0640);
  CHECK(info->size == 6);
  CHECK(info->uid == ::getuid());
  CHECK(info->modified == 1.7e9);
  CHECK(host.read_file(mount / "hello") == "hello\n");
  CHECK(host.read_file(mount / "folder/../folder//./inside") == "inside\n");
  CHECK(host.list(mount.path()) ==
        std::vector<std::string>{"folder", "hello", "inward", "outward", "slow"});
  CHECK(host.list(mount / "folder") == std::vector<std::string>{"inside"});
  const auto file_system = host.file_system(mount.path());
  REQUIRE(file_system);
  CHECK(file_system->magic == 0x65735546);  // FUSE_SUPER_MAGIC
  CHECK(file_system->total_bytes == 4096 * 1000);
  CHECK(file_system->free_bytes == 4096 * 500);
  const auto cost = host.file_cost(mount.path());
  REQUIRE(cost);
  CHECK(cost->rounds >= 1);
  CHECK(cost->median_seconds > 0);
  CHECK(host.list(mount.path())->size() == 5);  // it left nothing behind
  const auto future = host.future_files(mount / "folder");
  REQUIRE(future);
  CHECK(future->examined == 1);
  CHECK(future->files.empty());

  CHECK(error_of(host.lstat(mount / "missing")).kind == HostErrorKind::missing);
  CHECK(error_of(host.lstat(mount / "hello/below")).kind == HostErrorKind::missing);
  CHECK(error_of(host.read_file(mount / "folder")) ==
        HostError{HostErrorKind::unsupported, "is a directory"});
  CHECK(error_of(host.list(mount / "hello")) ==
        HostError{HostErrorKind::unsupported, "not a directory"});
  CHECK(error_of(host.library(mount / "hello")).kind == HostErrorKind::failed);
}

TEST_CASE("the program's own process never touches a foreign mount") {
  const lab::HangingMount mount;
  const lab::TemporaryFolder native;
  std::filesystem::create_symlink(mount.path(), native.path() + "/link");
  const LiveHost host(patient);

  CHECK(host.lstat(native.path() + "/link")->target == mount.path());
  CHECK(host.read_file(native.path() + "/link/hello") == "hello\n");
  CHECK(host.lstat(native.path() + "/link/folder/inside"));
  CHECK(host.list(native.path() + "/link"));
  CHECK(host.file_system(native.path() + "/link"));
  CHECK(host.file_cost(native.path() + "/link"));
  const auto around = host.future_files(std::filesystem::path(mount.path()).parent_path());
  REQUIRE(around);
  CHECK(around->examined == 1);  // the log of hanging_fs, and nothing behind the mount point

  // The file system itself tells who has asked it anything.
  const auto callers = host.read_file(mount / "callers");
  REQUIRE(callers);
  const auto helpers = lab::helpers();
  REQUIRE(helpers.size() == 1);
  CHECK(*callers == std::to_string(helpers.front()) + "\n");
}

TEST_CASE("links lead from a foreign mount to wherever they point") {
  const lab::HangingMount mount;
  const LiveHost host(patient);
  CHECK(host.lstat(mount / "inward")->target == "hello");
  CHECK(host.read_file(mount / "inward") == "hello\n");
  CHECK(host.lstat(mount / "outward")->kind == FileKind::link);
  CHECK(host.read_file(mount / "outward") == host.read_file("/proc/version"));
  CHECK(host.read_file(mount / "../../../proc/version") == host.read_file("/proc/version"));
}

TEST_CASE("questions from several threads at once all get their own answer") {
  const lab::HangingMount mount;
  const LiveHost host(patient);
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 20; ++round) {
        const bool is_even = (i + round) % 2 == 0;
        const auto text = host.read_file(mount / (is_even ? "hello" : "folder/inside"));
        if (text == (is_even ? "hello\n" : "inside\n")) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(right == 160);
  CHECK(lab::helpers().size() == 1);
}

TEST_CASE("a hung mount costs its deadline once, and no other mount anything") {
  const lab::HangingMount healthy;
  const lab::HangingMount sick;
  const LiveHost host(options_with(1s));
  REQUIRE(host.read_file(healthy / "hello") == "hello\n");
  REQUIRE(host.read_file(sick / "hello") == "hello\n");

  SECTION("one path of it") {}
  SECTION("all of it") {
    sick.hang();
  }
  const auto start = Clock::now();
  const auto first = error_of(host.lstat(sick / "hang"));
  CHECK(first.kind == HostErrorKind::hung);
  CHECK(first.reason == sick.path() + " has stopped answering (nothing in 1.0 s)");
  CHECK(Clock::now() - start >= 1s);
  // Twenty questions, or their twenty seconds, if each had to find out on its own.
  for (int i = 0; i < 10; ++i) {
    CHECK(error_of(host.lstat(sick / "hello")) == first);
    CHECK(error_of(host.file_cost(sick.path())) == first);
  }
  CHECK(Clock::now() - start < 10s);
  CHECK(host.read_file(healthy / "hello") == "hello\n");
}

TEST_CASE("questions that wait for a hung mount together find out together") {
  const lab::HangingMount mount;
  const LiveHost host(options_with(1s));
  const auto start = Clock::now();
  std::vector<std::thread> threads;
  std::atomic<int> hung = 0;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] {
      if (error_of(host.lstat(mount / "hang")).kind == HostErrorKind::hung) ++hung;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(hung == 16);
  CHECK(Clock::now() - start < 8s);
}

TEST_CASE("a stopped helper counts as a hung mount") {
  const lab::HangingMount mount;
  const LiveHost host(options_with(1s));
  REQUIRE(host.lstat(mount / "hello"));
  const auto helpers = lab::helpers();
  REQUIRE(helpers.size() == 1);
  ::kill(helpers.front(), SIGSTOP);
  CHECK(error_of(host.lstat(mount / "hello")).kind == HostErrorKind::hung);
}

TEST_CASE("a helper that dies is started again once") {
  const lab::HangingMount mount;
  const LiveHost host(patient);
  for (int life = 0; life < 2; ++life) {
    REQUIRE(host.read_file(mount / "hello") == "hello\n");
    const auto helpers = lab::helpers();
    REQUIRE(helpers.size() == 1);
    end(helpers.front());
    const auto error = error_of(host.read_file(mount / "hello"));
    CHECK(error.kind == HostErrorKind::failed);
    CHECK(error.reason == "the helper process for " + mount.path() + " was ended by signal 9");
  }
  CHECK(error_of(host.read_file(mount / "hello")).kind == HostErrorKind::failed);
  CHECK(lab::helpers().empty());
}

TEST_CASE("a helper that cannot be started is a reason") {
  const lab::HangingMount mount;
  LiveOptions options = patient;
  SECTION("no such program") {
    options.helper_program = "/nonexistent/helper";
    const LiveHost host(options);
    CHECK(error_of(host.lstat(mount / "hello")) ==
          HostError{HostErrorKind::failed, "the helper process for " + mount.path() +
                                               " could not be started: it does not exist"});
    CHECK(host.lstat("/proc/version"));
  }
  SECTION("a program that is no helper") {
    options.helper_program = "/bin/true";
    const LiveHost host(options);
    CHECK(error_of(host.lstat(mount / "hello")).kind == HostErrorKind::failed);
  }
}

TEST_CASE("the end of the run bounds a question, and tells nothing of the mount") {
  const lab::HangingMount mount;
  LiveOptions options = patient;
  options.until = Clock::now() + 200ms;
  const LiveHost host(options);
  CHECK(error_of(host.lstat(mount / "hang")).kind == HostErrorKind::timed_out);
}

TEST_CASE("an answer that comes too late is not taken for that of the next question") {
  const lab::HangingMount mount;
  const MountTable mounts = read_mount_table();
  const auto index = mounts.index_of(mount.path());
  REQUIRE(index);
  ForeignMount foreign({mount.path(), TEST_HOST_HELPER,
                        wire::pack(wire::to_json(wire::Greeting{mounts.text(), *index})), 60s});
  const auto question = [&](const std::string& name, const std::string& file) {
    return wire::pack(wire::to_json(wire::Question{name, {mount.path(), file}}));
  };
  REQUIRE(foreign.ask(question("lstat", "hello")));

  const auto late = foreign.ask(question("read_file", "slow"), Clock::now() + 100ms);
  CHECK(error_of(late).kind == HostErrorKind::timed_out);
  const auto next = foreign.ask(question("read_file", "hello"));
  REQUIRE(next);
  const auto reply = wire::parse<wire::Reply<std::string>>(*next);
  REQUIRE(reply);
  CHECK(std::get<Answer<std::string>>(*reply) == "hello\n");
}

TEST_CASE("a mountinfo that makes no sense makes everything foreign") {
  const MountTable mounts("this is no mountinfo\n");
  CHECK(mounts.foreign_index_of("/") == 0);
  CHECK(mounts.foreign_index_of("/etc/passwd") == 0);
}

// Started by the test below, as a program of its own.
TEST_CASE("[in another process] asks a hung mount, and ends", "[.][asks-hung-mount]") {
  const LiveHost host(options_with(300ms));
  CHECK(error_of(host.lstat(std::getenv("HUNG_PATH"))).kind == HostErrorKind::hung);
}

TEST_CASE("a program ends although its helper cannot, and nobody holds its output open") {
  const lab::HangingMount mount;
  const lab::Variable path("HUNG_PATH", mount / "hang");
  // Not /proc/self/exe: it lies on the mounts that this process has left, and in a chroot is named
  // from outside.
  const lab::Variable self("SELF", TEST_BINARY_DIR "/test_host");
  ProcessOptions options;
  options.deadline = 30s;
  // cat ends only when the last process that holds the pipe's other end has closed it.
  const auto result = run_process(
      {"bash", "-c", "\"$SELF\" '[asks-hung-mount]' | cat; exit ${PIPESTATUS[0]}"}, options);
  REQUIRE(result);
  INFO(result->out);
  CHECK(result->exit_code == 0);
}
