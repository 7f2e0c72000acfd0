#pragma once

#include <cstddef>
#include <string>

namespace doctor {

// Why a text could not be read. Lines and columns count from 1; 0 means "not tied to one".
struct ParseError {
  std::size_t line = 0;
  std::size_t column = 0;
  std::string message;

  bool operator==(const ParseError&) const = default;
};

}  // namespace doctor
