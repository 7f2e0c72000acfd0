#pragma once

// What is wrong in a wsl.conf or .wslconfig, and how to mend what is beyond doubt.
//
// Pure: a text and a few facts in, mistakes out. The rules follow what WSL does with each line
// (lib/facts/wsl_config.h) and the table of its keys (lib/facts/wsl_keys.h).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/facts/versions.h"
#include "lib/facts/wsl_config.h"

namespace doctor {

// What is known of the machine; the rules that would need what is not known stay silent.
struct WslConfigFacts {
  std::optional<Version> wsl_version;
  bool wsl1 = false;
  unsigned windows_build = 0;        // 22631; 0: not known
  unsigned processors = 0;           // of the computer, logical ones; 0: not known
  std::string networking_mode;       // that runs now, as wslinfo spells it; "" not known
  const WslConfig* other = nullptr;  // the other of the two files
};

// An edit after which WSL reads `value` for section.key: first `edit`, then whatever
// set_wsl_config finds still to do. An empty `key`: the edit is all (a comment, a header).
struct WslConfigMend {
  TextEdit edit;
  std::string section;
  std::string key;
  std::string value;
};

struct WslConfigMistake {
  std::string id;  // rule and name: "unknown-key/wsl2.memroy", "not-a-comment"
  // What the file asks for does not happen; otherwise it may, or nothing is lost.
  bool error = false;
  std::size_t line = 0;
  std::size_t column = 0;
  std::string message;  // one sentence, without the place
  std::string advice;   // what to do, in sentences
  std::optional<WslConfigMend> mend;
};

struct WslConfigLint {
  std::vector<WslConfigMistake> mistakes;  // in the order of the file, the first 1000
  std::size_t more = 0;                    // that were found beyond those
};

// `config` is what parse_wsl_config makes of `bytes`.
WslConfigLint lint_wsl_config(const WslConfig& config, std::string_view bytes,
                              const WslConfigFacts& facts);

// The text in lines as a person sees them: UTF-8, without BOM. Line N is the Nth from 1.
std::vector<std::string> wsl_config_lines(const WslConfig& config, std::string_view bytes);

// The same text in UTF-8 without a BOM, which WSL reads in both files.
std::string as_plain_utf8(std::string_view bytes, TextEncoding encoding);

struct MendedWslConfig {
  std::string bytes;
  std::vector<std::string> done;  // ids of what was mended; each once
  bool weighty = false;           // as turns_on_weighty: a person should look first
};

// Applies every mend, one after the other; each is tried and kept only when WSL then reads what
// was meant and every other setting as before. (Where a syntax error had hidden the rest of the
// file, that rest counts from then on.) A file beyond 16 KiB is left alone.
MendedWslConfig mend_wsl_config(std::string_view bytes, WslConfigKind kind,
                                const WslConfigFacts& facts);

// Does WSL, by the second text, take a setting that it did not take by the first and that can keep
// it from starting, hide drives, run programs or change who one is?
bool turns_on_weighty(std::string_view before, std::string_view after, WslConfigKind kind);

// One edit from the first to the last changed byte.
TextEdit edit_between(std::string_view before, std::string_view after);

}  // namespace doctor
