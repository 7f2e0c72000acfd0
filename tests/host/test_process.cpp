#include <atomic>
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/text.h"
#include "lib/host/process.h"
#include "tests/host/lab.h"
#include "tests/support/catch.h"

using namespace doctor;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

// Far longer than anything here takes.
ProcessOptions patient() {
  ProcessOptions options;
  options.deadline = 60s;
  return options;
}

Answer<CommandResult> shell(const std::string& script, ProcessOptions options = patient()) {
  return run_process({"sh", "-c", script}, options);
}

}  // namespace

TEST_CASE("a program's outputs and exit code come back") {
  const auto result = shell("echo out; echo err >&2; exit 3");
  REQUIRE(result);
  CHECK(result->out == "out\n");
  CHECK(result->err == "err\n");
  CHECK(result->exit_code == 3);
}

TEST_CASE("a program ended by a signal is 128 and its number") {
  CHECK(shell("kill -SEGV $$")->exit_code == 128 + SIGSEGV);
}

TEST_CASE("arguments arrive as they are, without a shell in between") {
  const auto result = run_process({"printf", "%s|", "a b", "$HOME", "*", "", "\xff"}, patient());
  REQUIRE(result);
  CHECK(result->out == "a b|$HOME|*||\xff|");
}

TEST_CASE("why a program could not be run") {
  const lab::TemporaryFolder folder;
  const auto error_of = [&](const std::string& program) {
    const auto result = run_process({program}, patient());
    REQUIRE_FALSE(result);
    return result.error();
  };
  CHECK(error_of("no-such-program-anywhere") ==
        HostError{HostErrorKind::missing, "not found in PATH"});
  CHECK(error_of("/no/such/program") == HostError{HostErrorKind::missing, ""});
  CHECK(error_of(folder.write("not-executable", "#!/bin/sh\n")).kind == HostErrorKind::denied);
  CHECK(error_of(folder.write("not-a-program", "MZ\x90", 0755)) ==
        HostError{HostErrorKind::unsupported, "exec format error"});
  CHECK(error_of("").kind == HostErrorKind::failed);
  CHECK(run_process({}, patient()).error().kind == HostErrorKind::failed);
  CHECK(run_process({"echo", std::string("a\0b", 3)}, patient()).error().kind ==
        HostErrorKind::failed);
}

TEST_CASE("a program is looked for in PATH as execvp does") {
  const lab::TemporaryFolder first;
  const lab::TemporaryFolder second;
  ProcessOptions options = patient();
  options.environment["PATH"] =
      "/nonexistent::relative:/dev/null:" + first.path() + ":" + second.path() + ":/usr/bin:/bin";
  second.write("probe", "#!/bin/sh\necho second\n", 0755);

  SECTION("the first one that can be run is run") {
    first.write("probe", "#!/bin/sh\necho first, not executable\n", 0644);
    CHECK(run_process({"probe"}, options)->out == "second\n");
  }
  SECTION("one that only may not be run is denied") {
    first.write("other", "#!/bin/sh\n", 0644);
    CHECK(run_process({"other"}, options).error().kind == HostErrorKind::denied);
  }
  SECTION("a folder of that name is no program") {
    REQUIRE(::mkdir((first.path() + "/folder").c_str(), 0755) == 0);
    CHECK(run_process({"folder"}, options).error().kind == HostErrorKind::missing);
  }
}

TEST_CASE("the environment is inherited, changed, or clean") {
  const lab::Variable inherited("PROCESS_TEST", "inherited");
  ProcessOptions options = patient();
  CHECK(shell("echo $PROCESS_TEST", options)->out == "inherited\n");
  options.environment["PROCESS_TEST"] = "changed";
  CHECK(shell("echo $PROCESS_TEST", options)->out == "changed\n");
  options.clean_environment = true;
  CHECK(run_process({"/usr/bin/env"}, options)->out == "PROCESS_TEST=changed\n");
}

