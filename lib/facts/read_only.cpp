#include "lib/facts/read_only.h"

#include <algorithm>

#include "lib/base/text.h"

namespace doctor {

namespace {

bool has_option(std::string_view options, std::string_view wanted) {
  return std::ranges::any_of(split(options, ','),
                             [&](const std::string& option) { return option == wanted; });
}

}  // namespace

ReadOnly read_only(const Mount& mount) {
  const bool system_ro = has_option(mount.super_options, "ro");
  const bool broke = has_option(mount.super_options, "emergency_ro") ||
                     (system_ro && has_option(mount.options, "rw") &&
                      has_option(mount.super_options, "errors=remount-ro"));
  if (broke) return ReadOnly::after_an_error;
  return system_ro || has_option(mount.options, "ro") ? ReadOnly::by_choice : ReadOnly::no;
}

}  // namespace doctor
