#pragma once

// Path questions that need several answers of a Host.

#include <string>
#include <string_view>

#include "lib/host/host.h"

namespace doctor {

// "/a/./b//c/../d" -> "/a/b/d", by text alone. An absolute path stays absolute, "" becomes ".".
std::string normalise(std::string_view path);

// `path` under `base` when it is relative. Nothing is looked up.
std::string absolute(std::string_view path, std::string_view base);

// Is `path` equal to `folder` or below it? Both absolute and normalised; by text alone.
bool is_below(std::string_view path, std::string_view folder);

// Every symbolic link of an absolute path followed, component by component, with lstat alone.
// Components that do not exist are kept as written, so a path that is yet to be made resolves too.
// Errors: `loop` after 40 links, and whatever kept a component from being looked at.
Answer<std::string> resolve(const Host& host, std::string_view path);

// What is at the end of all links; `missing` when nothing is.
Answer<FileInfo> stat(const Host& host, std::string_view path);

// True only when it is there for certain: an error other than `missing` is not "no", so ask stat
// then.
bool exists(const Host& host, std::string_view path);

}  // namespace doctor
