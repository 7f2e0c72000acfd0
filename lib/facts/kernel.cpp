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

}  // namespace doctor
