
#include "checks/registry.h"
#include "cmd/options.h"
#include "cmd/terminal.h"
#include "lib/base/format.h"
#include "lib/report/catalogue.h"

namespace doctor {

int run_list(const std::string& format) {
  const unsigned width = look_at(stdout, "never").width;
  fmt::print("{}",
             format == "markdown" ? list_markdown(all_checks()) : list_text(all_checks(), width));
  return exit_ok;
}

int run_explain(const std::string& id) {
  const auto selected = select(all_checks(), {{id}, {}}, {});
  if (!selected) {
    complain(selected.error());
    return exit_usage;
  }
  fmt::print("{}", explain_text(*selected->front(), look_at(stdout, "never").width));
  return exit_ok;
}

}  // namespace doctor
