#pragma once

// The report for people, at a terminal of any width.

#include <cstdio>
#include <string>

#include "lib/report/renderer.h"

namespace doctor {

struct TextOptions {
  bool colour = false;
  unsigned width =
      80;  // of the terminal; 0 when unknown. More than 80 and fewer than 20 count as those.
  bool verbose = false;
  bool quiet = false;      // only what is wrong or unknown; nothing at all when all is well
  bool ascii = false;      // the locale is not UTF-8
  unsigned id_width = 18;  // of the longest check id that may come, so that sentences line up
  std::string fix_command = "wsl-go-doctor fix";  // what the reader types to see the plan
};

// Streams: every diagnosis is written, and flushed, as it comes.
Renderer text_renderer(std::FILE* out, TextOptions options = {});

}  // namespace doctor
