#include <algorithm>
#include <future>
#include <mutex>

#include "lib/host/sntp.h"
#include "lib/host/time_sources.h"

namespace doctor {
namespace {

using namespace std::chrono_literals;

// How long NTP may stay silent before HTTPS is asked as well.
constexpr std::chrono::milliseconds silence = 300ms;

// Said once: whether any NTP server has answered.
class FirstWord {
 public:
  void say(bool answered) {
    std::call_once(once_, [&] { promise_.set_value(answered); });
  }
  // Silence is "no".
  bool heard_within(std::chrono::milliseconds time) {
    return future_.wait_for(time) == std::future_status::ready && future_.get();
  }

 private:
  std::once_flag once_;
  std::promise<bool> promise_;
  std::future<bool> future_ = promise_.get_future();
};

}  // namespace

WorldTime ask_world_time(const TimeQuery& query) {
  const auto until = std::chrono::steady_clock::now() + query.deadline;
  const auto left = [&] {
    return std::max(0ms, std::chrono::duration_cast<std::chrono::milliseconds>(
                             until - std::chrono::steady_clock::now()));
  };
  WorldTime time;
  if (query.servers.empty()) {
    time.http = ask_http_dates(query.urls, query.deadline);
    return time;
  }
  if (query.urls.empty()) {
    time.ntp = ask_ntp(query.servers, query.deadline);
    return time;
  }
  FirstWord ntp;
  std::future<std::vector<NtpReply>> replies = std::async(std::launch::async, [&] {
    auto result = ask_ntp_until(query.servers, until, [&] { ntp.say(true); });
    ntp.say(false);
    return result;
  });
  if (!ntp.heard_within(std::min(silence, query.deadline / 2))) {
    time.http = ask_http_dates(query.urls, left());
  }
  time.ntp = replies.get();
  return time;
}

}  // namespace doctor
