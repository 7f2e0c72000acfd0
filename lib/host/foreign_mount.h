#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "lib/host/descriptor.h"
#include "lib/host/frames.h"
#include "lib/host/host.h"

namespace doctor {

struct ForeignMountPlan {
  std::string mount_point;  // for messages
  std::string program;      // started with `helper_argument`
  std::string greeting;     // the helper's first message
  std::chrono::milliseconds patience{
      2000};  // a question open for longer means that the mount hangs
};

// A mount that only ever its helper process touches. Questions are asked one after the other; they
// may come from several threads.
class ForeignMount {
 public:
  using Clock = std::chrono::steady_clock;

  explicit ForeignMount(ForeignMountPlan plan) : plan_(std::move(plan)) {}
  ForeignMount(const ForeignMount&) = delete;
  ForeignMount& operator=(const ForeignMount&) = delete;
  // Kills the helper, and does not wait for it.
  ~ForeignMount();

  // The helper's own words. Errors: `hung` for this and every later question once the mount has not
  // answered for as long as the patience lasts; `timed_out` when the question's own time was too
  // short to tell that; `failed` when the helper could not be started or died. A helper that died
  // is started again once.
  Answer<std::string> ask(std::string_view question,
                          Clock::time_point until = Clock::time_point::max());

 private:
  struct OpenQuestion {
    std::uint32_t id;
    Clock::time_point since;
  };

  struct Helper {
    pid_t pid;
    Descriptor socket;
    Inbox inbox;
    std::uint32_t last_id;
    std::optional<OpenQuestion> open;  // its answer comes before any other
  };

  expected<void, HostError> start(Clock::time_point since, Clock::time_point deadline);
  expected<void, HostError> send(std::string_view bytes, Clock::time_point since,
                                 Clock::time_point deadline);
  Answer<std::string> receive(Clock::time_point deadline);
  bool is_hung_since(Clock::time_point since) const;
  HostError no_time_left() const;
  HostError give_up(Clock::time_point since);
  HostError lost_helper();
  void drop_helper();

  const ForeignMountPlan plan_;
  std::timed_mutex mutex_;
  std::optional<Helper> helper_;
  std::optional<HostError> verdict_;  // the answer to every further question
  unsigned losses_ = 0;
  std::vector<pid_t> left_behind_;
};

}  // namespace doctor
