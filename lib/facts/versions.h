#pragma once

// Dotted version numbers, compared number by number.

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doctor {

struct Version {
  std::vector<unsigned> parts;  // 6.6.87.2 -> {6, 6, 87, 2}

  // Missing parts count as 0, so 2.28 == 2.28.0.
  std::strong_ordering operator<=>(const Version& other) const;
  bool operator==(const Version& other) const { return std::is_eq(*this <=> other); }
};

// The whole text must be digits and dots ("2.28"); no value otherwise or when a part exceeds 2^31.
std::optional<Version> parse_version(std::string_view text);

// The longest version at the start of a text: "6.6.87.2-microsoft-standard-WSL2" -> 6.6.87.2. No
// value when the text does not begin with a digit or a part of the version exceeds 2^31.
std::optional<Version> leading_version(std::string_view text);

// Of the symbol versions of a library, the highest "PREFIX_1.2.3"; names that do not parse wholly
// ("GLIBCXX_DEBUG_MESSAGE_LENGTH") are no versions.
std::optional<Version> highest_symbol_version(const std::vector<std::string>& symbols,
                                              std::string_view prefix);

std::string to_string(const Version& version);

}  // namespace doctor
