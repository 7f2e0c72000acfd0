#include "lib/facts/process_limits.h"

#include <charconv>
#include <sstream>
#include <vector>

#include "lib/base/text.h"

namespace doctor {

namespace {

std::vector<std::string> words(std::string_view line) {
  std::istringstream stream{std::string(line)};
  std::vector<std::string> found;
  for (std::string word; stream >> word;) found.push_back(word);
  return found;
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (text.empty() || result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

std::optional<ProcessLimit> limit_of(std::string_view soft, std::string_view hard) {
  const ProcessLimit limit{number(soft), number(hard)};
  const bool understood =
      (limit.soft || soft == "unlimited") && (limit.hard || hard == "unlimited");
  return understood ? std::optional(limit) : std::nullopt;
}

}  // namespace

std::optional<ProcessLimit> parse_process_limit(std::string_view text, std::string_view name) {
  for (const std::string& line : lines(text)) {
    if (!line.starts_with(name) || line.size() == name.size() || line[name.size()] != ' ') continue;
    const auto fields = words(std::string_view(line).substr(name.size()));
    if (fields.size() < 2) return std::nullopt;
    return limit_of(fields[0], fields[1]);
  }
  return std::nullopt;
}

std::optional<ProcessLimit> parse_ulimit_output(std::string_view text) {
  const auto fields = words(text);
  if (fields.size() != 2) return std::nullopt;
  return limit_of(fields[0], fields[1]);
}

std::optional<SystemFiles> parse_file_nr(std::string_view text) {
  const auto fields = words(text);  // allocated, allocated but free, most
  if (fields.size() != 3) return std::nullopt;
  const auto open = number(fields[0]), most = number(fields[2]);
  if (!open || !most) return std::nullopt;
  return SystemFiles{*open, *most};
}

std::string to_string(const std::optional<std::uint64_t>& limit) {
  return limit ? std::to_string(*limit) : "unlimited";
}

}  // namespace doctor
