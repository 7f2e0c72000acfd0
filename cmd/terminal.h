#pragma once

// What the streams we print to can show.

#include <cstdio>
#include <string>

namespace doctor {

struct Terminal {
  bool interactive = false;  // a person sees it
  bool colour = false;
  bool ascii = false;   // the locale is not UTF-8
  unsigned width = 80;  // columns, at most 80 where text is laid out
};

// `color` is the --color argument: "auto", "always" or "never".
Terminal look_at(std::FILE* stream, const std::string& color);

// A complaint on standard error, "wsl-go-doctor: ...", made safe for the terminal.
void complain(const std::string& message);

}  // namespace doctor
