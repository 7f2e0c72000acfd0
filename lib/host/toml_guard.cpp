#include "lib/host/toml_guard.h"

#include <algorithm>

namespace doctor {

namespace {

constexpr unsigned most_dots = 8;
constexpr unsigned most_brackets = 16;
constexpr std::size_t most_values = 1'000'000;

bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

class Scanner {
 public:
  explicit Scanner(std::string_view toml) : toml_(toml) {}

  std::optional<ParseError> find_danger();

 private:
  // Each of these reads one thing, and answers what is wrong with it.
  const char* skip_string();
  const char* skip_escape(bool multi_line);
  const char* read_character();

  bool stands_here(std::string_view text) const { return toml_.substr(at_).starts_with(text); }
  char here() const { return at_ < toml_.size() ? toml_[at_] : '\n'; }
  ParseError error(const char* message) const;

  std::string_view toml_;
  std::size_t at_ = 0;
  unsigned dots_ = 0;
  unsigned brackets_ = 0;
  std::size_t values_ = 0;
};

// A backslash, and the line end with the blanks behind it that it may stand for.
const char* Scanner::skip_escape(bool multi_line) {
  ++at_;
  const bool is_line_end =
      multi_line && std::string_view(" \t\r\n").find(here()) != std::string::npos;
  if (is_line_end) at_ = std::min(toml_.find_first_not_of(" \t\r\n", at_), toml_.size());
  if (!is_ascii(here())) return "no letter but those of English may follow a backslash";
  if (!is_line_end && at_ < toml_.size()) ++at_;
  return nullptr;
}

const char* Scanner::skip_string() {
  const char quote = here();
  const std::string_view three = quote == '"' ? "\"\"\"" : "'''";
  const bool multi_line = stands_here(three);
  for (at_ += multi_line ? 3 : 1; at_ < toml_.size();) {
    if (quote == '"' && here() == '\\') {
      if (const char* message = skip_escape(multi_line)) return message;
    } else if (multi_line && stands_here(three)) {
      // Up to two quotes may stand right before the three that end it.
      at_ += 3;
      for (int i = 0; i < 2 && at_ < toml_.size() && here() == quote; ++i) ++at_;
      return nullptr;
    } else if (!multi_line && (here() == quote || here() == '\n')) {
      if (here() == quote) ++at_;
      return nullptr;
    } else {
      ++at_;
    }
  }
  return nullptr;
}

const char* Scanner::read_character() {
  const char c = here();
  ++at_;
  if (!is_ascii(c)) return "letters outside quotes must be those of English";
  if (c == '.') return ++dots_ > most_dots ? "too many dots in a key" : nullptr;
  if (std::string_view("\n=,[]{}").find(c) != std::string_view::npos) dots_ = 0;
  if (c == '=' || c == ',' || c == '[') ++values_;
  if (c == '[' || c == '{') ++brackets_;
  if ((c == ']' || c == '}') && brackets_ > 0) --brackets_;
  if (brackets_ > most_brackets) return "nested too deeply";
  return values_ > most_values ? "more than a million values" : nullptr;
}

ParseError Scanner::error(const char* message) const {
  const auto before = toml_.substr(0, at_);
  const auto line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return {static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1, at_ - line_start + 1,
          message};
}

std::optional<ParseError> Scanner::find_danger() {
  if (stands_here("\xef\xbb\xbf")) at_ = 3;
  while (at_ < toml_.size()) {
    const std::size_t start = at_;
    const char* message = nullptr;
    if (here() == '"' || here() == '\'') {
      message = skip_string();
    } else if (here() == '#') {
      at_ = std::min(toml_.find('\n', at_), toml_.size());
    } else {
      message = read_character();
      if (message != nullptr) at_ = start;
    }
    if (message != nullptr) return error(message);
  }
  return std::nullopt;
}

}  // namespace

std::optional<ParseError> find_danger(std::string_view toml) {
  return Scanner(toml).find_danger();
}

}  // namespace doctor
