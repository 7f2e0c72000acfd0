#include "lib/fix/plan_text.h"

#include <algorithm>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/base/wrap.h"
#include "lib/fix/fold.h"
#include "lib/fix/script.h"

namespace doctor {
namespace {

constexpr std::size_t label_column = 4;
constexpr std::size_t text_column = 13;
constexpr std::size_t script_column = 6;
constexpr std::string_view continued = "... ";
constexpr std::size_t least_width = 30;

class Page {
 public:
  explicit Page(std::size_t width) : width_(std::max(width, least_width)) {}

  void blank() { text_ += '\n'; }

  // "    Touches  /etc/wsl.conf, ...", wrapped under its own beginning.
  void entry(std::string_view label, std::string_view value) {
    std::string start(label_column, ' ');
    start += label;
    start.resize(text_column, ' ');
    paragraph(start, value);
  }

  void paragraph(std::string start, std::string_view value) {
    const std::size_t indent = start.size();
    for (const auto& line : wrap(printable(value), width_ - indent)) {
      text_ += start + line + "\n";
      start.assign(indent, ' ');
    }
  }

  void script_line(std::string_view line) {
    const std::string shown = printable(line);
    if (shown.empty()) return blank();
    const std::string indent(script_column, ' ');
    bool first = true;
    for (const auto& piece : fold_exactly(shown, width_ - script_column - continued.size())) {
      text_ += fmt::format("{}{}{}\n", indent, first ? "" : continued, piece);
      first = false;
    }
  }

  std::string take() { return std::move(text_); }

 private:
  std::size_t width_;
  std::string text_;
};

std::string_view describe(Privilege needs) {
  switch (needs) {
    case Privilege::user:
      return "nothing but your own account";
    case Privilege::root:
      return "root (sudo)";
    case Privilege::windows_user:
      return "your Windows account";
    case Privilege::windows_administrator:
      return "a Windows administrator";
  }
  return "";
}

std::string describe_restart(const Fix& fix) {
  switch (fix.restart) {
    case Restart::nothing:
      return "nothing";
    case Restart::new_shell:
      return fix.restart_command.empty() ? "open a new terminal" : fix.restart_command;
    case Restart::distribution:
      return "this distribution: " + fix.restart_command;
    case Restart::wsl:
      return "all of WSL, every distribution and Docker Desktop: " + fix.restart_command;
  }
  return "";
}

// The remark that stands under a title when --apply will leave the step alone.
std::string held_back(const PlanStep& step) {
  if (!step.after.empty()) {
    return fmt::format(
        "Waits for `{}`, which changes a file that this fix was written for. Run `fix` again after "
        "that one.",
        step.after);
  }
  if (!step.selected) {
    return "Look at it first: `--apply` leaves it alone unless it is named with --only.";
  }
  return "";
}

void add_script(Page& page, const Fix& fix, bool whole) {
  for (const auto& line : lines(fix.script)) {
    if (!whole && line == shared_part_line) {
      page.script_line("(then the functions that all scripts share; -v shows them)");
      return;
    }
    page.script_line(line);
  }
}

void add_step(Page& page, const PlanStep& step, std::size_t number,
              const PlanTextOptions& options) {
  page.paragraph(fmt::format("{:>2}. ", number), step.fix.title);
  if (const auto remark = held_back(step); !remark.empty()) {
    page.paragraph(std::string(label_column, ' '), remark);
  }
  for (const auto& reason : step.reasons) {
    page.entry(&reason == &step.reasons.front() ? "Why" : "",
               fmt::format("{} ({})", reason.summary, reason.check));
  }
  page.entry("Touches", step.fix.touches.empty() ? "no file" : join(step.fix.touches, ", "));
  page.entry("Needs", describe(step.fix.needs));
  page.entry("Restart", describe_restart(step.fix));
  page.entry("Undo", step.fix.undo.empty() ? "not possible" : step.fix.undo);
  page.entry("Script", script_name(step, number));
  page.blank();
  add_script(page, step.fix, options.whole_scripts);
}

}  // namespace

std::string plan_text(const std::vector<PlanStep>& plan, const PlanTextOptions& options) {
  if (plan.empty()) return "There is nothing to fix.\n";
  Page page(options.width);
  page.paragraph("", fmt::format("The plan: {}.", count_of(plan.size(), "fix", "fixes")));
  for (std::size_t i = 0; i < plan.size(); ++i) {
    page.blank();
    add_step(page, plan[i], i + 1, options);
  }
  return page.take();
}

}  // namespace doctor
