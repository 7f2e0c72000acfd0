#pragma once

// journal.jsonl in a run's folder: one JSON object a line, on the disk before anything is done, so
// that a run that was cut short can be told from one that ended.

#include <string>

#include "lib/base/expected.h"
#include "lib/host/descriptor.h"

namespace doctor {

struct JournalEntry {
  std::string event;  // "intent" before a step, "outcome" after it
  std::string fix;
  std::string script;  // path
  std::string sha256;  // of the script's bytes
  std::string status;  // of an outcome: see StepStatus
  int exit_code = 0;   // of an outcome
  std::string message;
};

expected<void, std::string> append(const Descriptor& journal, const JournalEntry& entry);

}  // namespace doctor
