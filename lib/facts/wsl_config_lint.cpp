#include "lib/facts/wsl_config_lint.h"

#include <algorithm>
#include <utility>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/facts/wsl_config_rules.h"

namespace doctor {
namespace {

constexpr std::string_view utf8_bom = "\xEF\xBB\xBF";
constexpr std::string_view utf16le_bom = "\xFF\xFE";
constexpr std::string_view utf16be_bom = "\xFE\xFF";

std::string_view without_bom(std::string_view bytes, std::string_view bom) {
  return bytes.starts_with(bom) ? bytes.substr(bom.size()) : bytes;
}

bool is_utf16(TextEncoding encoding) {
  return encoding == TextEncoding::utf16le || encoding == TextEncoding::utf16be;
}

void lint_encoding(Linting& linting) {
  const TextEncoding encoding = linting.config.encoding;
  if (encoding == TextEncoding::utf8) return;
  WslConfigMistake mistake;
  mistake.id = "encoding";
  mistake.line = mistake.column = 1;
  if (!linting.config.readable) {
    mistake.error = true;
    mistake.message = fmt::format("The file is {}: WSL ignores all of it.",
                                  is_utf16(encoding) ? "UTF-16" : "UTF-8 with a byte order mark");
    mistake.advice = "A Windows editor or PowerShell's > saved it so. Save it as plain UTF-8.";
  } else if (encoding == TextEncoding::utf8_bom && !linting.facts.wsl_version) {
    // Which release runs here could not be told, so it may be an old one.
    mistake.message = "The file begins with a byte order mark, for which old WSL ignores it.";
    mistake.advice = "Current WSL skips the mark. Save the file as plain UTF-8 to be sure.";
  } else {
    return;
  }
  linting.add(std::move(mistake));
}

}  // namespace

Linting::Linting(const WslConfig& given, std::string_view given_bytes,
                 const WslConfigFacts& given_facts)
    : config(given),
      bytes(given_bytes),
      facts(given_facts),
      conf(given.kind == WslConfigKind::wsl_conf),
      editable(given.readable && !is_utf16(given.encoding)) {
  if (is_utf16(config.encoding)) {
    decoded_ = as_plain_utf8(bytes, config.encoding);
    text_ = decoded_;
  } else {
    text_ = bytes;
  }
  begins_.push_back(config.encoding == TextEncoding::utf8_bom ? utf8_bom.size() : 0);
  for (std::size_t at = text_.find('\n'); at != std::string_view::npos;
       at = text_.find('\n', at + 1)) {
    begins_.push_back(at + 1);
  }
}

bool Linting::add(WslConfigMistake mistake) {
  if (full()) {
    ++lint_.more;
    return false;
  }
  lint_.mistakes.push_back(std::move(mistake));
  return true;
}

WslConfigLint Linting::take() {
  std::ranges::stable_sort(lint_.mistakes, {}, [](const WslConfigMistake& mistake) {
    return std::pair(mistake.line, mistake.column);
  });
  return std::move(lint_);
}

std::size_t Linting::offset_of(std::size_t number) const {
  return number >= 1 && number <= begins_.size() ? begins_[number - 1] : text_.size();
}

std::string_view Linting::line(std::size_t number) const {
  const std::size_t begin = offset_of(number);
  std::string_view text = text_.substr(begin, text_.find('\n', begin) - begin);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

WslConfigLint lint_wsl_config(const WslConfig& config, std::string_view bytes,
                              const WslConfigFacts& facts) {
  Linting linting(config, bytes, facts);
  lint_encoding(linting);
  if (config.readable) {
    lint_syntax(linting);
    lint_names(linting);
    lint_values(linting);
    lint_sense(linting);
  }
  return linting.take();
}

std::vector<std::string> wsl_config_lines(const WslConfig& config, std::string_view bytes) {
  return lines(as_plain_utf8(bytes, config.encoding));
}

std::string as_plain_utf8(std::string_view bytes, TextEncoding encoding) {
  switch (encoding) {
    case TextEncoding::utf16le:
      return utf16_to_utf8(without_bom(bytes, utf16le_bom), false);
    case TextEncoding::utf16be:
      return utf16_to_utf8(without_bom(bytes, utf16be_bom), true);
    case TextEncoding::utf8_bom:
    case TextEncoding::utf8:
      break;
  }
  return std::string(without_bom(bytes, utf8_bom));
}

std::string_view raw_value(std::string_view bytes, std::size_t begin, std::size_t end) {
  const std::string_view assignment = bytes.substr(begin, end - begin);
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos) return {};
  std::string_view value = assignment.substr(equals + 1);
  value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
  return value;
}

TextEdit without_assignment(const Linting& linting, const WslConfigEntry& entry) {
  const std::string_view bytes = linting.bytes;
  const std::size_t before = bytes.find_last_not_of(" \t", entry.begin - 1);
  const bool first = entry.begin == 0 || before == std::string_view::npos || bytes[before] == '\n';
  std::size_t after = bytes.find_first_not_of(" \t\r", entry.end);
  if (after == std::string_view::npos) after = bytes.size();
  const bool last = after == bytes.size() || bytes[after] == '\n';
  if (!first || !last) return {entry.begin, entry.end - entry.begin, ""};
  const std::size_t begin = entry.begin == 0 || before == std::string_view::npos ? 0 : before + 1;
  const std::size_t end = std::min(after + 1, bytes.size());
  return {begin, end - begin, ""};
}

WslConfigMistake mistake_at(const WslConfigEntry& entry, std::string_view rule, bool error,
                            std::string message, std::string advice) {
  WslConfigMistake mistake;
  mistake.id = fmt::format("{}/{}", rule, entry.name);
  mistake.error = error;
  mistake.line = entry.line;
  mistake.column = entry.column;
  mistake.message = std::move(message);
  mistake.advice = std::move(advice);
  return mistake;
}

}  // namespace doctor
