#pragma once

// What can be wrong with libstdc++ and glibc, in words.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checks/loader_search.h"
#include "lib/core/diagnosis.h"
#include "lib/facts/os_release.h"
#include "lib/facts/versions.h"

namespace doctor {

// Of a library's symbol versions, the highest of a family: "GLIBCXX", "CXXABI", "GLIBC".
std::optional<Version> highest(const FoundLibrary& library, std::string_view family);
std::optional<Version> highest(const std::optional<FoundLibrary>& library, std::string_view family);

// "GLIBCXX_3.4.30 (GCC 12.1)"
std::string glibcxx_name(const Version& version);

// Where the library is, and how far its versions reach.
Evidence evidence_of(const FoundLibrary& library);

// `in_hand` is where update-alternatives keeps what it knows of libstdc++.so.6, "" if it knows
// none.
Finding loop_finding(const std::vector<LoopingLink>& loops, const std::string& in_hand);

// No loop (any more), but update-alternatives still has the link in hand.
Finding alternatives_finding(const FoundLibrary& library, const std::string& in_hand);

Finding missing_finding(const OsRelease& release, bool musl);
Finding unreadable_finding(const HostError& obstacle);

// The minimum of VS Code Server, where the versions do not reach it or cannot be told.
std::optional<Finding> judge_library(const Host& host, const FoundLibrary& library,
                                     bool glibc_too_old);
std::optional<Finding> judge_glibc(const LibrarySearch& glibc, bool own_linker);

// A folder of LD_LIBRARY_PATH (conda, CUDA, a game) whose library stands before the system's: a
// finding where it is older, else a note.
void judge_preferred(const LibrarySearch& search, std::vector<Finding>& findings,
                     std::vector<std::string>& notes);

}  // namespace doctor
