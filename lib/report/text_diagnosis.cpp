#include "lib/report/text_diagnosis.h"

#include <algorithm>
#include <chrono>
#include <iterator>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/base/wrap.h"
#include "lib/core/report.h"
#include "lib/report/words.h"

namespace doctor {

namespace {

using Lines = std::vector<std::string>;

constexpr std::size_t mark_width = 11;    // "! warning  "
constexpr std::size_t narrow_indent = 4;  // of the body, where there is no room for columns
constexpr std::size_t least_room = 32;    // columns that a sentence beside its id must have
constexpr std::size_t evidence_cap = 6;   // lines

void append(Lines& lines, Lines more) {
  std::ranges::move(more, std::back_inserter(lines));
}

// Where things stand on the page.
struct Page {
  const Look& look;
  const TextOptions& options;
  bool columns;      // id and sentence side by side
  std::size_t body;  // indent of all that stands below the headline
};

Page make_page(const Look& look, const TextOptions& options) {
  const bool columns = mark_width + options.id_width + 2 + least_room <= look.width;
  return {look, options, columns, columns ? mark_width : narrow_indent};
}

Lines plain(const Page& page, std::size_t indent, std::string text, Ink ink = Ink::plain) {
  return set_paragraph(page.look, {indent, "", Ink::plain, "", indent, std::move(text), ink});
}

// What stands a little out of the way: evidence and figures.
Lines aside(const Page& page, std::string text) {
  const std::size_t indent = page.body + 2;
  return set_paragraph(page.look,
                       {indent, "", Ink::plain, "", indent + 2, std::move(text), Ink::dim});
}

// "fix: text", with the lines after the first below the text.
Lines labelled(const Page& page, std::size_t indent, std::string label, std::string text) {
  const std::size_t hang = indent + label.size();
  return set_paragraph(page.look, {indent, "", Ink::plain, std::move(label), hang,
                                   clean_line(page.look, text), Ink::plain});
}

Lines marked(const Page& page, std::size_t indent, const StatusLook& status, std::string label,
             std::size_t hang, std::string text) {
  return set_paragraph(page.look,
                       {indent, status_mark(page.look, status), status.ink, std::move(label), hang,
                        clean_line(page.look, text), Ink::plain});
}

// Without blanks, so that it is not torn apart at the end of a line.
std::string took(std::chrono::microseconds duration) {
  return replace_all(human_seconds(std::chrono::duration<double>(duration).count()), " ", "");
}

Lines headline(const Page& page, const Diagnosis& diagnosis) {
  const StatusLook status = is_waived(diagnosis) ? waived_look() : status_look(diagnosis.status);
  const std::string id = clean_line(page.look, diagnosis.check);
  std::string sentence = diagnosis.summary;
  if (page.options.verbose) sentence += fmt::format(" ({})", took(diagnosis.duration));

  const std::size_t id_room = page.options.id_width + 2;
  const std::size_t id_width = display_width(id);
  if (!page.columns || id_width + 2 > id_room) {
    return marked(page, 0, status, " ", narrow_indent, fmt::format("{}: {}", id, sentence));
  }
  const std::size_t taken = display_width(status_mark(page.look, status));
  const std::string label =
      std::string(mark_width - taken, ' ') + id + std::string(id_room - id_width, ' ');
  return marked(page, 0, status, label, mark_width + id_room, sentence);
}

Lines evidence_lines(const Page& page, const std::vector<Evidence>& evidence) {
  Lines lines;
  for (const Evidence& item : evidence) {
    const std::string_view separator = item.source.empty() || item.text.empty() ? "" : ": ";
    append(lines, aside(page, fmt::format("{}{}{}", clean_line(page.look, item.source), separator,
                                          item.text)));
  }
  // Saying "1 more" would take the line that the one takes.
  if (!page.options.verbose && lines.size() > evidence_cap + 1) {
    const std::size_t hidden = lines.size() - evidence_cap;
    lines.resize(evidence_cap);
    append(lines, aside(page, fmt::format("and {} more lines (-v shows all)", hidden)));
  }
  return lines;
}

Lines measurement_lines(const Page& page, const std::vector<Measurement>& measurements) {
  if (measurements.empty()) return {};
  std::vector<std::string> figures;
  for (const Measurement& measurement : measurements) {
    figures.push_back(clean_line(page.look, format_measurement(measurement)));
  }
  return aside(page, "measured: " + join(figures, ", "));
}

std::string describe(const Location& location) {
  std::string text = location.file;
  if (location.line > 0) text += fmt::format(":{}", location.line);
  if (location.line > 0 && location.column > 0) text += fmt::format(":{}", location.column);
  return text;
}

// The place comes first, unless the evidence tells it anyway.
std::vector<Evidence> evidence_of(const Finding& finding) {
  std::vector<Evidence> evidence = finding.evidence;
  if (!finding.location) return evidence;
  const bool told = std::ranges::any_of(evidence, [&](const Evidence& item) {
    return item.source.starts_with(finding.location->file);
  });
  if (!told) evidence.insert(evidence.begin(), {describe(*finding.location), ""});
  return evidence;
}

Lines finding_lines(const Page& page, const Finding& finding, bool with_sentence) {
  Lines lines;
  if (with_sentence) {
    const StatusLook status = finding.waived ? waived_look() : status_look(finding.severity);
    append(lines, marked(page, page.body, status, "  ", page.body + 2, finding.summary));
  }
  if (finding.waived) {
    append(lines, labelled(page, page.body + 2, "",
                           fmt::format("accepted until {}: {}", finding.waived->expires,
                                       finding.waived->reason)));
    if (!page.options.verbose) return lines;
  }
  const std::size_t indent = with_sentence ? page.body + 2 : page.body;
  if (!finding.detail.empty()) append(lines, plain(page, indent, finding.detail));
  append(lines, evidence_lines(page, evidence_of(finding)));
  append(lines, measurement_lines(page, finding.measurements));
  return lines;
}

// The finding that the headline tells comes first, so that its detail stands below it.
std::vector<const Finding*> headline_first(const Diagnosis& diagnosis) {
  std::vector<const Finding*> findings;
  for (const Finding& finding : diagnosis.findings) findings.push_back(&finding);
  const auto told = std::ranges::find_if(findings, [&](const Finding* finding) {
    return !finding->waived && finding->severity == diagnosis.status &&
           finding->summary == diagnosis.summary;
  });
  if (told != findings.end()) std::rotate(findings.begin(), told, told + 1);
  return findings;
}

std::vector<const Fix*> fixes_of(const Diagnosis& diagnosis) {
  std::vector<const Fix*> fixes;
  for (const Finding& finding : diagnosis.findings) {
    if (!finding.fix || finding.waived) continue;
    const bool listed =
        std::ranges::any_of(fixes, [&](const Fix* fix) { return fix->id == finding.fix->id; });
    if (!listed) fixes.push_back(&*finding.fix);
  }
  return fixes;
}

Lines fix_lines(const Page& page, const Diagnosis& diagnosis) {
  const auto fixes = fixes_of(diagnosis);
  if (fixes.empty()) return {};
  const std::string label = "fix: ";
  Lines lines = labelled(page, page.body, label,
                         fmt::format("{} --only {}", page.options.fix_command, diagnosis.check));
  for (const Fix* fix : fixes) {
    append(lines, labelled(page, page.body + label.size(), fixes.size() > 1 ? "- " : "",
                           fmt::format("{} {}", as_sentence(fix->title), fix_conditions(*fix))));
  }
  return lines;
}

Lines body(const Page& page, const Diagnosis& diagnosis) {
  Lines lines;
  const auto findings = headline_first(diagnosis);
  for (const Finding* finding : findings) {
    const bool told =
        finding == findings.front() && !finding->waived && finding->summary == diagnosis.summary;
    append(lines, finding_lines(page, *finding, !told));
  }
  const bool calm = diagnosis.status == Status::ok || diagnosis.status == Status::skipped;
  if (!calm || page.options.verbose) {
    append(lines, evidence_lines(page, diagnosis.evidence));
    append(lines, measurement_lines(page, diagnosis.measurements));
  }
  if (page.options.verbose) {
    for (const std::string& note : diagnosis.notes) {
      append(lines, plain(page, page.body, "note: " + note));
    }
  }
  append(lines, fix_lines(page, diagnosis));
  return lines;
}

}  // namespace

DiagnosisLines diagnosis_lines(const Look& look, const TextOptions& options,
                               const Diagnosis& diagnosis) {
  const Page page = make_page(look, options);
  DiagnosisLines result{headline(page, diagnosis), false};
  Lines below = body(page, diagnosis);
  result.has_body = !below.empty();
  append(result.lines, std::move(below));
  return result;
}

}  // namespace doctor
