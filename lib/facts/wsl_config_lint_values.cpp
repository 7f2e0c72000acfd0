#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <utility>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/wsl_config_rules.h"

namespace doctor {
namespace {

constexpr std::uint64_t mebibyte = 1ULL << 20U;
constexpr std::uint64_t least_memory = 256 * mebibyte;  // WslCoreConfig.cpp raises less to it
constexpr std::size_t longest_shown = 60;               // of a value in a sentence

std::string shown(std::string_view value) {
  const bool cut = value.size() > longest_shown;
  return printable(value.substr(0, longest_shown)) + (cut ? "..." : "");
}

// One entry whose key WSL knows and whose value counts.
struct Set {
  Linting& linting;
  const WslConfigEntry& entry;
  const WslKey& key;

  std::string_view name() const { return key_of(key.name); }

  void add(std::string_view rule, bool error, std::string message, std::string advice,
           const std::optional<std::string>& value = std::nullopt) const {
    WslConfigMistake mistake =
        mistake_at(entry, rule, error, std::move(message), std::move(advice));
    if (value) {
      const auto written = written_wsl_value(*value);
      if (written && written->size() <= longest_told)
        mistake.advice += fmt::format(" Write `{}={}`.", name(), *written);
      if (written && linting.editable) {
        mistake.mend =
            WslConfigMend{{}, std::string(section_of(key.name)), std::string(name()), *value};
      }
    }
    linting.add(std::move(mistake));
  }

