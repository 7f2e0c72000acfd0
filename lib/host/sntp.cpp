#include "lib/host/sntp.h"

#include <algorithm>
#include <utility>

#include <poll.h>

#include "lib/base/format.h"
#include "lib/host/name_lookup.h"
#include "lib/host/ntp_exchange.h"
#include "lib/host/time_sources.h"

namespace doctor {
namespace {

using namespace std::chrono_literals;
using TimePoint = std::chrono::steady_clock::time_point;

constexpr std::uint16_t ntp_port = 123;
constexpr std::size_t greatest_servers = 16;  // a settings file must not make us a flood
constexpr std::size_t greatest_addresses = 4;
constexpr std::size_t wanted_samples = 4;
constexpr auto between_samples = 30ms;
constexpr auto between_addresses = 250ms;
constexpr auto before_asking_again = 600ms;
// Servers that allow one request only fall silent after it.
constexpr auto patience_for_next_sample = 400ms;

struct Attempt {
  NtpExchange exchange;
  TimePoint next_send;
};

struct Server {
  NtpReply reply;
  std::size_t lookup = 0;
  bool resolved = false;
  std::vector<SocketAddress> addresses;
  std::size_t tried = 0;  // of `addresses`
  TimePoint next_address;
  std::vector<Attempt> attempts;  // once one has answered, that one alone
  bool awaiting_sample = false;   // a further one, after the first
  bool done = false;

