#pragma once

#include <string>

namespace doctor {

// The start of an x86 kernel file that tells `version` of itself, with the pointer where the boot
// protocol has it.
inline std::string bzimage(const std::string& version, std::size_t at = 0x3b80) {
  std::string head(0x4000, '\0');
  head.replace(0x202, 4, "HdrS");
  const std::size_t pointer = at - 0x200;
  head[0x20e] = static_cast<char>(pointer & 0xff);
  head[0x20f] = static_cast<char>(pointer >> 8);
  head.replace(at, version.size(), version);
  return head;
}

}  // namespace doctor
