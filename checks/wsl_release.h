#pragma once

// Which WSL runs, from the best witness there is.

#include <optional>
#include <string>

#include "lib/core/check.h"
#include "lib/facts/versions.h"

namespace doctor {

struct WslRelease {
  std::optional<Version> running;    // wslinfo's word, which is compiled into WSL's own init
  std::optional<Version> installed;  // Windows' word, asked only where wslinfo gave none
  std::optional<Version> below;      // the running one is older than this, by its kernel

  // Is the running release older than `version`? No value: it cannot be told.
  std::optional<bool> older_than(const Version& version) const;

  // "WSL 2.6.1", "This WSL (older than 2.0.1, by its kernel)", "This WSL"
  std::string words() const;
  std::string words_amid() const;  // the same amid a sentence: "this WSL ..."
};

// May start PowerShell: on WSL before 2.2.3, whose wslinfo does not tell.
WslRelease wsl_release(const Context& context);

}  // namespace doctor
