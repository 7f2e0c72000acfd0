#include "lib/base/size.h"

#include <array>
#include <string_view>

#include "lib/base/format.h"

namespace doctor {

std::string human_size(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 6> units = {"KB", "MB", "GB", "TB", "PB", "EB"};
  if (bytes < 1024) return fmt::format("{} {}", bytes, bytes == 1 ? "byte" : "bytes");
  std::size_t unit = 0;
  std::uint64_t whole = bytes / 1024;
  std::uint64_t rest = bytes % 1024;
  while (whole >= 1024) {
    rest = whole % 1024;
    whole /= 1024;
    ++unit;
  }
  const std::uint64_t tenths = rest * 10 / 1024;
  if (whole >= 100 || tenths == 0) return fmt::format("{} {}", whole, units[unit]);
  return fmt::format("{}.{} {}", whole, tenths, units[unit]);
}

}  // namespace doctor
