#pragma once

// A report of a sick machine, and what renderers write, for the tests of all renderers.

#include <cstdio>
#include <string>

#include "lib/report/renderer.h"

namespace doctor::test {

Report sick_report();
Report healthy_report();

std::string rendered_by(const Report& report, const Renderer& renderer, std::FILE* out);

// What the renderer `make(file)` writes when it is taken through the report as a run does.
template <class Make>
std::string rendered(const Report& report, Make make) {
  std::FILE* out = std::tmpfile();
  return rendered_by(report, make(out), out);
}

}  // namespace doctor::test
