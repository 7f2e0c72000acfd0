#include "lib/facts/wsl_config.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "lib/base/text.h"
#include "lib/facts/wsl_config_reader.h"

namespace doctor {
namespace {

// Notepad's "Unicode" without its BOM: in ASCII text every other byte is NUL.
std::optional<TextEncoding> utf16_without_bom(std::string_view bytes) {
  const std::string_view sample = bytes.substr(0, 4096);
  std::array<std::size_t, 2> nuls = {0, 0};
  for (std::size_t i = 0; i < sample.size(); ++i) {
    if (sample[i] == '\0') ++nuls[i % 2];
  }
  const std::size_t most_pairs = sample.size() / 4;
  if (nuls[1] > most_pairs && nuls[0] <= most_pairs) return TextEncoding::utf16le;
  if (nuls[0] > most_pairs && nuls[1] <= most_pairs) return TextEncoding::utf16be;
  return std::nullopt;
}

struct BomAndEncoding {
  std::string_view bom;
  TextEncoding encoding = TextEncoding::utf8;
};

BomAndEncoding detect_encoding(std::string_view bytes) {
  using namespace std::string_view_literals;
  constexpr std::array<BomAndEncoding, 3> boms = {{{"\xEF\xBB\xBF"sv, TextEncoding::utf8_bom},
                                                   {"\xFF\xFE"sv, TextEncoding::utf16le},
                                                   {"\xFE\xFF"sv, TextEncoding::utf16be}}};
  for (const BomAndEncoding& candidate : boms) {
    if (bytes.starts_with(candidate.bom)) return candidate;
  }
  return {"", utf16_without_bom(bytes).value_or(TextEncoding::utf8)};
}

// Source: init reads bytes; Windows opens .wslconfig with ccs=UTF-8, which honours the BOMs of
// UTF-8 and UTF-16LE and fails on that of UTF-16BE.
bool is_readable(const BomAndEncoding& found, WslConfigKind kind) {
  if (found.encoding == TextEncoding::utf8) return true;
  if (kind == WslConfigKind::wsl_conf || found.bom.empty()) return false;
  return found.encoding != TextEncoding::utf16be;
}

WslConfigProblem unreadable(TextEncoding encoding) {
  WslConfigProblem problem;
  problem.line = 1;
  problem.column = 1;
  problem.message = encoding == TextEncoding::utf8_bom
                        ? "A UTF-8 byte order mark makes WSL ignore the whole file"
                        : "UTF-16 makes WSL ignore the whole file";
  problem.stops = true;
  return problem;
}

// Offsets of a text that was read without the `shift` bytes before it.
void shift_offsets(WslConfig& config, std::size_t shift) {
  for (WslConfigSection& section : config.sections) {
    section.begin += shift;
    section.end += shift;
  }
  for (WslConfigEntry& entry : config.entries) {
    entry.begin += shift;
    entry.end += shift;
  }
  for (WslConfigProblem& problem : config.problems) {
    if (problem.name.empty()) continue;
    problem.begin += shift;
    problem.end += shift;
  }
}

// Offsets into a decoded text mean nothing in the file.
void drop_offsets(WslConfig& config) {
  for (WslConfigSection& section : config.sections) section.begin = section.end = 0;
  for (WslConfigEntry& entry : config.entries) entry.begin = entry.end = 0;
  for (WslConfigProblem& problem : config.problems) problem.begin = problem.end = 0;
}

// The one name of a setting that .wslconfig knows by two; `name` in lower case.
std::string_view without_alias(std::string_view name, WslConfigKind kind) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> aliases = {
      {{"experimental.networkingmode", "wsl2.networkingmode"},
       {"experimental.dnstunneling", "wsl2.dnstunneling"},
       {"experimental.firewall", "wsl2.firewall"},
       {"experimental.autoproxy", "wsl2.autoproxy"}}};
  if (kind == WslConfigKind::wsl_conf) return name;
  for (const auto& [alias, original] : aliases) {
    if (name == alias) return original;
  }
  return name;
}

void mark_shadowed(WslConfig& config) {
  std::set<std::string_view> seen;
  for (WslConfigEntry& entry : config.entries) {
    entry.shadowed = !seen.insert(without_alias(entry.name, config.kind)).second;
  }
}

}  // namespace

WslConfig parse_wsl_config(std::string_view bytes, WslConfigKind kind) {
  const BomAndEncoding found = detect_encoding(bytes);
  WslConfig config;
  config.kind = kind;
  config.encoding = found.encoding;
  config.readable = is_readable(found, kind);
  if (!config.readable) {
    config.problems.push_back(unreadable(found.encoding));
    return config;
  }
  const std::string_view text = bytes.substr(found.bom.size());
  if (found.encoding == TextEncoding::utf16le) {
    read_wsl_config_text(utf16_to_utf8(text), config);
    drop_offsets(config);
  } else {
    read_wsl_config_text(text, config);
    shift_offsets(config, found.bom.size());
  }
  mark_shadowed(config);
  return config;
}

const WslConfigEntry* find_entry(const WslConfig& config, std::string_view name) {
  const std::string lower = to_lower(name);
  const std::string_view wanted = without_alias(lower, config.kind);
  const auto entry = std::ranges::find_if(config.entries, [&](const WslConfigEntry& candidate) {
    return without_alias(candidate.name, config.kind) == wanted;
  });
  return entry == config.entries.end() ? nullptr : &*entry;
}

}  // namespace doctor
