#pragma once

// Symbols, words and numbers as the text report shows them.

#include <string>
#include <string_view>

#include "lib/core/diagnosis.h"
#include "lib/report/paragraph.h"

namespace doctor {

struct StatusLook {
  std::string_view symbol;
  std::string_view ascii_symbol;
  std::string_view word;
  Ink ink;
};
StatusLook status_look(Status status);
StatusLook waived_look();

// "! warning", in the symbols that the terminal can show.
std::string status_mark(const Look& look, const StatusLook& status);

// Three significant digits, never an exponent for what people measure: "0.0213", "3.2", "50400".
std::string format_number(double value);

// "offset 3.2 s", "round 2.1 ms", "cost 41.3 times".
std::string format_measurement(const Measurement& measurement);

// What a person must know before running a fix, in sentences: "Needs root. Then open a new
// terminal." Empty when there is nothing.
std::string fix_conditions(const Fix& fix);

// Ends in a full stop, question mark or exclamation mark.
std::string as_sentence(std::string_view text);

}  // namespace doctor
