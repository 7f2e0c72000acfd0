#include <algorithm>
#include <array>

#include "lib/base/text.h"
#include "lib/host/redact_text.h"

namespace doctor {

namespace {

constexpr std::string_view redacted = "REDACTED";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_alnum(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_name_char(char c) {
  return is_alnum(c) || c == '_' || c == '-' || c == '.';
}

template <class Allowed>
std::size_t run_length(std::string_view text, Allowed allowed) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, allowed) - text.begin());
}

bool starts_word(std::string_view text, std::size_t at) {
  return at == 0 || !(is_alnum(text[at - 1]) || text[at - 1] == '_');
}

std::string redact_private_keys(std::string_view text) {
  constexpr std::string_view begin = "-----BEGIN ", end = "-----END ", key = "PRIVATE KEY-----";
  std::string result;
  for (;;) {
    const auto start = text.find(begin);
    if (start == std::string_view::npos) return result += text;
    const auto title = text.substr(start, text.find('\n', start) - start);
    const auto key_end = title.find(key);
    const bool is_private = key_end != std::string_view::npos;
    const std::size_t shown = start + (is_private ? key_end + key.size() : begin.size());
    result += text.substr(0, shown);
    text.remove_prefix(shown);
    if (!is_private) continue;
    result += '\n';
    result += redacted;
    result += '\n';
    text.remove_prefix(std::min(text.find(end), text.size()));
  }
}

// Where the credentials of a URL end: at the @ behind them; 0 when it has none.
std::size_t credentials_length(std::string_view after_scheme) {
  const auto token = after_scheme.substr(0, after_scheme.find_first_of(" \t\r\n\"'`<>"));
  const auto authority = token.substr(0, token.find_first_of("/?#,|"));
  const auto at = authority.rfind('@');
  if (at != std::string_view::npos) return at;
  // "user:p#ss@host": a password that should have been escaped. What follows a colon is no port.
  const auto colon = authority.find(':');
  if (colon == std::string_view::npos || authority.starts_with('[')) return 0;
  const auto port = authority.substr(colon + 1);
  const bool is_port = std::ranges::all_of(port, is_digit) && !port.empty();
  const auto later_at = token.rfind('@');
  return is_port || later_at == std::string_view::npos ? 0 : later_at;
}

std::string redact_urls(std::string_view text) {
  constexpr std::string_view mark = "://";
  std::string result;
  for (;;) {
    const auto found = text.find(mark);
    if (found == std::string_view::npos) return result += text;
    constexpr std::size_t longest_scheme = 5;
    const auto scheme = to_lower(
        text.substr(found - std::min(found, longest_scheme), std::min(found, longest_scheme)));
    const bool is_web = scheme.ends_with("http") || scheme.ends_with("https");
    result += text.substr(0, found + mark.size());
    text.remove_prefix(found + mark.size());
    const std::size_t length = credentials_length(text);
    // ssh://git@host: a login name alone is no secret, but to a web server it is a token.
    const bool has_password = text.substr(0, length).find(':') != std::string_view::npos;
    if (length > 0 && (is_web || has_password)) {
      result += redacted;
      text.remove_prefix(length);
    }
  }
}

// "//user:password@server/share", the name of a share in /etc/fstab.
std::string redact_shares(std::string_view text) {
  constexpr std::string_view mark = "//";
  std::string result;
  for (;;) {
    const auto found = text.find(mark);
    if (found == std::string_view::npos) return result += text;
    const bool is_url = found > 0 && text[found - 1] == ':';
    result += text.substr(0, found + mark.size());
    text.remove_prefix(found + mark.size());
    const std::size_t length = is_url ? 0 : credentials_length(text);
    if (text.substr(0, length).find(':') == std::string_view::npos) continue;
    result += redacted;
    text.remove_prefix(length);
  }
}

bool is_secret_name(std::string_view name) {
  static constexpr std::array endings = {
      "token", "secret", "password", "passwd", "passphrase", "credential", "credentials",
      "_key",  "-key",   "apikey",   "_pass",  "_auth",      "accesskey",  "privatekey",
  };
  const std::string lower = to_lower(name);
  // Options of mount.cifs(8), as /etc/fstab has them.
  if (lower == "pass" || lower == "password2") return true;
  return std::ranges::any_of(endings,
                             [&](std::string_view ending) { return lower.ends_with(ending); });
}

bool is_secret_header(std::string_view name) {
  const std::string lower = to_lower(name);
  return lower == "authorization" || lower == "proxy-authorization" || lower == "cookie" ||
         lower == "set-cookie";
}

// Between a name and its value: "=", or a colon that cannot be that of a list of paths.
std::size_t separator_length(std::string_view text, std::string_view name) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  std::size_t i = text.starts_with('"') || text.starts_with('\'') ? 1 : 0;
  i += run_length(text.substr(i), blank);
  if (i >= text.size() || (text[i] != '=' && text[i] != ':')) return 0;
  const bool is_colon = text[i] == ':';
  ++i;
  const std::size_t blanks = run_length(text.substr(i), blank);
  const char next = i + blanks < text.size() ? text[i + blanks] : '\n';
  // "passwd: files systemd" is /etc/nsswitch.conf.
  if (is_colon && ((blanks == 0 && next != '"' && next != '\'') || name == "passwd")) return 0;
  return i + blanks;
}

