#pragma once

// The bash functions that fix scripts share. A script carries only the parts its statements use, so
// that whoever reads it before running it as root has no more to read than needed.

#include <string>
#include <string_view>

namespace doctor {

// The functions that `statements` (of both apply and undo) use, and what those need.
std::string prelude_for(std::string_view statements);

// Do the statements change files through the prelude, so that `restore_files` can undo them?
bool changes_files(std::string_view statements);

}  // namespace doctor
