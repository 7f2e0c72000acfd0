#include "lib/report/text.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/report/paragraph.h"
#include "lib/report/text_diagnosis.h"
#include "lib/report/words.h"

namespace doctor {

namespace {

constexpr unsigned widest = 80;
constexpr unsigned narrowest = 20;

struct Printer {
  std::FILE* out;
  TextOptions options;
  Look look;
  // A diagnosis of more than one line stands between blank lines.
  bool after_blank = true;
  bool after_body = false;
};

Look look_of(const TextOptions& options) {
  const unsigned width = options.width == 0 ? widest : options.width;
  return {options.colour, options.ascii, std::clamp(width, narrowest, widest)};
}

void print(Printer& printer, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) {
    std::fwrite(line.data(), 1, line.size(), printer.out);
    std::fputc('\n', printer.out);
  }
  std::fflush(printer.out);
}

void print_plain(Printer& printer, std::string text, std::size_t hang = 0, Ink ink = Ink::plain) {
  print(printer, set_paragraph(printer.look, {0, "", Ink::plain, "", hang, std::move(text), ink}));
}

std::string machine_line(const Look& look, const Environment& environment) {
  std::vector<std::string> parts = {std::string(describe(environment.kind))};
  if (environment.overridden) parts.back() += " (as told, not detected)";
  const auto add = [&](std::string_view word, const std::string& value) {
    if (!value.empty()) parts.push_back(fmt::format("{}{}", word, clean_line(look, value)));
  };
  add("", environment.distribution);
  add("kernel ", environment.kernel);
  add("WSL ", environment.wsl_version);
  return join(parts, ", ");
}

void print_header(Printer& printer, const Report& report) {
  if (printer.options.quiet) return;
  print_plain(printer, clean_line(printer.look, "wsl-go-doctor " + report.version), 2);
  print_plain(printer, machine_line(printer.look, report.environment), 2);
  if (report.source != this_machine) {
    print_plain(printer, "snapshot " + clean_line(printer.look, report.source), 2);
  }
  if (printer.options.verbose) {
    const std::string& name = report.environment.distribution_name;
    if (!name.empty()) print_plain(printer, "named " + clean_line(printer.look, name), 2);
    print_plain(printer, "project " + clean_line(printer.look, report.project), 2);
    for (const Evidence& evidence : report.environment.evidence) {
      print_plain(printer,
                  fmt::format("{}: {}", clean_line(printer.look, evidence.source),
                              clean_line(printer.look, evidence.text)),
                  2, Ink::dim);
    }
  }
  print_plain(printer, "");
}

void print_diagnosis(Printer& printer, const Diagnosis& diagnosis) {
  const bool calm = diagnosis.status == Status::ok || diagnosis.status == Status::skipped;
  if (printer.options.quiet && calm) return;
  const auto [lines, has_body] = diagnosis_lines(printer.look, printer.options, diagnosis);
  if (printer.after_body || (has_body && !printer.after_blank)) print_plain(printer, "");
  print(printer, lines);
  printer.after_blank = false;
  printer.after_body = has_body;
}

std::string counts_sentence(const StatusCounts& counts) {
  std::vector<std::string> parts;
  if (counts.error > 0) parts.push_back(count_of(counts.error, "error"));
  if (counts.warning > 0) parts.push_back(count_of(counts.warning, "warning"));
  const auto add = [&](std::size_t count, std::string_view word) {
    if (count > 0) parts.push_back(fmt::format("{} {}", count, word));
  };
  add(counts.unknown, "unknown");
  add(counts.ok, "ok");
  add(counts.skipped, "skipped");
  add(counts.waived, "waived");
  return parts.empty() ? "no checks ran" : join(parts, ", ");
}

bool is_wrong(const StatusCounts& counts) {
  return counts.error + counts.warning + counts.unknown > 0;
}

bool has_fix(const Report& report) {
  return std::ranges::any_of(report.diagnoses, [](const Diagnosis& diagnosis) {
    return std::ranges::any_of(
        diagnosis.findings, [](const Finding& finding) { return finding.fix && !finding.waived; });
  });
}

void print_footer(Printer& printer, const Report& report) {
  const StatusCounts counts = count_statuses(report.diagnoses);
  if (printer.options.quiet && !is_wrong(counts)) return;
  std::string summary = counts_sentence(counts);
  if (printer.options.verbose) {
    summary += fmt::format(" in {}",
                           human_seconds(std::chrono::duration<double>(report.duration).count()));
  }
  summary += '.';
  if (!is_wrong(counts) && !report.diagnoses.empty()) summary += " Nothing to mend.";
  print_plain(printer, "");
  print_plain(printer, summary);
  if (has_fix(report) && !printer.options.quiet) {
    print_plain(printer, fmt::format("`{}` shows the plan; it changes nothing until you say so.",
                                     clean_line(printer.look, printer.options.fix_command)));
  }
}

}  // namespace

Renderer text_renderer(std::FILE* out, TextOptions options) {
  const Look look = look_of(options);
  const auto printer = std::make_shared<Printer>(Printer{out, std::move(options), look});
  return {
      [printer](const Report& report) { print_header(*printer, report); },
      [printer](const Diagnosis& diagnosis) { print_diagnosis(*printer, diagnosis); },
      [printer](const Report& report) { print_footer(*printer, report); },
  };
}

}  // namespace doctor
