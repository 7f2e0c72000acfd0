#pragma once

// The parts of the prelude that change files, see prelude.h.

#include <string_view>

namespace doctor {

extern const std::string_view files_part;  // what the two below need, and `restore_files`
extern const std::string_view edit_file_part;
extern const std::string_view create_file_part;

}  // namespace doctor
