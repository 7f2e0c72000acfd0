#pragma once

// The rules that lint_wsl_config (wsl_config_lint.h) is made of, of no use to others.

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/facts/wsl_config_lint.h"
#include "lib/facts/wsl_keys.h"

namespace doctor {

constexpr std::size_t most_mistakes = 1000;
constexpr std::size_t longest_told = 120;  // of a line that somebody is told to write

// What all rules look at, and where they put what they find.
class Linting {
 public:
  Linting(const WslConfig& given, std::string_view given_bytes, const WslConfigFacts& given_facts);

  const WslConfig& config;
  std::string_view bytes;  // of the file
  const WslConfigFacts& facts;
  bool conf;      // /etc/wsl.conf
  bool editable;  // byte offsets mean something

  // False when there are too many already: then it is only counted.
  bool add(WslConfigMistake mistake);
  bool full() const { return lint_.mistakes.size() >= most_mistakes; }
  WslConfigLint take();

  // Without its line end (and BOM); "" beyond the last.
  std::string_view line(std::size_t number) const;
  // Where it begins in `bytes`.
  std::size_t offset_of(std::size_t number) const;

  std::string_view file_name() const { return conf ? "/etc/wsl.conf" : ".wslconfig"; }
  WslConfigKind other_kind() const {
    return conf ? WslConfigKind::wslconfig : WslConfigKind::wsl_conf;
  }
  std::string_view other_file() const {
    return conf ? "%UserProfile%\\.wslconfig" : "/etc/wsl.conf in the distribution";
  }

 private:
  std::string decoded_;              // of a UTF-16 file
  std::string_view text_;            // bytes, or decoded_
  std::vector<std::size_t> begins_;  // of lines, in text_
  WslConfigLint lint_;
};

// What WSL rejects as syntax.
void lint_syntax(Linting& linting);
// Unknown sections and keys, wrong places, duplicates.
void lint_names(Linting& linting);
// Values that do not fit their keys.
void lint_values(Linting& linting);
// What fits, but not this machine or not together.
void lint_sense(Linting& linting);

// The assignment out of the file: its whole line, or all but a comment that shares it.
TextEdit without_assignment(const Linting& linting, const WslConfigEntry& entry);

// Byte ranges of the file, the comment excluded.
std::string_view raw_value(std::string_view bytes, std::size_t begin, std::size_t end);

// A mistake at an entry.
WslConfigMistake mistake_at(const WslConfigEntry& entry, std::string_view rule, bool error,
                            std::string message, std::string advice);

// What a header is made of: "[ wsl2 ] # c" has " wsl2 " inside, is closed, and " # c" is its rest.
struct HeaderParts {
  std::string_view inside;
  bool closed = false;
  std::string_view rest;
};
HeaderParts split_header(std::string_view line);  // a line that begins with [
std::string letters_and_digits(std::string_view text);

// What a person meant by something that WSL takes otherwise; nothing where there is doubt.

// The section that a rejected header means, in WSL's own spelling; "" if none is.
std::string meant_section(WslConfigKind file, std::string_view line);
// "C:\temp\x", as written with single backslashes or doubled ones -> C:\temp\x; drive paths only.
std::optional<std::string> meant_path(std::string_view raw);
// "yes" -> "true"
std::optional<std::string> meant_bool(std::string_view value);
// "4gb", "4 GB", "8GiB", "1.5GB" in WSL's own form, where that says exactly the same.
std::optional<std::string> meant_size(std::string_view value);

}  // namespace doctor
