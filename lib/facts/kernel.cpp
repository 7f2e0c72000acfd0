#include "lib/facts/kernel.h"

#include <algorithm>
#include <optional>

#include "lib/facts/versions.h"

namespace doctor {

KernelOrigin kernel_origin(std::string_view release) {
  if (release.find("Microsoft") != std::string_view::npos) return KernelOrigin::wsl1;
  if (release.find("microsoft") != std::string_view::npos) return KernelOrigin::wsl2;
  return KernelOrigin::unnamed;
}

bool is_stock_wsl2_kernel(std::string_view release) {
  const std::size_t numbers_end =
      std::min(release.find_first_not_of("0123456789."), release.size());
  const std::string_view name = release.substr(numbers_end);
  if (name != "-microsoft-standard" && name != "-microsoft-standard-WSL2") return false;
  const std::optional<Version> version = parse_version(release.substr(0, numbers_end));
  if (!version) return false;
  // Microsoft's fourth number came with 5.10.16.3; three of them in a newer release are upstream's
  // own, and so the mark of a self-built kernel.
  const std::size_t numbers = *version < Version{{5, 10}} ? 3 : 4;
  return version->parts.size() == numbers;
}

std::optional<std::string> bzimage_release(std::string_view head) {
  constexpr std::size_t magic_at = 0x202;
  constexpr std::size_t pointer_at = 0x20e;
  constexpr std::size_t pointer_base = 0x200;
  constexpr std::size_t longest_release = 64;
  if (head.size() < pointer_at + 2 || head.substr(magic_at, 4) != "HdrS") return std::nullopt;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(head[at]); };
  const std::size_t pointer = byte(pointer_at) | std::size_t{byte(pointer_at + 1)} << 8;
  if (pointer == 0 || pointer + pointer_base >= head.size()) return std::nullopt;
  const std::string_view text = head.substr(pointer + pointer_base, longest_release + 1);
  const std::size_t end =
      text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_+");
  // It goes on with who built it, behind a blank.
  if (end == 0 || end == std::string_view::npos || text[end] != ' ') return std::nullopt;
  return std::string(text.substr(0, end));
}

}  // namespace doctor
