#include "cmd/terminal.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/base/format.h"
#include "lib/base/text.h"

namespace doctor {

namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

unsigned width_of(int descriptor) {
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

bool is_utf8_locale() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (variable(name).empty()) continue;
    const std::string value = to_lower(variable(name));
    return value.find("utf-8") != std::string::npos || value.find("utf8") != std::string::npos;
  }
  return false;
}

}  // namespace

Terminal look_at(std::FILE* stream, const std::string& color) {
  const int descriptor = fileno(stream);
  Terminal terminal;
  terminal.interactive = isatty(descriptor) == 1;
  terminal.width = std::clamp(width_of(descriptor), 20U, 80U);
  terminal.ascii = !is_utf8_locale();
  const bool wanted =
      terminal.interactive && variable("NO_COLOR").empty() && variable("TERM") != "dumb";
  terminal.colour = color == "always" || (color == "auto" && wanted);
  return terminal;
}

void complain(const std::string& message) {
  fmt::print(stderr, "wsl-go-doctor: {}\n", printable(message, true));
}

}  // namespace doctor
