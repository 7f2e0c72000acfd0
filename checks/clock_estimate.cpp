#include "checks/clock_estimate.h"

#include <algorithm>
#include <cmath>

#include "lib/base/format.h"
#include "lib/base/text.h"

namespace doctor {

namespace {

// Servers understate their own error a little; without slack, good ones would contradict each
// other.
constexpr double slack_seconds = 0.005;

// Where the truth lies, as one server has it, and how sharply it was measured.
struct Interval {
  double low = 0;
  double high = 0;
  std::string server;
  double offset = 0;
  double uncertainty = 0;
};

Interval interval_of(const NtpReply& reply) {
  const NtpSample& best = *std::ranges::min_element(reply.samples, {}, &NtpSample::delay);
  const double measured = best.delay / 2 + slack_seconds;
  const double distance = measured + best.root_delay / 2 + best.root_dispersion;
  return {best.offset - distance, best.offset + distance, reply.server, best.offset, measured};
}

Interval interval_of(const HttpDate& date) {
  return {date.offset - date.uncertainty, date.offset + date.uncertainty, date.url, date.offset,
          date.uncertainty};
}

struct Overlap {
  double low = 0;
  double high = 0;
  std::size_t count = 0;
};

// The stretch that most intervals share. Quadratic, for a handful of servers.
Overlap best_overlap(const std::vector<Interval>& intervals) {
  Overlap best;
  for (const Interval& start : intervals) {
    Overlap here{start.low, start.high, 0};
    for (const Interval& other : intervals) {
      if (other.low > start.low || other.high < start.low) continue;
      ++here.count;
      here.high = std::min(here.high, other.high);
    }
    if (here.count > best.count) best = here;
  }
  return best;
}

// A clock that runs steadily gives a server's samples intervals that all overlap.
std::optional<double> jump_in(const NtpReply& reply) {
  double highest_low = -INFINITY, lowest_high = INFINITY;
  for (const NtpSample& sample : reply.samples) {
    highest_low = std::max(highest_low, sample.offset - sample.delay / 2);
    lowest_high = std::min(lowest_high, sample.offset + sample.delay / 2);
  }
  const double gap = highest_low - lowest_high;
  return gap > slack_seconds ? std::optional(gap) : std::nullopt;
}

Evidence evidence_of(const NtpReply& reply) {
  const std::string source = "NTP " + reply.server;
  if (reply.samples.empty()) {
    return {source, reply.error ? describe(*reply.error) : std::string("no samples")};
  }
  const NtpSample& best = *std::ranges::min_element(reply.samples, {}, &NtpSample::delay);
  return {source, fmt::format("offset {:+.3f} s, round trip {:.0f} ms, stratum {}", best.offset,
                              best.delay * 1000, best.stratum)};
}

Evidence evidence_of(const HttpDate& date) {
  if (date.error) return {date.url, describe(*date.error)};
  return {date.url, fmt::format("Date header: offset {:+.1f} s, give or take {:.1f} s", date.offset,
                                date.uncertainty)};
}

ClockEstimate contested(const std::vector<Interval>& intervals) {
  const double low = std::ranges::min(intervals, {}, &Interval::low).low;
  const double high = std::ranges::max(intervals, {}, &Interval::high).high;
  ClockEstimate estimate;
  estimate.contested = true;
  estimate.offset = (low + high) / 2;
  estimate.uncertainty = (high - low) / 2;
  return estimate;
}

ClockEstimate combine(const std::vector<Interval>& intervals) {
  const Overlap overlap = best_overlap(intervals);
  if (overlap.count * 2 <= intervals.size()) return contested(intervals);
  ClockEstimate estimate;
  const Interval* sharpest = nullptr;
  for (const Interval& interval : intervals) {
    if (interval.high < overlap.low || interval.low > overlap.high) {
      estimate.outvoted.push_back(interval.server);
    } else if (!sharpest || interval.uncertainty < sharpest->uncertainty) {
      sharpest = &interval;
    }
  }
  estimate.offset = sharpest->offset;
  estimate.uncertainty = sharpest->uncertainty;
  return estimate;
}

}  // namespace

std::vector<Evidence> evidence_of(const WorldTime& times) {
  std::vector<Evidence> evidence;
  for (const NtpReply& reply : times.ntp) evidence.push_back(evidence_of(reply));
  for (const HttpDate& date : times.http) evidence.push_back(evidence_of(date));
  return evidence;
}

Answer<ClockEstimate> estimate_clock(const WorldTime& times) {
  std::vector<Interval> ntp, http;
  std::optional<double> jump;
  for (const NtpReply& reply : times.ntp) {
    if (reply.samples.empty()) continue;
    ntp.push_back(interval_of(reply));
    if (const auto found = jump_in(reply)) jump = std::max(jump.value_or(0), *found);
  }
  for (const HttpDate& date : times.http) {
    if (date.error) continue;
    http.push_back(interval_of(date));
  }
  if (ntp.empty() && http.empty()) {
    std::string asked = count_of(times.ntp.size(), "NTP server");
    if (!times.http.empty()) asked += " or " + count_of(times.http.size(), "HTTPS server");
    return unexpected(HostError{HostErrorKind::timed_out, "no time from " + asked});
  }
  ClockEstimate estimate = combine(ntp.empty() ? http : ntp);
  estimate.method = ntp.empty()
                        ? fmt::format("the Date of {}", count_of(http.size(), "HTTPS answer"))
                        : fmt::format("NTP ({})", count_of(ntp.size(), "server"));
  estimate.jump = jump;
  return estimate;
}

}  // namespace doctor
