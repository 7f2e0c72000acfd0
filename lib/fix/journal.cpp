#include "lib/fix/journal.h"

#include <ctime>

#include <fmt/chrono.h>
#include <nlohmann/json.hpp>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/fix/private_folder.h"

namespace doctor {

expected<void, std::string> append(const Descriptor& journal, const JournalEntry& entry) {
  const std::time_t now = std::time(nullptr);
  nlohmann::ordered_json line;
  line["time"] = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
  line["event"] = entry.event;
  line["fix"] = printable(entry.fix);
  line["script"] = printable(entry.script);
  line["sha256"] = entry.sha256;
  if (!entry.status.empty()) {
    line["status"] = entry.status;
    line["exit_code"] = entry.exit_code;
    line["message"] = printable(entry.message);
  }
  return write_durably(journal, line.dump() + "\n");
}

}  // namespace doctor
