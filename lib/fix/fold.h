#pragma once

// Breaking text into lines for scripts and the plan.

#include <string>
#include <string_view>
#include <vector>

namespace doctor {

// The words of `text` in lines that take at most `width` columns (at least 2) of a terminal; a word
// that is wider than a line is broken. Runs of blanks and line ends become one blank. No line for a
// text without words. Columns are an upper bound: what may be wide counts as two.
std::vector<std::string> fold_words(std::string_view text, std::size_t width);

// The text as it is, in pieces that take at most `width` columns (at least 2); one piece at least.
std::vector<std::string> fold_exactly(std::string_view text, std::size_t width);

}  // namespace doctor
