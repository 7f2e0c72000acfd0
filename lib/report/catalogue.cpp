#include "lib/report/catalogue.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/base/wrap.h"
#include "lib/report/paragraph.h"

namespace doctor {

namespace {

constexpr std::size_t widest = 80;
constexpr std::size_t narrowest = 20;
constexpr std::size_t least_room = 20;  // columns that a title beside its id must have

Look look_of(std::size_t width) {
  return {false, false, std::clamp(width == 0 ? widest : width, narrowest, widest)};
}

void add(std::string& page, const Look& look, std::size_t indent, std::string_view label,
         std::size_t hang, std::string_view text) {
  for (const std::string& line : set_paragraph(look, {indent, "", Ink::plain, std::string(label),
                                                      hang, std::string(text), Ink::plain})) {
    page += line + '\n';
  }
}

void add_section(std::string& page, const Look& look, std::string_view heading,
                 std::string_view text) {
  if (text.empty()) return;
  page += fmt::format("\n{}\n", heading);
  add(page, look, 2, "", 2, text);
}

std::size_t longest(CheckList checks, std::string_view Check::*member) {
  std::size_t width = 0;
  for (const Check* check : checks) width = std::max(width, display_width(check->*member));
  return width;
}

std::string padded(std::string_view text, std::size_t width) {
  return std::string(text) + std::string(width - std::min(width, display_width(text)), ' ');
}

std::string cell(std::string_view text) {
  return replace_all(replace_all(printable(text), "|", "\\|"), "\n", " ");
}

void add_thresholds(std::string& page, const Look& look, const Check& check) {
  if (check.thresholds.empty()) return;
  page += "\nThresholds\n";
  add(page, look, 2, "", 2, fmt::format("Set under [checks.{}] in the settings file.", check.id));
  for (const Threshold& threshold : check.thresholds) {
    add(page, look, 2, "", 4,
        fmt::format("{} = {}  (from {} to {})", threshold.name, threshold.value, threshold.least,
                    threshold.most));
    add(page, look, 4, "", 4, threshold.meaning);
  }
}

void add_sources(std::string& page, const Look& look, const Check& check) {
  if (check.sources.empty()) return;
  page += "\nSources\n";
  for (const Source& source : check.sources) {
    add(page, look, 2, "", 2, source.claim);
    const bool is_one_word = source.where.find(' ') == std::string_view::npos;
    if (is_one_word) {
      page += fmt::format("    {}\n", clean_line(look, source.where));
    } else {
      add(page, look, 4, "", 4, source.where);
    }
  }
}

}  // namespace

std::string list_text(CheckList checks, std::size_t width) {
  const Look look = look_of(width);
  const std::size_t ids = longest(checks, &Check::id);
  const std::size_t groups = longest(checks, &Check::group);
  const std::size_t title_at = ids + 2 + groups + 2;
  std::string page;
  for (const Check* check : checks) {
    if (title_at + least_room <= look.width) {
      add(page, look, 0, padded(check->id, ids + 2) + padded(check->group, groups + 2), title_at,
          check->title);
    } else {
      add(page, look, 0, "", 4, fmt::format("{} ({}): {}", check->id, check->group, check->title));
    }
  }
  return page;
}

std::string list_markdown(CheckList checks) {
  std::string table = "| Check | Group | What it looks at |\n| --- | --- | --- |\n";
  for (const Check* check : checks) {
    table += fmt::format("| `{}` | {} | {} |\n", cell(check->id), cell(check->group),
                         cell(check->title));
  }
  return table;
}

std::string explain_text(const Check& check, std::size_t width) {
  const Look look = look_of(width);
  std::string page;
  add(page, look, 0, "", 2, fmt::format("{} ({})", check.id, check.group));
  add(page, look, 0, "", 2, check.title);
  add_section(page, look, "Why it matters", check.why);
  add_section(page, look, "What is read", check.reads);
  add_thresholds(page, look, check);
  add_section(
      page, look, "The fix",
      check.mends.empty() ? "There is none: what it finds is for a person to mend." : check.mends);
  add_sources(page, look, check);
  return page;
}

}  // namespace doctor
