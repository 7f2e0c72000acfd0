#pragma once

// Breaking the lines of scripts, where no byte may be added or lost.

#include <string>
#include <string_view>
#include <vector>

namespace doctor {

// The text as it is, in pieces that take at most `width` columns (at least 2); one piece at least.
std::vector<std::string> fold_exactly(std::string_view text, std::size_t width);

}  // namespace doctor