TEST_CASE("a child starts with nothing of ours") {
  const int leaked = ::open("/dev/null", O_RDONLY);  // without O_CLOEXEC
  ::signal(SIGUSR2, SIG_IGN);
  const auto descriptors = run_process({"ls", "/proc/self/fd"}, patient());
  const auto ignored = shell("grep SigIgn /proc/self/status");
  const auto blocked = shell("grep SigBlk /proc/self/status");
  ::signal(SIGUSR2, SIG_DFL);
  ::close(leaked);
  CHECK(descriptors->out == "0\n1\n2\n3\n");  // 3 is ls's own, for the folder
  CHECK(ignored->out == "SigIgn:\t0000000000000000\n");
  CHECK(blocked->out == "SigBlk:\t0000000000000000\n");
  CHECK(shell("pwd; cat")->out == "/\n");
  const auto session = lines(shell("cut -d' ' -f5,6 /proc/$$/stat; echo $$ $$")->out);
  REQUIRE(session.size() == 2);
  CHECK(session[0] == session[1]);  // leader of its own group and session
}

TEST_CASE("the working folder is what was asked for") {
  ProcessOptions options = patient();
  options.directory = "/usr";
  CHECK(shell("pwd", options)->out == "/usr\n");
  options.directory = "/nonexistent";
  const auto result = shell("pwd", options);
  REQUIRE_FALSE(result);
  CHECK(result.error() ==
        HostError{HostErrorKind::missing, "cannot enter /nonexistent: it does not exist"});
}

TEST_CASE("standard input is what was given") {
  ProcessOptions options = patient();
  options.input = std::string(3'000'000, 'x');  // far more than a pipe holds
  const auto result = shell("wc -c", options);
  REQUIRE(result);
  CHECK(trim(result->out) == "3000000");

  // A program that does not read it is no reason to die of SIGPIPE.
  CHECK(shell("exec <&-; sleep 0.1; echo done", options)->out == "done\n");
}

TEST_CASE("output past the cap is read and dropped") {
  ProcessOptions options = patient();
  options.output_cap = 1000;
  const auto result = shell("head -c 5000000 /dev/zero | tr '\\0' x; echo end >&2", options);
  REQUIRE(result);
  CHECK(result->out == std::string(1000, 'x'));
  CHECK(result->err == "end\n");
}

TEST_CASE("past the deadline the whole group is ended") {
  ProcessOptions options;
  options.deadline = 300ms;
  const lab::TemporaryFolder folder;
  const std::string marker = folder.path() + "/still-alive";

  SECTION("one that does as it is told") {
    CHECK(shell("sleep 600", options).error() ==
          HostError{HostErrorKind::timed_out, "no end in 0.3 s"});
  }
  SECTION("one that does not listen, and has children") {
    const auto result = shell(
        "trap '' TERM; (trap '' TERM; sleep 3; touch " + marker + ") & while :; do sleep 600; done",
        options);
    CHECK(result.error().kind == HostErrorKind::timed_out);
    std::this_thread::sleep_for(4s);
    CHECK(::access(marker.c_str(), F_OK) != 0);
  }
  SECTION("one that is stopped") {
    CHECK(shell("kill -STOP $$", options).error().kind == HostErrorKind::timed_out);
  }
  SECTION("one that never stops writing") {
    CHECK(run_process({"yes"}, options).error().kind == HostErrorKind::timed_out);
  }
}

TEST_CASE("what a program leaves behind does not hold us up") {
  const auto start = Clock::now();
  const auto result = shell("sleep 30 & echo started");
  REQUIRE(result);
  CHECK(result->out == "started\n");
  CHECK(result->exit_code == 0);
  CHECK(Clock::now() - start < 15s);
}

TEST_CASE("many threads may run programs at once") {
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 10; ++round) {
        const std::string word = std::to_string(100 * i + round);
        const auto result = run_process({"echo", word}, patient());
        if (result && result->out == word + "\n") ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(right == 80);
}
