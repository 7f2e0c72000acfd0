#pragma once

// The project's one spelling of "a value, or why there is none".
// C++20 has no std::expected, so tl::expected stands in; only this header knows.

#include <tl/expected.hpp>

namespace doctor {

template <class Value, class Error>
using expected = tl::expected<Value, Error>;

template <class Error>
auto unexpected(Error&& error) {
  return tl::make_unexpected(std::forward<Error>(error));
}

}  // namespace doctor
