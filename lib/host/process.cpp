#include "lib/host/process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <span>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/text.h"
#include "lib/host/child.h"
#include "lib/host/os_error.h"

namespace doctor {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// How long a group has between SIGTERM and SIGKILL, and how long what a program left behind may
// still hold its output open.
constexpr milliseconds grace{200};
// How long a killed child is waited for before it is left behind.
constexpr milliseconds last_wait{100};

struct Pipe {
  Descriptor reading;
  Descriptor writing;
};

Answer<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return unexpected(os_error(errno));
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

void make_non_blocking(const Descriptor& descriptor) {
  ::fcntl(descriptor.get(), F_SETFL, ::fcntl(descriptor.get(), F_GETFL) | O_NONBLOCK);
}

// Writing to a pipe that nobody reads any more raises SIGPIPE, which would end the whole program.
class WithoutSigpipe {
 public:
  WithoutSigpipe() {
    ::sigemptyset(&only_);
    ::sigaddset(&only_, SIGPIPE);
    sigset_t pending;
    ::sigpending(&pending);
    was_pending_ = ::sigismember(&pending, SIGPIPE) == 1;
    ::pthread_sigmask(SIG_BLOCK, &only_, &before_);
  }
  WithoutSigpipe(const WithoutSigpipe&) = delete;
  WithoutSigpipe& operator=(const WithoutSigpipe&) = delete;
  ~WithoutSigpipe() {
    const timespec at_once{};
    if (!was_pending_) ::sigtimedwait(&only_, nullptr, &at_once);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t only_{};
  sigset_t before_{};
  bool was_pending_ = false;
};

// Short sleeps that grow: a child that ends at once costs next to nothing, and one that takes long
// hardly any processor time.
class Naps {
 public:
  std::chrono::microseconds next() {
    return std::exchange(length_, std::min(2 * length_, std::chrono::microseconds(20000)));
  }

