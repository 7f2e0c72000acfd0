#pragma once

// What redact() does to a single text.

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace doctor {

// Whom a snapshot must not name.
struct PrivateNames {
  std::vector<std::string> users;           // lower case, longest first
  std::vector<std::string> hosts;           // lower case, longest first
  std::set<std::string> kept;               // lower case: words that stay wherever they stand alone
  std::set<std::string> home_parents = {};  // lower case: names of folders that homes lie in
};

// Passwords, tokens, keys and credentials in URLs become "REDACTED".
std::string redact_secrets(std::string_view text);

// Login and host names become "user" and "host": as words of their own, and those too short or too
// common for that (see `is_common_word`) where a login name stands: below /home or C:\Users, in
// name@host.
std::string redact_names(const PrivateNames& names, std::string_view text);

// Both, in UTF-16 too.
std::string redact_text(const PrivateNames& names, std::string_view text);

// Does the name of an environment variable say that its value is secret?
bool is_secret_variable(std::string_view name);

// A word that means something to the system: taken out wherever it stands, it would change what a
// file says. It names nobody either.
bool is_common_word(std::string_view lower_case_word);

}  // namespace doctor
