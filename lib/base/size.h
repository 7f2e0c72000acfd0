#pragma once

// Amounts of bytes, for people.

#include <cstdint>
#include <string>

namespace doctor {

inline constexpr std::uint64_t mebibyte = 1ULL << 20;
inline constexpr std::uint64_t gibibyte = 1ULL << 30;

// "0 bytes", "512 KB", "3.8 GB", "1 TB": by powers of 1024, and named as Windows and .wslconfig
// name them. Rounded down, so that a limit is never said to be reached before it is.
std::string human_size(std::uint64_t bytes);

}  // namespace doctor
