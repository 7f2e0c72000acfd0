#pragma once

// Small text functions that every layer needs.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace doctor {

std::string_view trim(std::string_view text);  // blanks, tabs, CR and LF at both ends
std::vector<std::string> split(std::string_view text, char separator);  // keeps empty parts
std::vector<std::string> lines(std::string_view text);  // LF or CRLF; no last empty line
std::string join(std::span<const std::string> parts, std::string_view separator);
std::string to_lower(std::string_view text);                        // ASCII only
bool equals_ignoring_case(std::string_view a, std::string_view b);  // ASCII only
std::string replace_all(std::string_view text, std::string_view from, std::string_view to);

bool is_valid_utf8(std::string_view text);

// Text from anywhere, made safe for a terminal and for JSON: valid UTF-8 stays, except that control
// characters (C0 but for `keep_line_ends`' LF, DEL, C1) and bidirectional overrides are written as
// \x1b, \u202e, ..., and bytes that are no UTF-8 as \xNN.
std::string printable(std::string_view text, bool keep_line_ends = false);

// UTF-16 (LE or BE by `big_endian`), without BOM, to UTF-8; lone surrogates become U+FFFD.
std::string utf16_to_utf8(std::string_view bytes, bool big_endian = false);

std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);

// Lower-case hexadecimal SHA-256 of the bytes.
std::string sha256(std::string_view bytes);

// The candidate nearest to a misspelt name, if one is near enough to be meant (Damerau-Levenshtein,
// at most a third of the length).
std::optional<std::string> did_you_mean(std::string_view name,
                                        std::span<const std::string> candidates);

// "0.4 s", "3.2 s", "2 min 5 s", "13 h 58 min", "4 d 2 h"; never negative.
std::string human_seconds(double seconds);

// "1 file", "3 files".
std::string count_of(std::size_t count, std::string_view singular, std::string_view plural = "");

}  // namespace doctor
