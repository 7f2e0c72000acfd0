#include <chrono>
#include <cstdio>

#include "cmd/options.h"
#include "cmd/session.h"
#include "cmd/terminal.h"
#include "lib/base/format.h"
#include "lib/fix/script.h"
#include "lib/report/json.h"
#include "lib/report/text.h"

namespace doctor {

namespace {

Renderer renderer_for(const CheckFlags& flags) {
  if (flags.format == "json") return json_renderer(stdout);
  const Terminal terminal = look_at(stdout, flags.run.color);
  TextOptions options;
  options.colour = terminal.colour;
  options.width = terminal.width;
  options.ascii = terminal.ascii;
  options.verbose = flags.verbose;
  options.quiet = flags.quiet;
  if (!flags.run.from.empty()) options.fix_command += " --from " + bash_quote(flags.run.from);
  return text_renderer(stdout, options);
}

}  // namespace

int run_check(const CheckFlags& flags) {
  const auto start = std::chrono::steady_clock::now();
  const auto session = Session::open(flags.run);
  if (!session) {
    complain(session.error());
    return exit_usage;
  }
  Report report = (*session)->report();
  report.strict = flags.strict;
  if (const auto fail_on = fail_on_from(flags.fail_on)) report.fail_on = *fail_on;

  const Renderer renderer = renderer_for(flags);
  renderer.begin(report);
  report.diagnoses = (*session)->run((*session)->checks(), [&](const Diagnosis& diagnosis) {
    renderer.diagnosis(diagnosis);
    std::fflush(stdout);
  });
  report.duration = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - start);
  renderer.end(report);
  const int code = exit_code(report.diagnoses, report.fail_on, report.strict);
  if (abandoned_checks() > 0) leave(code);
  return code;
}

}  // namespace doctor
