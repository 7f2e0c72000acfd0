#include "lib/facts/process_parent.h"

#include <charconv>

#include "lib/base/text.h"

namespace doctor {

std::optional<unsigned> parent_process(std::string_view pid_stat) {
  // The program's name stands in parentheses and may hold blanks and parentheses itself.
  const auto after_name = pid_stat.rfind(") ");
  if (after_name == std::string_view::npos) return std::nullopt;
  const auto fields = split(pid_stat.substr(after_name + 2), ' ');  // from `state` on
  if (fields.size() < 3) return std::nullopt;
  unsigned parent = 0;
  const char* end = fields[1].data() + fields[1].size();
  const auto result = std::from_chars(fields[1].data(), end, parent);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return parent;
}

}  // namespace doctor
