#pragma once

// The disk image of a WSL 2 distribution, and the Windows drive that it lies on.

#include <vector>

#include "lib/core/check.h"

namespace doctor {

// What a threshold of the check `disk` means, in bytes.
struct ImageLimits {
  std::uint64_t error = 0;    // free on the Windows drive
  std::uint64_t warning = 0;  // free on the Windows drive
  std::uint64_t note = 0;     // of the image, taken and not in use
};

// Where Windows keeps the image of this distribution: "C:\Users\me\...\ext4.vhdx", "" if not known.
std::string image_path(const Context& context);

// `root`: what statfs tells of "/", where it tells anything.
void look_at_image(const Context& context, const Answer<FileSystemInfo>& root,
                   const ImageLimits& limits, Diagnosis& facts, std::vector<Finding>& findings);

}  // namespace doctor
