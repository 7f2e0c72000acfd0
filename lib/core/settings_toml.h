#pragma once

// What read_settings needs of TOML and of the values in it: errors with their position, and lists
// of names to choose from.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "lib/base/expected.h"
#include "lib/core/settings.h"

namespace doctor {

using Names = std::vector<std::string>;

// The text as a table, or why it cannot be one: bad TOML, UTF-16, too large, nested too deeply.
expected<toml::table, SettingsError> parse_settings_text(std::string_view text,
                                                         const std::string& file);

SettingsError settings_error(const std::string& file, const toml::source_position& where,
                             std::string message);

// "`fail-on` must be a string, not an integer".
SettingsError wrong_type(const std::string& file, const toml::node& node, std::string_view key,
                         std::string_view expected_type);

// The first key of the table that is not one of `known`.
expected<void, SettingsError> only_known_keys(const std::string& file, const toml::table& table,
                                              const Names& known);

// A string out of `choices`.
expected<std::string, SettingsError> read_choice(const std::string& file, const toml::node& node,
                                                 std::string_view key, const Names& choices);

// A string that is not empty.
expected<std::string, SettingsError> read_text(const std::string& file, const toml::node& node,
                                               std::string_view key);

// "2027-01-31", written as a TOML date or as a string.
expected<std::string, SettingsError> read_date(const std::string& file, const toml::node& node,
                                               std::string_view key);

// A value of the file as an error shows it: in double quotes, printable, cut when it is long. (A
// function named `quoted` would lose against std::quoted, which newer toml++ brings in, for every
// std::string.)
std::string in_quotes(std::string_view text);

// "; did you mean `x`?", or "; there are `x`, `y` and `z`" where none is near.
std::string suggestion(std::string_view name, const Names& known);

}  // namespace doctor