  void fail(HostErrorKind kind, std::string reason) {
    reply.error = HostError{kind, std::move(reason)};
    done = true;
  }
};

bool is_over(const Attempt& attempt) {
  return attempt.exchange.over();
}

void resolve(Server& server, const NameLookup& lookup, TimePoint now) {
  const auto result = lookup.result(server.lookup);
  if (!result) return;
  if (!*result) {
    return server.fail(HostErrorKind::failed, "its name cannot be resolved: " + result->error());
  }
  server.resolved = true;
  server.addresses = **result;
  if (server.addresses.size() > greatest_addresses) server.addresses.resize(greatest_addresses);
  server.next_address = now;
}

void ask_for_more(Server& server, TimePoint now) {
  Attempt& attempt = server.attempts.front();
  if (now < attempt.next_send) return;
  if (!server.awaiting_sample) attempt.exchange.send();
  server.done = server.awaiting_sample || is_over(attempt);
  attempt.next_send = now + patience_for_next_sample;
  server.awaiting_sample = true;
}

void ask_for_first(Server& server, TimePoint now) {
  for (Attempt& attempt : server.attempts) {
    if (now < attempt.next_send || is_over(attempt)) continue;
    attempt.exchange.send();
    attempt.next_send = now + before_asking_again;
  }
  while (server.tried < server.addresses.size() &&
         (now >= server.next_address ||
          std::all_of(server.attempts.begin(), server.attempts.end(), is_over))) {
    server.attempts.push_back(
        {NtpExchange(server.addresses[server.tried++]), now + before_asking_again});
    server.attempts.back().exchange.send();
    server.next_address = now + between_addresses;
  }
  if (std::all_of(server.attempts.begin(), server.attempts.end(), is_over)) {
    server.fail(HostErrorKind::failed, server.attempts.front().exchange.problem());
  }
}

// Does whatever is due.
void advance(Server& server, const NameLookup& lookup, TimePoint now) {
  if (!server.done && !server.resolved) resolve(server, lookup, now);
  if (server.done || !server.resolved) return;
  if (server.reply.samples.empty()) {
    ask_for_first(server, now);
  } else {
    ask_for_more(server, now);
  }
}

TimePoint next_due(const Server& server) {
  TimePoint due = TimePoint::max();
  if (server.tried < server.addresses.size() && server.reply.samples.empty()) {
    due = server.next_address;
  }
  for (const Attempt& attempt : server.attempts) {
    if (!is_over(attempt)) due = std::min(due, attempt.next_send);
  }
  return due;
}

void receive(Server& server, std::size_t index, TimePoint now) {
  const auto sample = server.attempts[index].exchange.receive();
  if (!sample) {
    if (!server.reply.samples.empty()) server.done = is_over(server.attempts[index]);
    return;
  }
  if (server.reply.samples.empty()) {
    Attempt answering = std::move(server.attempts[index]);
    server.attempts.clear();
    server.attempts.push_back(std::move(answering));
    server.reply.address = server.attempts.front().exchange.address();
  }
  server.reply.samples.push_back(*sample);
  server.attempts.front().next_send = now + between_samples;
  server.awaiting_sample = false;
  server.done = server.reply.samples.size() == wanted_samples;
}

// What to say of a server that gave no sample until the deadline.
void give_up(Server& server, double seconds) {
  if (!server.resolved) {
    return server.fail(HostErrorKind::timed_out,
                       fmt::format("its name was not resolved in {:.3g} s", seconds));
  }
  std::string reason = fmt::format("no reply in {:.3g} s", seconds);
  for (const Attempt& attempt : server.attempts) {
    const std::string& problem = attempt.exchange.problem();
    if (problem.empty()) continue;
    reason = fmt::format("no usable reply in {:.3g} s; {}: {}", seconds, attempt.exchange.address(),
                         problem);
  }
  server.fail(HostErrorKind::timed_out, std::move(reason));
}

struct Parsed {
  std::vector<Server> servers;
  std::vector<HostPort> names;  // of those that are not done already
};

Parsed parse_servers(const std::vector<std::string>& texts) {
  Parsed parsed;
  for (const std::string& text : texts) {
    Server server;
    server.reply.server = text;
    auto name = parse_host_port(text, ntp_port);
    if (!name) {
      server.fail(HostErrorKind::failed, name.error());
    } else if (parsed.names.size() == greatest_servers) {
      server.fail(HostErrorKind::failed,
                  fmt::format("only the first {} servers are asked", greatest_servers));
    } else {
      server.lookup = parsed.names.size();
      parsed.names.push_back(std::move(*name));
    }
    parsed.servers.push_back(std::move(server));
  }
  return parsed;
}

// Sleeps until something is due or has come, and takes in what has.
// `true` when a sample came.
bool wait_and_receive(std::vector<Server>& servers, NameLookup& lookup, TimePoint until) {
  std::vector<pollfd> polled = {{lookup.ready_fd(), POLLIN, 0}};
  std::vector<std::pair<Server*, std::size_t>> owners;
  TimePoint wake = until;
  for (Server& server : servers) {
    if (server.done) continue;
    wake = std::min(wake, next_due(server));
    for (std::size_t i = 0; i < server.attempts.size(); ++i) {
      if (is_over(server.attempts[i])) continue;
      polled.push_back({server.attempts[i].exchange.fd(), POLLIN, 0});
      owners.emplace_back(&server, i);
    }
  }
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(
      std::clamp<TimePoint::duration>(wake - std::chrono::steady_clock::now(), 0s, 60s));
  ::poll(polled.data(), polled.size(), static_cast<int>(wait.count()));
  if (polled.front().revents != 0) lookup.acknowledge();
  bool sample_came = false;
  for (std::size_t i = 0; i < owners.size(); ++i) {
    Server& server = *owners[i].first;
    // Its attempts are others once one of them has answered.
    if (polled[i + 1].revents == 0 || owners[i].second >= server.attempts.size()) continue;
    const std::size_t before = server.reply.samples.size();
    receive(server, owners[i].second, std::chrono::steady_clock::now());
    sample_came = sample_came || server.reply.samples.size() > before;
  }
  return sample_came;
}

}  // namespace

std::vector<NtpReply> ask_ntp_until(const std::vector<std::string>& servers, TimePoint until,
                                    const std::function<void()>& on_first_sample) {
  const TimePoint start = std::chrono::steady_clock::now();
  Parsed parsed = parse_servers(servers);
  NameLookup lookup(parsed.names);
  bool told = false;
  for (TimePoint now = start; now < until; now = std::chrono::steady_clock::now()) {
    for (Server& server : parsed.servers) advance(server, lookup, now);
    if (std::all_of(parsed.servers.begin(), parsed.servers.end(),
                    [](const Server& server) { return server.done; })) {
      break;
    }
    const bool sample_came = wait_and_receive(parsed.servers, lookup, until);
    if (sample_came && !std::exchange(told, true)) on_first_sample();
  }
  std::vector<NtpReply> replies;
  for (Server& server : parsed.servers) {
    const double seconds = std::chrono::duration<double>(until - start).count();
    if (!server.done && server.reply.samples.empty()) give_up(server, seconds);
    replies.push_back(std::move(server.reply));
  }
  return replies;
}

std::vector<NtpReply> ask_ntp(const std::vector<std::string>& servers,
                              std::chrono::milliseconds deadline) {
  return ask_ntp_until(servers, std::chrono::steady_clock::now() + deadline, [] {});
}

}  // namespace doctor
