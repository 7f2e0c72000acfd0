#include "checks/name_servers.h"

#include "checks/name_server_advice.h"
#include "lib/base/format.h"
#include "lib/base/text.h"

namespace doctor {

namespace {

constexpr unsigned no_error = 0, server_failure = 2, no_such_name = 3, refused = 5;

bool has_address(const Answer<DnsReply>& answer) {
  return answer && answer->code == no_error && !answer->addresses.empty();
}

bool ends_lookup(const Answer<DnsReply>& answer) {
  return answer && (answer->code == no_error || answer->code == no_such_name);
}

bool says_nothing_of_the_network(const HostError& error) {
  return error.kind == HostErrorKind::not_recorded || error.kind == HostErrorKind::unsupported ||
         error.kind == HostErrorKind::denied;
}

std::string rcode(unsigned code) {
  switch (code) {
    case server_failure:
      return "SERVFAIL (the name server could not find out)";
    case no_such_name:
      return "NXDOMAIN (there is no such name)";
    case refused:
      return "REFUSED";
    default:
      return fmt::format("error {}", code);
  }
}

// The name is found in some other way all the same: /etc/hosts, nss-resolve, a proxy.
bool works_otherwise(const NetworkAnswers& answers) {
  return (answers.direct && answers.direct->has_value()) || answers.proxy_works();
}

std::string summary_of_failure(const NetworkAnswers& answers) {
  if (answers.servers.size() > 1) {
    return fmt::format("None of the {} name servers finds {}.", answers.servers.size(),
                       answers.name);
  }
  const NameServer& server = answers.servers.front();
  if (server.answer) {
    return fmt::format("The name server {} cannot find {}: {}.", server.address, answers.name,
                       rcode(server.answer->code));
  }
  if (server.answer.error().kind == HostErrorKind::timed_out) {
    return fmt::format("The name server {} is silent, so names are not found.", server.address);
  }
  return fmt::format("The name server {} cannot be reached ({}), so names are not found.",
                     server.address, describe(server.answer.error()));
}

Finding all_fail(const Context& context, const NetworkAnswers& answers) {
  Finding finding;
  finding.id = "name-servers";
  finding.severity = works_otherwise(answers) ? Status::warning : Status::error;
  finding.summary = summary_of_failure(answers);
  finding.detail = what_to_do(context, answers);
  if (answers.proxy_works()) {
    finding.detail += " Go reaches modules through its proxy all the same.";
  } else if (works_otherwise(answers)) {
    finding.detail += " The system finds the name in some other way all the same.";
  }
  return finding;
}

Finding no_such(const Context& context, const NetworkAnswers& answers, const Lookup& lookup) {
  Finding finding;
  finding.id = "unknown-name";
  const NameServer& asked = answers.servers[lookup.server];
  for (std::size_t i = lookup.server + 1; i < answers.servers.size(); ++i) {
    if (!has_address(answers.servers[i].answer)) continue;
    finding.summary = fmt::format("The name server {} says that {} does not exist; {} knows it.",
                                  asked.address, answers.name, answers.servers[i].address);
    finding.detail =
        "Resolvers believe the first that answers: the order in /etc/resolv.conf decides.";
    return finding;
  }
  finding.summary =
      fmt::format("The name server {} answers, but knows no {}.", asked.address, answers.name);
  finding.detail = about_unknown_name(context, answers);
  return finding;
}

Finding slow(const NetworkAnswers& answers, const Lookup& lookup, double seconds) {
  Finding finding;
  finding.id = "slow";
  finding.measurements = {{"look-up", lookup.waited + seconds, "s"}};
  const NameServer& answering = answers.servers[lookup.server];
  if (lookup.waited == 0) {
    finding.summary = fmt::format("The name server {} takes {} for an answer.", answering.address,
                                  human_seconds(seconds));
    return finding;
  }
  std::vector<std::string> silent;
  for (std::size_t i = 0; i < lookup.server; ++i) silent.push_back(answers.servers[i].address);
  finding.summary =
      fmt::format("{} is silent, so look-ups wait {} before {} is asked.", join(silent, " and "),
                  human_seconds(lookup.waited), answering.address);
  finding.detail =
      "Put a name server that answers first in /etc/resolv.conf, or take the silent one out.";
  return finding;
}

}  // namespace

Lookup look_up(const std::vector<NameServer>& servers, unsigned timeout) {
  Lookup lookup;
  bool all_known = true;
  for (lookup.server = 0; lookup.server < servers.size(); ++lookup.server) {
    const auto& answer = servers[lookup.server].answer;
    if (is_offline(answer)) {
      lookup.end = LookupEnd::not_asked;
      return lookup;
    }
    if (ends_lookup(answer)) {
      lookup.end = has_address(answer) ? LookupEnd::found : LookupEnd::no_such;
      return lookup;
    }
    if (answer) continue;  // a failure, but a quick one
    if (says_nothing_of_the_network(answer.error())) all_known = false;
    if (answer.error().kind == HostErrorKind::timed_out) lookup.waited += timeout;
  }
  lookup.end = servers.empty() || !all_known ? LookupEnd::not_known : LookupEnd::failed;
  return lookup;
}

std::string in_words(const std::string& name, const Answer<DnsReply>& answer) {
  if (!answer) return describe(answer.error());
  if (answer->code != no_error) return rcode(answer->code);
  if (answer->addresses.empty()) return name + " has no IPv4 address";
  return fmt::format("{} is {}, in {}", name, answer->addresses.front(),
                     human_seconds(answer->seconds));
}

std::vector<Evidence> name_server_evidence(const NetworkAnswers& answers) {
  std::vector<Evidence> evidence;
  for (const NameServer& server : answers.servers) {
    evidence.push_back({"name server " + server.address, in_words(answers.name, server.answer)});
  }
  if (answers.direct) {
    const auto& direct = *answers.direct;
    evidence.push_back(
        {"connection to " + answers.place,
         direct ? fmt::format("{}, in {}", direct->address, human_seconds(direct->seconds))
                : describe(direct.error())});
  }
  return evidence;
}

std::optional<Finding> name_server_finding(const Context& context, const NetworkAnswers& answers,
                                           double slow_seconds) {
  const Lookup lookup = look_up(answers.servers, answers.resolv.conf.timeout);
  switch (lookup.end) {
    case LookupEnd::not_asked:
      return std::nullopt;
    case LookupEnd::failed:
      return all_fail(context, answers);
    case LookupEnd::no_such:
      if (works_otherwise(answers)) return std::nullopt;
      return no_such(context, answers, lookup);
    case LookupEnd::found: {
      const double seconds = answers.servers[lookup.server].answer->seconds;
      if (lookup.waited + seconds <= slow_seconds) return std::nullopt;
      return slow(answers, lookup, seconds);
    }
    case LookupEnd::not_known:
      break;
  }
  Finding finding;
  finding.id = "name-servers";
  finding.severity = Status::unknown;
  if (answers.servers.empty()) {
    finding.summary = "Nothing was asked: neither GOPROXY nor the time servers name a host.";
  } else if (!answers.servers.front().answer) {
    finding.summary =
        fmt::format("The name server {} could not be asked: {}.", answers.servers.front().address,
                    describe(answers.servers.front().answer.error()));
  }
  return finding;
}

}  // namespace doctor
