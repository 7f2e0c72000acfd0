#pragma once

// What the tests of the linter share: mistakes as short lines of text.

#include <string>
#include <string_view>
#include <vector>

#include "lib/facts/wsl_config_lint.h"

namespace doctor {

constexpr WslConfigKind wsl_conf = WslConfigKind::wsl_conf;
constexpr WslConfigKind wslconfig = WslConfigKind::wslconfig;

inline WslConfigLint lint(std::string_view text, WslConfigKind kind,
                          const WslConfigFacts& facts = {}) {
  return lint_wsl_config(parse_wsl_config(text, kind), text, facts);
}

// "2:1 error wrong-file/wsl2.memory"
inline std::vector<std::string> mistakes(std::string_view text, WslConfigKind kind,
                                         const WslConfigFacts& facts = {}) {
  std::vector<std::string> found;
  for (const WslConfigMistake& mistake : lint(text, kind, facts).mistakes) {
    found.push_back(std::to_string(mistake.line) + ":" + std::to_string(mistake.column) +
                    (mistake.error ? " error " : " warning ") + mistake.id);
  }
  return found;
}

inline WslConfigMistake only_mistake(std::string_view text, WslConfigKind kind,
                                     const WslConfigFacts& facts = {}) {
  const WslConfigLint found = lint(text, kind, facts);
  return found.mistakes.size() == 1 ? found.mistakes[0] : WslConfigMistake{};
}

inline std::string mended(std::string_view text, WslConfigKind kind,
                          const WslConfigFacts& facts = {}) {
  return mend_wsl_config(text, kind, facts).bytes;
}

}  // namespace doctor
