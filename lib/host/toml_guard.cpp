#include "lib/host/toml_guard.h"

#include <algorithm>
#include <string>

namespace doctor {

namespace {

constexpr unsigned most_dots = 8;
constexpr std::size_t most_brackets = 16;
constexpr std::size_t most_values = 1'000'000;

bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

bool is_one_of(char c, std::string_view characters) {
  return characters.find(c) != std::string_view::npos;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool begins_key(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || is_one_of(c, "-_\"'");
}

class Scanner {
 public:
  explicit Scanner(std::string_view toml) : toml_(toml) {}

  std::optional<ParseError> find_danger();

 private:
  // Each of these moves on behind what it reads, or answers what is wrong at `at_`.
  const char* skip_string();
  const char* skip_escape(bool multi_line);
  const char* read_character();
  const char* open_bracket();
  const char* close_bracket();
  bool is_date_without_time() const;

  bool stands_here(std::string_view text) const { return toml_.substr(at_).starts_with(text); }
  char here() const { return at_ < toml_.size() ? toml_[at_] : '\n'; }
  ParseError error(const char* message) const;

  std::string_view toml_;
  std::size_t at_ = 0;
  std::size_t text_start_ = 0;  // behind a byte order mark
  bool line_is_blank_ = true;   // up to here
  unsigned dots_ = 0;           // in the key that is being read
  std::string brackets_;        // those that are open
  std::size_t values_ = 0;
};

// A backslash, and the line end with the blanks behind it that it may stand for.
const char* Scanner::skip_escape(bool multi_line) {
  ++at_;
  const bool is_line_end = multi_line && is_one_of(here(), " \t\r\n");
  if (is_line_end) at_ = std::min(toml_.find_first_not_of(" \t\r\n", at_), toml_.size());
  if (!is_ascii(here())) return "no letter but those of English may follow a backslash";
  if (!is_line_end && at_ < toml_.size()) ++at_;
  return nullptr;
}

const char* Scanner::skip_string() {
  // Inside a word toml++ takes a quote for a part of that word.
  const bool begins = at_ == text_start_ || is_one_of(toml_[at_ - 1], " \t\r\n=,.[{");
  if (!begins) return "no quote may stand here";
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
    } else if (!multi_line && here() == '\n') {
      return nullptr;
    } else if (!multi_line && here() == quote) {
      ++at_;
      return nullptr;
    } else {
      ++at_;
    }
  }
  return nullptr;
}

// At the start of a line it opens a table's name, and toml++ takes for granted that one follows.
const char* Scanner::open_bracket() {
  const bool opens_name = here() == '[' && line_is_blank_ && brackets_.empty();
  brackets_ += here();
  if (brackets_.size() > most_brackets) return "nested too deeply";
  if (!opens_name) return nullptr;
  std::size_t name = at_ + 1;
  if (toml_.substr(name).starts_with('[')) ++name;
  name = std::min(toml_.find_first_not_of(" \t", name), toml_.size());
  const bool is_name = name == toml_.size() || begins_key(toml_[name]) || toml_[name] == ']';
  return is_name ? nullptr : "the name of a table must follow its bracket";
}

const char* Scanner::close_bracket() {
  const char opening = here() == ']' ? '[' : '{';
  if (!brackets_.ends_with(opening)) return "a bracket is closed that was not opened";
  brackets_.pop_back();
  return nullptr;
}

// "2026-03-01T", and then no digit.
bool Scanner::is_date_without_time() const {
  constexpr std::string_view shape = "0000-00-00";
  if (!is_one_of(here(), "Tt") || at_ < shape.size()) return false;
  const auto date = toml_.substr(at_ - shape.size(), shape.size());
  const bool is_date = std::ranges::equal(
      date, shape, [](char c, char sample) { return sample == '0' ? is_digit(c) : c == sample; });
  return is_date && (at_ + 1 == toml_.size() || !is_digit(toml_[at_ + 1]));
}

const char* Scanner::read_character() {
  const char c = here();
  if (!is_ascii(c)) return "letters outside quotes must be those of English";
  if (c == '.' && ++dots_ > most_dots) return "too many dots in a key";
  if (is_one_of(c, "\n=,[]{}")) dots_ = 0;
  if (is_date_without_time()) return "a time must follow the T of a date";
  if (is_one_of(c, "=,[") && ++values_ > most_values) return "more than a million values";
  if (is_one_of(c, "[{")) {
    if (const char* message = open_bracket()) return message;
  }
  if (is_one_of(c, "]}")) {
    if (const char* message = close_bracket()) return message;
  }
  line_is_blank_ = c == '\n' || (line_is_blank_ && is_one_of(c, " \t\r"));
  ++at_;
  return nullptr;
}

ParseError Scanner::error(const char* message) const {
  const auto before = toml_.substr(0, at_);
  const auto line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return {static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1, at_ - line_start + 1,
          message};
}

std::optional<ParseError> Scanner::find_danger() {
  if (stands_here("\xef\xbb\xbf")) text_start_ = at_ = 3;
  while (at_ < toml_.size()) {
    const char* message = nullptr;
    if (is_one_of(here(), "\"'")) {
      line_is_blank_ = false;
      message = skip_string();
    } else if (here() == '#') {
      at_ = std::min(toml_.find('\n', at_), toml_.size());
    } else {
      message = read_character();
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
