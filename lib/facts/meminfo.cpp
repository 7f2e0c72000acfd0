#include "lib/facts/meminfo.h"

#include <charconv>
#include <limits>

#include "lib/base/text.h"

namespace doctor {

namespace {

constexpr std::uint64_t kibibyte = 1024;

// "       16265028 kB"
std::optional<std::uint64_t> size_of(std::string_view text) {
  text = trim(text);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number > std::numeric_limits<std::uint64_t>::max() / kibibyte) {
    return std::nullopt;
  }
  const auto read = static_cast<std::size_t>(end - text.data());
  if (trim(text.substr(read)) != "kB") return std::nullopt;
  return number * kibibyte;
}

}  // namespace

std::optional<MemInfo> parse_meminfo(std::string_view text) {
  MemInfo info;
  for (const std::string& line : lines(text)) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const auto size = size_of(std::string_view(line).substr(colon + 1));
    if (!size) continue;
    const std::string_view name = std::string_view(line).substr(0, colon);
    if (name == "MemTotal") info.total = *size;
    if (name == "MemAvailable") info.available = *size;
    if (name == "SwapTotal") info.swap_total = *size;
    if (name == "SwapFree") info.swap_free = *size;
  }
  if (info.total == 0) return std::nullopt;
  return info;
}

}  // namespace doctor
