#pragma once

// What a kernel release string says about WSL. Source: microsoft/WSL src/linux/init/util.cpp
// (UtilIsUtilityVm): a capital "Microsoft" is WSL 1, the lower-case one WSL 2.

#include <optional>
#include <string>
#include <string_view>

namespace doctor {

enum class KernelOrigin {
  wsl1,     // "4.4.0-19041-Microsoft", "3.4.0-Microsoft"
  wsl2,     // "6.6.87.2-microsoft-standard-WSL2", custom builds that keep the name
  unnamed,  // says nothing about WSL; a custom WSL kernel may be one of these
};
KernelOrigin kernel_origin(std::string_view release);

// A WSL 2 release named as Microsoft names its own builds: "A.B.C.D-microsoft-standard[-WSL2]", and
// with three numbers before 5.10 ("4.19.104-microsoft-standard"). False for what is certainly
// self-built: another name, a "+" at the end, three numbers since 5.10. A build of Microsoft's own
// sources without changes cannot be told from Microsoft's.
bool is_stock_wsl2_kernel(std::string_view release);

// The release that an x86 kernel file (bzImage) tells of itself, from its first 32 KiB or more:
// "6.6.87.2-microsoft-standard-WSL2". No value for anything else, ARM64 images among it. Source:
// Documentation/arch/x86/boot.rst, fields `header` and `kernel_version`.
std::optional<std::string> bzimage_release(std::string_view head);

}  // namespace doctor