std::size_t value_length(std::string_view text, bool rest_of_line) {
  if (rest_of_line) return std::min(text.find_first_of("\r\n\"'"), text.size());
  return std::min(text.find_first_of(" \t\r\n\"'`,;&|<>)}]"), text.size());
}

std::size_t quoted_length(std::string_view text, char quote) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == quote || text[i] == '\n') return i;
    if (text[i] == '\\') ++i;
  }
  return text.size();
}

// "password=...", "\"token\": \"...\"", "Authorization: ...".
std::string redact_assignments(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = run_length(text, is_name_char);
    if (length == 0) {
      result += text.front();
      text.remove_prefix(1);
      continue;
    }
    const auto name = text.substr(0, length);
    const bool is_header = is_secret_header(name);
    result += name;
    text.remove_prefix(length);
    if (!is_header && !is_secret_name(name)) continue;
    const std::size_t separator = separator_length(text, name);
    if (separator == 0) continue;
    result += text.substr(0, separator);
    text.remove_prefix(separator);
    const bool is_quoted = text.starts_with('"') || text.starts_with('\'');
    if (is_quoted) {
      result += text.front();
      text.remove_prefix(1);
    }
    const std::size_t value =
        is_quoted ? quoted_length(text, result.back()) : value_length(text, is_header);
    if (value > 0) result += redacted;
    text.remove_prefix(value);
  }
  return result;
}

struct TokenShape {
  std::string_view prefix;
  std::size_t least;           // characters behind the prefix
  std::string_view also = "";  // besides letters and digits
};

// As the services document them, or as secret scanners know them.
constexpr std::array token_shapes = {
    TokenShape{"ghp_", 20},
    TokenShape{"gho_", 20},
    TokenShape{"ghu_", 20},
    TokenShape{"ghs_", 20},
    TokenShape{"ghr_", 20},
    TokenShape{"github_pat_", 20, "_"},
    TokenShape{"glpat-", 15, "_-."},
    TokenShape{"gldt-", 15, "_-."},
    TokenShape{"glrt-", 15, "_-."},
    TokenShape{"AKIA", 16},
    TokenShape{"ASIA", 16},
    TokenShape{"xoxb-", 10, "-"},
    TokenShape{"xoxp-", 10, "-"},
    TokenShape{"xoxa-", 10, "-"},
    TokenShape{"xoxr-", 10, "-"},
    TokenShape{"xoxs-", 10, "-"},
    TokenShape{"npm_", 30},
    TokenShape{"pypi-", 30, "_-"},
    TokenShape{"hf_", 30},
    TokenShape{"sk-", 20, "_-"},
    TokenShape{"AIza", 30, "_-"},
    TokenShape{"dop_v1_", 30},
    TokenShape{"eyJ", 30, "_-."},
    TokenShape{"Bearer ", 16, "._~+/=-"},
    TokenShape{"bearer ", 16, "._~+/=-"},
    TokenShape{"Basic ", 12, "+/="},
    TokenShape{"basic ", 12, "+/="},
};

std::string redact_shape(std::string_view text, const TokenShape& shape) {
  const bool is_scheme = shape.prefix.ends_with(' ');
  std::string result;
  std::size_t from = 0;
  for (auto at = text.find(shape.prefix); at != std::string_view::npos;
       at = text.find(shape.prefix, at + 1)) {
    const auto tail = text.substr(at + shape.prefix.size());
    const std::size_t length = run_length(
        tail, [&](char c) { return is_alnum(c) || shape.also.find(c) != std::string_view::npos; });
    const auto token = tail.substr(0, length);
    const bool is_prose = std::ranges::none_of(token, is_digit) && !token.ends_with('=');
    const bool is_jwt = shape.prefix != "eyJ" || token.find('.') != std::string_view::npos;
    if (at < from || length < shape.least || is_prose || !is_jwt || !starts_word(text, at))
      continue;
    result += text.substr(from, at - from);
    if (is_scheme) result += shape.prefix;
    result += redacted;
    from = at + shape.prefix.size() + length;
  }
  result += text.substr(from);
  return result;
}

}  // namespace

std::string redact_secrets(std::string_view text) {
  std::string result = redact_assignments(redact_shares(redact_urls(redact_private_keys(text))));
  for (const TokenShape& shape : token_shapes) {
    if (result.find(shape.prefix) != std::string::npos) result = redact_shape(result, shape);
  }
  return result;
}

bool is_secret_variable(std::string_view name) {
  static constexpr std::array parts = {"TOKEN", "SECRET", "PASSWORD", "PASSWD",
                                       "AUTH",  "APIKEY", "_KEY",     "CREDENTIAL"};
  std::string upper(name);
  std::ranges::transform(upper, upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return std::ranges::any_of(
      parts, [&](std::string_view part) { return upper.find(part) != std::string::npos; });
}

}  // namespace doctor
