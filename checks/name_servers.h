#pragma once

// What the name servers answer, judged as a resolver would go through them.

#include <optional>

#include "checks/network_answers.h"

namespace doctor {

enum class LookupEnd {
  found,      // an address
  no_such,    // the answer is that there is none
  failed,     // no server has given an answer
  not_asked,  // --offline
  not_known,  // at least one could not be asked, for a reason that says nothing about the network
};

// How a look-up ends: the servers are asked in their order, and the next one only when one is
// silent or fails. "No such name" ends it. Sources: resolv.conf(5); net/dnsclient_unix.go, Go 1.26.
struct Lookup {
  LookupEnd end = LookupEnd::not_known;
  std::size_t server = 0;  // that ended it
  double waited = 0;       // seconds on silent servers before, by the file's own timeout
};
Lookup look_up(const std::vector<NameServer>& servers, unsigned timeout);

// "example.org is 192.0.2.7, in 11 ms", "no answer in 1.5 s", "SERVFAIL".
std::string in_words(const std::string& name, const Answer<DnsReply>& answer);

std::vector<Evidence> name_server_evidence(const NetworkAnswers& answers);

// Not where resolv.conf itself is unusable.
std::optional<Finding> name_server_finding(const Context& context, const NetworkAnswers& answers,
                                           double slow_seconds);

}  // namespace doctor
