#pragma once

// TOML as a person would write it. Every function takes any bytes (see encode_bytes) and answers
// text that reads back to the same ones, without a character that could harm a terminal.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace doctor {

std::string toml_key(std::string_view bytes);     // bare where possible, else in quotes
std::string toml_string(std::string_view bytes);  // on one line
std::string toml_text(std::string_view bytes);    // several lines stay several lines
std::string toml_base64(std::string_view bytes);  // wrapped when long
// Text where that is readable, else { base64 = "..." }.
std::string toml_bytes(std::string_view bytes);
// Would most of it have to be written in escapes?
bool needs_base64(std::string_view bytes);

// On one line while that fits, else one element a line.
std::string toml_list(std::span<const std::string> elements, std::size_t room = 80);

std::string toml_number(double number);
std::string toml_whole(std::uint64_t number);
// 2026-03-01T12:00:00Z where that is exactly these seconds since the Unix epoch, else a number.
std::string toml_moment(double seconds);

}  // namespace doctor
