#pragma once

// Folders and files for scripts that may run as root: ours alone, and never reached through a link
// that somebody planted. Errors are sentences for a person, without a full stop.

#include <string>
#include <string_view>

#include "lib/base/expected.h"
#include "lib/host/descriptor.h"

namespace doctor {

// Opens a folder for `*at` calls; a missing one, and missing folders above it, are made with mode
// 0700. The folder itself may not be a link.
expected<Descriptor, std::string> open_folder(const std::string& path);

// The same for `name` in an open folder, but one that exists must be ours, and writable for nobody
// else. `path` is the whole path, for errors.
expected<Descriptor, std::string> open_private_folder(const Descriptor& parent,
                                                      const std::string& name,
                                                      const std::string& path);

// Makes a file that must not exist yet, open for reading and appending.
expected<Descriptor, std::string> create_file(const Descriptor& folder, const std::string& name,
                                              unsigned mode);

// Writes all bytes and waits until they are on the disk.
expected<void, std::string> write_durably(const Descriptor& file, std::string_view bytes);

// Waits until the names in the folder are on the disk.
void sync_folder(const Descriptor& folder);

// Up to `limit` bytes from the start of the file.
std::string read_start(const Descriptor& file, std::size_t limit);

}  // namespace doctor
