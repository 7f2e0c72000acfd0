#pragma once

// Why a machine gives no answer.

#include <optional>
#include <string>
#include <string_view>

#include "lib/base/expected.h"

namespace doctor {

// Why a question has no answer.
enum class HostErrorKind {
  missing,       // the thing asked about does not exist (this *is* knowledge)
  denied,        // permission denied
  timed_out,     // no answer within the deadline
  hung,          // the mount it lies on has stopped answering; later questions fail at once
  loop,          // too many levels of symbolic links
  unsupported,   // this machine cannot answer such a question (no interop, musl, not a directory,
                 // ...)
  offline,       // it needs the network, and --offline forbids that
  refused,       // the other side is there, and nothing listens at that port
  unreachable,   // there is no way to the other side: no route, no network
  not_recorded,  // a snapshot that does not hold the answer
  failed,        // anything else; `reason` has the operating system's words
};

// Stable spellings, used in snapshots and in JSON: "missing", "denied", "timed-out", ...
std::string_view to_string(HostErrorKind kind);
std::optional<HostErrorKind> host_error_kind(std::string_view text);

struct HostError {
  HostErrorKind kind = HostErrorKind::failed;
  std::string reason;  // one plain phrase without a full stop, e.g. "no reply in 2 s"

  bool operator==(const HostError&) const = default;
};

// "reason", or the kind's own words where no reason was given.
std::string describe(const HostError& error);

template <class Value>
using Answer = expected<Value, HostError>;

}  // namespace doctor
