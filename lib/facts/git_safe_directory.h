#pragma once

// git's refusal to work in a repository that belongs to somebody else, and its exception list.
// Source: git-config(1) safe.directory; git 2.35.2 and newer (CVE-2022-24765).

#include <optional>
#include <string>
#include <string_view>

#include "lib/facts/wsl_config.h"

namespace doctor {

// The repository that git refuses, from what it prints to standard error: "fatal: detected dubious
// ownership in repository at '/workspaces/shop'", or "unsafe repository ('/x' is owned by someone
// else)" of git before 2.37. An empty text: it refuses, but its words do not tell the path.
// No value: it says something else.
std::optional<std::string> refused_repository(std::string_view standard_error);

// The edit of a git configuration file that adds `directory` to safe.directory, every other byte
// kept. No value where none is safe: a file that ends in the middle of a line's continuation, or a
// path with a line end in it.
std::optional<TextEdit> add_safe_directory(std::string_view config, std::string_view directory);

}  // namespace doctor
