#pragma once

// Catch2 v2 and v3 through one door. Contains is what a string contains.

#include <string>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
namespace doctor::test {
inline auto Contains(const std::string& text) {
  return Catch::Matchers::ContainsSubstring(text);
}
}  // namespace doctor::test
#else
#include <catch2/catch.hpp>
namespace Catch {
// Catch2 v3 spells it without the namespace `Detail`.
using Catch::Detail::Approx;
}  // namespace Catch
namespace doctor::test {
using Catch::Matchers::Contains;
}
#endif