 private:
  std::chrono::microseconds length_{200};
};

void wait_for(std::span<pollfd> descriptors, Clock::duration duration) {
  const auto nanoseconds =
      std::max<std::chrono::nanoseconds>(duration, std::chrono::nanoseconds(0));
  const auto seconds = std::chrono::floor<std::chrono::seconds>(nanoseconds);
  const timespec limit{static_cast<time_t>(seconds.count()),
                       static_cast<long>((nanoseconds - seconds).count())};
  ::ppoll(descriptors.data(), descriptors.size(), &limit, nullptr);
}

int exit_code_of(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// Our end of one output pipe, and what came out of it.
struct Stream {
  Descriptor pipe;
  std::string text;

  // One read, so that a program that never stops writing cannot keep us here.
  void take(std::size_t cap) {
    std::array<char, 65536> buffer;
    const ssize_t got = ::read(pipe.get(), buffer.data(), buffer.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (got <= 0) return pipe.close();
    const auto room = cap - std::min(cap, text.size());
    text.append(buffer.data(), std::min(room, static_cast<std::size_t>(got)));
  }
};

// A child that has been started, until it is reaped or left behind.
class RunningProcess {
 public:
  RunningProcess(Child child, const ChildPlan& plan, const ProcessOptions& options,
                 Clock::time_point deadline)
      : child_(std::move(child)), plan_(plan), options_(options), deadline_(deadline) {}

  void connect(Descriptor in, Descriptor out, Descriptor error) {
    in_ = std::move(in);
    out_.pipe = std::move(out);
    error_.pipe = std::move(error);
    for (const Descriptor* end : {&in_, &out_.pipe, &error_.pipe}) {
      if (*end) make_non_blocking(*end);
    }
  }

  Answer<CommandResult> finish() {
    Naps naps;
    for (;;) {
      look_whether_ended();
      const auto now = Clock::now();
      if (ended_ && (is_silent() || now >= std::min(deadline_, *ended_ + grace))) return result();
      if (!ended_ && now >= deadline_) return stop();
      exchange(std::min<Clock::duration>(naps.next(), deadline_ - now));
      if (exec_error_) return failed_to_start();
    }
  }

 private:
  bool is_silent() const { return !out_.pipe && !error_.pipe; }

  void exchange(Clock::duration limit) {
    std::array<pollfd, 4> polled{
        pollfd{child_.status.get(), POLLIN, 0}, pollfd{out_.pipe.get(), POLLIN, 0},
        pollfd{error_.pipe.get(), POLLIN, 0}, pollfd{in_.get(), POLLOUT, 0}};
    wait_for(polled, limit);
    if (polled[0].revents != 0) {
      const auto started = exec_result(child_, plan_);
      if (!started) exec_error_ = started.error();
      child_.status.close();
    }
    if (polled[1].revents != 0) out_.take(options_.output_cap);
    if (polled[2].revents != 0) error_.take(options_.output_cap);
    if (polled[3].revents != 0) feed();
  }

  void feed() {
    const auto rest = std::string_view(options_.input).substr(fed_);
    const ssize_t written = ::write(in_.get(), rest.data(), rest.size());
    if (written > 0) fed_ += static_cast<std::size_t>(written);
    const bool may_go_on = written > 0 || errno == EAGAIN || errno == EINTR;
    if (fed_ == options_.input.size() || !may_go_on) in_.close();
  }

  void look_whether_ended() {
    if (ended_) return;
    const pid_t reaped = ::waitpid(child_.pid, &status_, WNOHANG);
    if (reaped == 0) return;
    // Where SIGCHLD is ignored nobody ever learns how a child ended.
    is_status_known_ = reaped == child_.pid;
    ended_ = Clock::now();
  }

  Answer<CommandResult> result() {
    if (child_.status) {
      if (const auto started = exec_result(child_, plan_); !started) {
        return unexpected(started.error());
      }
    }
    if (!is_status_known_) {
      return unexpected(HostError{HostErrorKind::failed, "its exit status was lost"});
    }
    return CommandResult{exit_code_of(status_), std::move(out_.text), std::move(error_.text)};
  }

  Answer<CommandResult> failed_to_start() {
    wait_until_gone(Clock::now() + last_wait);
    return unexpected(*exec_error_);
  }

  Answer<CommandResult> stop() {
    signal_group(child_.pid, SIGTERM);
    wait_until_zombie(Clock::now() + grace);
    // Not reaped yet, so the number still is the group's, whoever is left in it.
    signal_group(child_.pid, SIGKILL);
    wait_until_gone(Clock::now() + last_wait);
    return unexpected(HostError{
        HostErrorKind::timed_out,
        "no end in " + human_seconds(static_cast<double>(options_.deadline.count()) / 1000)});
  }

  void wait_until_zombie(Clock::time_point limit) {
    Naps naps;
    while (Clock::now() < limit) {
      siginfo_t info{};
      if (::waitid(P_PID, static_cast<id_t>(child_.pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
          info.si_pid == child_.pid) {
        return;
      }
      wait_for({}, naps.next());
    }
  }

  void wait_until_gone(Clock::time_point limit) {
    Naps naps;
    while (::waitpid(child_.pid, &status_, WNOHANG) == 0 && Clock::now() < limit) {
      wait_for({}, naps.next());
    }
  }

  Child child_;
  const ChildPlan& plan_;
  const ProcessOptions& options_;
  const Clock::time_point deadline_;
  Descriptor in_;
  Stream out_;
  Stream error_;
  std::size_t fed_ = 0;
  std::optional<HostError> exec_error_;
  std::optional<Clock::time_point> ended_;
  int status_ = 0;
  bool is_status_known_ = true;
};

}  // namespace

Answer<CommandResult> run_process(const std::vector<std::string>& argv,
                                  const ProcessOptions& options) {
  if (argv.empty() || argv.front().empty()) {
    return unexpected(HostError{HostErrorKind::failed, "no program is named"});
  }
  for (const std::string& argument : argv) {
    if (argument.find('\0') != std::string::npos) {
      return unexpected(HostError{HostErrorKind::failed, "an argument holds a NUL byte"});
    }
  }
  const auto deadline = Clock::now() + options.deadline;
  const WithoutSigpipe without_sigpipe;
  auto in = options.input.empty() ? Answer<Pipe>(Pipe{}) : make_pipe();
  auto out = make_pipe();
  auto error = make_pipe();
  for (const auto* pipe : {&in, &out, &error}) {
    if (!*pipe) return unexpected(pipe->error());
  }

  ChildPlan plan;
  plan.argv = argv;
  plan.environment = child_environment(options.environment, options.clean_environment);
  plan.directory = options.directory;
  plan.in = in->reading.get();
  plan.out = out->writing.get();
  plan.error = error->writing.get();
  auto child = start_child(plan);
  if (!child) return unexpected(child.error());
  // Our copies of the child's ends go first, or its outputs would never end.
  in->reading.close();
  out->writing.close();
  error->writing.close();

  RunningProcess process(std::move(*child), plan, options, deadline);
  process.connect(std::move(in->writing), std::move(out->reading), std::move(error->reading));
  return process.finish();
}

}  // namespace doctor