  void invalid(const std::optional<std::string>& meant = std::nullopt) const {
    add("invalid-value", true,
        fmt::format("WSL does not understand `{}={}` and keeps its default ({}).", name(),
                    shown(entry.value), key.fallback),
        fmt::format("It takes {}.", in_words(key)), meant);
  }
};

void lint_size(const Set& set) {
  const auto bytes = wsl_memory_size(set.entry.value);
  if (!bytes) {
    auto meant = meant_size(set.entry.value);
    if (meant && !wsl_memory_size(*meant)) meant.reset();
    set.invalid(meant);
    return;
  }
  const bool has_unit = set.entry.value.find_first_of("BKMGT") != std::string::npos;
  if (set.entry.value.starts_with('-')) {
    set.add(
        "odd-value", false,
        fmt::format("`{}={}` is an enormous number for WSL.", set.name(), shown(set.entry.value)),
        fmt::format("It takes {}.", in_words(set.key)));
  } else if (*bytes > 0 && *bytes < mebibyte && !has_unit) {
    set.add("bytes", true,
            fmt::format("`{0}={1}` means {1} bytes.", set.name(), shown(set.entry.value)),
            fmt::format("{} Add the unit: {}={}GB or {}={}MB.",
                        set.key.name == "wsl2.memory" ? "WSL raises it to 256 MB."
                                                      : "A number alone counts bytes.",
                        set.name(), shown(set.entry.value), set.name(), shown(set.entry.value)));
  } else if (set.key.name == "wsl2.memory" && *bytes > 0 && *bytes < least_memory) {
    set.add("odd-value", false,
            fmt::format("`memory={}` is less than WSL's least, 256 MB, which it takes instead.",
                        shown(set.entry.value)),
            "A Go build wants several GB.");
  }
}

void lint_integer(const Set& set) {
  if (!wsl_int(set.entry.value)) {
    set.invalid();
    return;
  }
  const unsigned processors = set.linting.facts.processors;
  if (set.key.name == "wsl2.processors" && processors > 0 &&
      *wsl_int(set.entry.value) > static_cast<int>(processors)) {
    set.add("odd-value", false,
            fmt::format("`processors={}` is more than the {} of this computer.",
                        shown(set.entry.value), processors),
            "WSL warns at every start, and takes all of them.");
  }
  const std::string& value = set.entry.value;
  const bool octal_digits = value.size() >= 2 && value.size() <= 3 && value[0] != '0' &&
                            value.find_first_not_of("01234567") == std::string::npos;
  if (set.key.name == "filesystem.umask" && octal_digits) {
    set.add("decimal-umask", false,
            fmt::format("`umask={}` is a decimal number for WSL: octal {:03o}.", value,
                        *wsl_int(value)),
            "An octal number begins with 0.", "0" + value);
  }
}

void lint_choice(const Set& set) {
  const auto choices = split(replace_all(set.key.choices, ", ", ","), ',');
  const bool known = std::ranges::any_of(choices, [&](const std::string& choice) {
    return equals_ignoring_case(choice, set.entry.value);
  });
  if (known) return;
  set.invalid(did_you_mean(set.entry.value, choices));
}

bool is_ipv4(std::string_view text) {
  const auto parts = split(text, '.');
  return parts.size() == 4 && std::ranges::all_of(parts, [](const std::string& part) {
           return !part.empty() && part.size() <= 3 &&
                  part.find_first_not_of("0123456789") == std::string::npos &&
                  std::stoi(part) <= 255;
         });
}

bool is_mac(std::string_view text) {
  if (text.size() != 17 || (text[2] != '-' && text[2] != ':')) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool separator = i % 3 == 2;
    const bool hex =
        std::string_view("0123456789abcdefABCDEF").find(text[i]) != std::string_view::npos;
    if (separator ? text[i] != text[2] : !hex) return false;
  }
  return true;
}

// std::stoi takes blanks before the number and anything behind it.
void lint_ports(const Set& set) {
  std::vector<std::string> bad;
  for (const std::string& part : split(set.entry.value, ',')) {
    const std::string_view text = trim(part);
    unsigned port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    if (!whole || port < 1 || port > 65535) bad.push_back(shown(text));
    if (bad.size() == 5) break;
  }
  if (bad.empty()) return;
  set.add("invalid-value", true,
          fmt::format("`{}` holds what is no port: {}.", set.name(), join(bad, ", ")),
          fmt::format("It takes {}.", in_words(set.key)));
}

void lint_windows_path(const Set& set) {
  const std::string& value = set.entry.value;
  const Linting& linting = set.linting;
  const std::string_view raw = linting.editable
                                   ? raw_value(linting.bytes, set.entry.begin, set.entry.end)
                                   : std::string_view{};
  const bool joined = raw.find('\n') != std::string_view::npos;
  const bool escaped = value.find_first_of("\b\n\t") != std::string::npos;
  if (joined || escaped) {
    set.add("backslash", true,
            joined ? fmt::format("The backslash at the end of the line joins the next line: WSL "
                                 "reads `{}={}`.",
                                 set.name(), shown(value))
                   : fmt::format("\\t, \\n and \\b are tab, line end and backspace here: WSL reads "
                                 "`{}={}`.",
                                 set.name(), shown(value)),
            "Double every backslash.", joined ? std::nullopt : meant_path(raw));
    return;
  }
  const bool drive = value.size() >= 3 && value[1] == ':' && (value[2] == '\\' || value[2] == '/');
  if (value.empty() || drive || value.starts_with("\\\\")) return;
  set.add("no-windows-path", true,
          fmt::format("`{}={}` is no absolute Windows path.", set.name(), shown(value)),
          fmt::format("It takes {}.{}", in_words(set.key),
                      value.find('%') != std::string::npos ? " WSL does not expand %...%." : ""));
}

// WSL's reader keeps one byte of each character of .wslconfig, and takes the bytes for UTF-8.
void lint_beyond_ascii(const Set& set) {
  const bool beyond = std::ranges::any_of(
      set.entry.value, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  if (set.linting.conf || !beyond) return;
  const bool path = set.key.type == WslKeyType::windows_path;
  set.add(
      "not-ascii", false,
      fmt::format("`{}` holds letters beyond ASCII, which WSL's reader does not keep.", set.name()),
      path ? "Use a path without them, for example in C:\\\\wsl." : "Use ASCII only.");
}

// "true ; why" or "8GB // half": what was meant as a comment is data.
bool lint_false_comment(const Set& set) {
  const std::string& value = set.entry.value;
  const std::size_t at = std::min(value.find(';'), value.find("//"));
  if (at == std::string::npos || at == 0) return false;
  const std::string meant(trim(std::string_view(value).substr(0, at)));
  WslConfigMistake mistake = mistake_at(
      set.entry, "not-a-comment", true,
      fmt::format("WSL takes `{}` for a part of the value of `{}`, which is invalid then.",
                  shown(value.substr(at)), set.name()),
      "Comments begin with #.");
  const std::string_view raw = set.linting.editable
                                   ? raw_value(set.linting.bytes, set.entry.begin, set.entry.end)
                                   : std::string_view{};
  const std::size_t mark = std::min(raw.find(';'), raw.find("//"));
  if (mark != std::string_view::npos) {
    const auto offset = static_cast<std::size_t>(raw.data() - set.linting.bytes.data()) + mark;
    mistake.mend = WslConfigMend{{offset, raw[mark] == ';' ? 1U : 2U, "#"},
                                 std::string(section_of(set.key.name)),
                                 std::string(set.name()),
                                 meant};
  }
  set.linting.add(std::move(mistake));
  return true;
}

bool is_typed(WslKeyType type) {
  return type == WslKeyType::boolean || type == WslKeyType::integer || type == WslKeyType::size ||
         type == WslKeyType::choice;
}

void lint_value(const Set& set) {
  if (is_typed(set.key.type) && lint_false_comment(set)) return;
  switch (set.key.type) {
    case WslKeyType::boolean:
      if (!wsl_bool(set.entry.value)) set.invalid(meant_bool(set.entry.value));
      break;
    case WslKeyType::integer:
      lint_integer(set);
      break;
    case WslKeyType::size:
      lint_size(set);
      break;
    case WslKeyType::choice:
      lint_choice(set);
      break;
    case WslKeyType::ipv4:
      if (!is_ipv4(set.entry.value)) {
        set.add("invalid-value", true,
                fmt::format("`{}={}` is no IPv4 address: WSL switches DNS tunneling off.",
                            set.name(), shown(set.entry.value)),
                "Correct it, or remove the line.");
      }
      break;
    case WslKeyType::mac:
      if (!is_mac(set.entry.value)) {
        set.add("invalid-value", true,
                fmt::format("`{}={}` is no MAC address, and WSL treats that as fatal.", set.name(),
                            shown(set.entry.value)),
                fmt::format("It takes {}.", in_words(set.key)));
      }
      break;
    case WslKeyType::ports:
      lint_ports(set);
      break;
    case WslKeyType::windows_path:
      lint_windows_path(set);
      lint_beyond_ascii(set);
      break;
    case WslKeyType::text:
    case WslKeyType::modules:
      lint_beyond_ascii(set);
      break;
  }
}

// init drops an escaped CR, so that the LF behind it ends the value.
void lint_cut_continuation(Linting& linting, const WslConfigEntry& entry) {
  if (!linting.conf || !linting.editable || entry.end == 0) return;
  const bool cut = linting.bytes[entry.end - 1] == '\\' && entry.end < linting.bytes.size() &&
                   linting.bytes[entry.end] == '\r';
  if (!cut) return;
  linting.add(mistake_at(
      entry, "cut-value", true,
      fmt::format("The line ends with \\ and CR LF, where WSL cuts the value of `{}`.", entry.key),
      "Write it on one line, or save the file with Linux line ends (LF)."));
}

}  // namespace

void lint_values(Linting& linting) {
  std::vector<const WslKey*> seen;
  for (const WslConfigEntry& entry : linting.config.entries) {
    const WslKey* key = find_wsl_key(linting.config.kind, entry.name);
    if (key == nullptr || std::ranges::find(seen, key) != seen.end()) continue;
    seen.push_back(key);  // the first counts, whatever its value
    lint_cut_continuation(linting, entry);
    lint_value({linting, entry, *key});
  }
}

}  // namespace doctor
