#include "lib/host/foreign_mount.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <thread>

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/host/child.h"
#include "lib/host/live_host.h"
#include "lib/host/os_error.h"

namespace doctor {
namespace {

using std::chrono::milliseconds;

constexpr unsigned most_losses = 2;

// Who asked before us gives up at a deadline just before ours. Then we want to hear the verdict
// rather than to be told that the mount was busy.
constexpr milliseconds time_to_hear{100};

// False when the time is up before the descriptor is ready.
bool wait_for(const Descriptor& descriptor, short events, ForeignMount::Clock::time_point until) {
  for (;;) {
    const auto rest = std::chrono::ceil<milliseconds>(until - ForeignMount::Clock::now()).count();
    pollfd polled{descriptor.get(), events, 0};
    const auto limit = std::clamp<milliseconds::rep>(rest, 0, 60'000);
    if (::poll(&polled, 1, static_cast<int>(limit)) > 0) return true;
    if (rest <= 0) return false;
  }
}

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

std::string seconds(milliseconds duration) {
  return human_seconds(static_cast<double>(duration.count()) / 1000);
}

// How a helper ended that is just ending; it may take a moment to be told.
std::optional<int> end_of(pid_t pid) {
  int status = 0;
  for (int i = 0; i < 20; ++i) {
    if (::waitpid(pid, &status, WNOHANG) == pid) return status;
    std::this_thread::sleep_for(milliseconds(1));
  }
  return std::nullopt;
}

std::string in_words(const std::optional<int>& status) {
  if (!status) return "closed its connection";
  if (WIFSIGNALED(*status)) return fmt::format("was ended by signal {}", WTERMSIG(*status));
  return fmt::format("ended with exit code {}", WEXITSTATUS(*status));
}

}  // namespace

ForeignMount::~ForeignMount() {
  drop_helper();
  for (const pid_t pid : left_behind_) {
    // A healthy one is gone in a moment; in a container without an init nobody else would reap it.
    if (verdict_) {
      ::waitpid(pid, nullptr, WNOHANG);
    } else {
      end_of(pid);
    }
  }
}

Answer<std::string> ForeignMount::ask(std::string_view question, Clock::time_point until) {
  OpenQuestion asked{0, Clock::now()};
  const auto deadline = std::min(asked.since + plan_.patience, until);
  std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock && lock.try_lock_until(std::min(asked.since + plan_.patience + time_to_hear, until))) {
    asked.since = Clock::now();
  }
  if (!lock) {
    return unexpected(
        HostError{HostErrorKind::timed_out, "other questions kept " + plan_.mount_point + " busy"});
  }
  if (verdict_) return unexpected(*verdict_);
  if (Clock::now() >= deadline) return unexpected(no_time_left());
  if (!helper_) {
    if (auto started = start(asked.since, deadline); !started) return unexpected(started.error());
  }
  if (helper_->open) {
    if (auto late = receive(deadline); !late) return late;
    asked.since = Clock::now();
  }
  asked.id = ++helper_->last_id;
  helper_->open = asked;
  if (auto sent = send(to_bytes(asked.id, question), asked.since, deadline); !sent) {
    return unexpected(sent.error());
  }
  return receive(deadline);
}

expected<void, HostError> ForeignMount::start(Clock::time_point since, Clock::time_point deadline) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return unexpected(os_error(errno));
  }
  Descriptor ours(ends[0]);
  const Descriptor theirs(ends[1]);
  ChildPlan plan;
  plan.argv = {plan_.program, helper_argument};
  plan.environment = child_environment({});
  plan.channel = theirs.get();
  auto child = start_child(plan);
  if (!child) return unexpected(child.error());
  helper_ = Helper{child->pid, std::move(ours), {}, 0, std::nullopt};

  if (!wait_for(child->status, POLLIN, deadline)) return unexpected(give_up(since));
  if (auto started = exec_result(*child, plan); !started) {
    drop_helper();
    verdict_ = HostError{HostErrorKind::failed,
                         fmt::format("the helper process for {} could not be started: {}",
                                     plan_.mount_point, describe(started.error()))};
    return unexpected(*verdict_);
  }
  return send(to_bytes(0, plan_.greeting), since, deadline);
}

expected<void, HostError> ForeignMount::send(std::string_view bytes, Clock::time_point since,
                                             Clock::time_point deadline) {
  while (!bytes.empty()) {
    const ssize_t sent =
        ::send(helper_->socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && !would_block()) return unexpected(lost_helper());
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
    // Past the deadline half a message is on its way, so there is no going on with this helper.
    if (sent < 0 && !wait_for(helper_->socket, POLLOUT, deadline))
      return unexpected(give_up(since));
  }
  return {};
}

Answer<std::string> ForeignMount::receive(Clock::time_point deadline) {
  const OpenQuestion open = *helper_->open;
  const auto limit = std::min(deadline, open.since + plan_.patience);
  for (;;) {
    std::array<char, 65536> buffer;
    const ssize_t got = ::recv(helper_->socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got == 0 || (got < 0 && !would_block())) return unexpected(lost_helper());
    if (got > 0) helper_->inbox.add({buffer.data(), static_cast<std::size_t>(got)});
    if (helper_->inbox.is_broken()) return unexpected(lost_helper());
    if (auto frame = helper_->inbox.take()) {
      helper_->open.reset();
      return std::move(frame->payload);
    }
    if (got > 0 || wait_for(helper_->socket, POLLIN, limit)) continue;
    if (is_hung_since(open.since)) return unexpected(give_up(open.since));
    return unexpected(no_time_left());  // its answer may still come
  }
}

// A question that waited for others has less than the whole time; half of it tells enough.
bool ForeignMount::is_hung_since(Clock::time_point since) const {
  return Clock::now() - since >= plan_.patience / 2;
}

HostError ForeignMount::no_time_left() const {
  return {HostErrorKind::timed_out, "no time was left for " + plan_.mount_point};
}

HostError ForeignMount::give_up(Clock::time_point since) {
  drop_helper();
  if (!is_hung_since(since)) return no_time_left();
  verdict_ =
      HostError{HostErrorKind::hung, fmt::format("{} has stopped answering (nothing in {})",
                                                 plan_.mount_point, seconds(plan_.patience))};
  return *verdict_;
}

HostError ForeignMount::lost_helper() {
  const auto status = end_of(helper_->pid);
  if (status) helper_->pid = -1;  // reaped: the number may be somebody else's from now on
  drop_helper();
  HostError error{HostErrorKind::failed,
                  fmt::format("the helper process for {} {}", plan_.mount_point, in_words(status))};
  if (++losses_ == most_losses) verdict_ = error;
  return error;
}

void ForeignMount::drop_helper() {
  if (!helper_) return;
  if (helper_->pid > 0) {
    signal_group(helper_->pid, SIGKILL);
    if (::waitpid(helper_->pid, nullptr, WNOHANG) == 0) left_behind_.push_back(helper_->pid);
  }
  helper_.reset();
}

}  // namespace doctor
