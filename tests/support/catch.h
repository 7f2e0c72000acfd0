#pragma once

// Catch2 v2 and v3 through one door.

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
namespace Catch {
// Catch2 v3 spells it without the namespace `Detail`.
using Catch::Detail::Approx;
}  // namespace Catch
#endif
