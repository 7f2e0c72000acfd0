#include "lib/facts/wsl_config_reader.h"

#include <algorithm>
#include <string>
#include <utility>

#include "lib/base/text.h"

namespace doctor {
namespace {

// A binary file by mistake; nobody reads on after so many.
constexpr std::size_t most_problems = 1000;

// Like WSL's in the "C" locale: whatever is not ASCII is no letter.
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_letter_or_digit(char c) {
  return is_letter(c) || (c >= '0' && c <= '9');
}
bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
bool is_line_end(char c) {
  return c == '\n' || c == '\r';
}

std::string_view up_to_nul(std::string_view text) {
  return text.substr(0, text.find('\0'));
}

// The UTF-8 character that begins at `offset`, or one byte if none does.
std::string_view character_at(std::string_view text, std::size_t offset) {
  std::size_t length = 1;
  while (length < 4 && offset + length < text.size() &&
         (static_cast<unsigned char>(text[offset + length]) & 0xC0U) == 0x80U) {
    ++length;
  }
  const std::string_view character = text.substr(offset, length);
  return is_valid_utf8(character) ? character : text.substr(offset, 1);
}

// Reads a text the way WSL's ParseConfigFile does, its oddities included.
class Reader {
 public:
  Reader(std::string_view text, WslConfig& config) : text_(text), config_(config) {}

  void read() {
    while (true) {
      skip_blanks();
      if (at_end()) return;
      if (is_line_end(peek())) {
        pass_line_end();
      } else if (peek() == '#') {
        skip_line();
      } else if (!(peek() == '[' ? read_section() : read_assignment())) {
        if (config_.kind == WslConfigKind::wsl_conf) return;
        skip_line();
      }
    }
  }

 private:
  bool at_end() const { return at_ == text_.size(); }
  char peek() const { return at_end() ? '\n' : text_[at_]; }
  std::size_t column_of(std::size_t offset) const { return offset - line_begin_ + 1; }

  void skip_blanks() {
    while (is_blank(peek())) ++at_;
  }

  void pass_line_end() {
    if (text_[at_++] == '\n') {
      ++line_;
      line_begin_ = at_;
    }
  }

  void skip_line() {
    at_ = std::min(text_.find('\n', at_), text_.size());
    if (!at_end()) pass_line_end();
  }

  std::string_view take_word() {
    const std::size_t begin = at_;
    while (is_letter_or_digit(peek())) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  // Always false. `broken` is the assignment whose value is at fault.
  bool fail(std::string message, const WslConfigEntry* broken = nullptr) {
    if (config_.problems.size() >= most_problems) return false;
    WslConfigProblem problem;
    problem.line = line_;
    problem.column = column_of(at_);
    problem.message = std::move(message);
    problem.stops = config_.kind == WslConfigKind::wsl_conf;
    if (broken != nullptr) {
      problem.name = broken->name;
      problem.begin = broken->begin;
      problem.end = end_of_broken_value();
    }
    config_.problems.push_back(std::move(problem));
    return false;
  }

  bool read_section() {
    const std::size_t begin = at_++;
    if (!is_letter(peek())) return fail("Invalid section name");
    // WSL overwrites its name buffer here, but its length only once the header proves good. So
    // keys after a bad header are looked up under the new name cut or padded to the old length.
    name_buffer_ = take_word().substr(0, longest_wsl_config_name);
    if (peek() != ']') return fail("Expected ']'");
    const std::size_t end = ++at_;
    skip_blanks();
    if (peek() != '#' && !is_line_end(peek())) return fail("Expected ' ' or '\\n'");
    section_length_ = name_buffer_.size();
    config_.sections.push_back({name_buffer_, line_, begin, end});
    return true;
  }

  bool read_assignment() {
    if (!is_letter(peek())) return fail("Invalid key name");
    WslConfigEntry entry;
    entry.line = line_;
    entry.column = column_of(at_);
    entry.begin = at_;
    entry.key = take_word().substr(0, longest_wsl_config_name);
    name_buffer_.resize(section_length_);
    entry.section = up_to_nul(name_buffer_);
    const std::string name = section_length_ == 0 ? entry.key : name_buffer_ + '.' + entry.key;
    entry.name = to_lower(up_to_nul(name));
    skip_blanks();
    if (peek() != '=') return fail("Expected '='");
    ++at_;
    if (!read_value(entry)) return false;
    config_.entries.push_back(std::move(entry));
    return true;
  }

  bool read_value(WslConfigEntry& entry) {
    std::size_t length = 0;  // of the value without the blanks at its end
    entry.end = at_;
    skip_blanks();
    in_quotes_ = false;
    while (!is_line_end(peek()) && (in_quotes_ || peek() != '#')) {
      const char c = text_[at_++];
      if (c == '"') {
        in_quotes_ = !in_quotes_;
      } else if (c == '\\') {
        if (!read_escape(entry)) return false;
      } else {
        entry.value += c;
      }
      if (!is_blank(c)) {
        length = entry.value.size();
        entry.end = text_[at_ - 1] == '\r' ? at_ - 1 : at_;
      }
    }
    if (in_quotes_) return fail("Expected \"", &entry);
    entry.value.resize(std::min(length, entry.value.find('\0')));
    return true;
  }

  bool read_escape(WslConfigEntry& entry) {
    if (at_end()) return fail("Invalid escaped character: ''", &entry);
    switch (peek()) {
      case '\\':
      case '"':
        entry.value += peek();
        break;
      case 'b':
        entry.value += '\b';
        break;
      case 'n':
        entry.value += '\n';
        break;
      case 't':
        entry.value += '\t';
        break;
      case '\n':
        pass_line_end();
        return true;
      case '\r':
        pass_escaped_cr();
        return true;
      default:
        return fail("Invalid escaped character: '" + std::string(character_at(text_, at_)) + "'",
                    &entry);
    }
    ++at_;
    return true;
  }

  // Windows opens .wslconfig in text mode, where CR LF is one line end and so continues the value.
  // init reads /etc/wsl.conf byte by byte and drops an escaped CR, so that the LF ends the value.
  void pass_escaped_cr() {
    ++at_;
    if (config_.kind == WslConfigKind::wslconfig && !at_end() && peek() == '\n') pass_line_end();
  }

  // Where a value that WSL gave up on would have ended if its escapes were good.
  std::size_t end_of_broken_value() const {
    std::size_t end = at_;
    bool quoted = in_quotes_;
    for (std::size_t i = at_; i < text_.size() && !is_line_end(text_[i]); ++i) {
      if (text_[i] == '#' && !quoted) break;
      if (text_[i] == '"') quoted = !quoted;
      if (!is_blank(text_[i])) end = i + 1;
    }
    return end;
  }

  std::string_view text_;
  WslConfig& config_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t line_begin_ = 0;
  std::string name_buffer_;
  std::size_t section_length_ = 0;
  bool in_quotes_ = false;
};

}  // namespace

void read_wsl_config_text(std::string_view text, WslConfig& config) {
  Reader(text, config).read();
}

}  // namespace doctor
