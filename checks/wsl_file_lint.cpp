#include "checks/wsl_file_lint.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "checks/wsl_file_fixes.h"
#include "lib/base/format.h"
#include "lib/base/text.h"

namespace doctor {

namespace {

constexpr std::size_t most_findings = 20;
constexpr std::size_t longest_line = 200;  // of evidence

std::string networking_mode(const Context& context) {
  const auto told = context.host.run({{"wslinfo", "--networking-mode"}});
  return told && told->exit_code == 0 ? std::string(trim(told->out)) : "";
}

std::string shortened(const std::string& line) {
  return line.size() <= longest_line ? line : line.substr(0, longest_line) + "...";
}

Finding finding_for(const WslFile& file, const WslConfigMistake& mistake,
                    const std::vector<std::string>& text) {
  Finding finding;
  finding.id = mistake.id;
  finding.severity = mistake.error ? Status::error : Status::warning;
  finding.summary = mistake.message;
  finding.detail = mistake.advice;
  finding.location = Location{file.shown, mistake.line, mistake.column};
  if (mistake.line >= 1 && mistake.line <= text.size()) {
    finding.evidence.push_back(
        {fmt::format("{}:{}", file.shown, mistake.line), shortened(text[mistake.line - 1])});
  }
  return finding;
}

// Said by the check `systemd`, which knows whether it runs; or of no harm: a distribution may be
// moved between WSL 1 and 2.
bool is_for_a_note(const WslConfigFacts& facts, const WslConfigMistake& mistake) {
  return mistake.id == "needs-newer-wsl/boot.systemd" ||
         (facts.wsl1 && mistake.id.starts_with("no-effect/"));
}

Finding and_more(const WslFile& file, std::size_t more) {
  Finding finding;
  finding.id = "more";
  finding.summary = fmt::format("There are {} in {}.", count_of(more, "more mistake"), file.shown);
  finding.detail = "Correct those above first.";
  finding.location = Location{file.shown, 0, 0};
  return finding;
}

void offer_fixes(const Context& context, const WslFile& file, std::vector<Finding>& findings) {
  const auto encoding = encoding_fix(context, file);
  const WslFileMend mend = mend_wsl_file(context, file);
  const auto& done = mend.mended.done;
  bool unreachable = false;
  for (Finding& finding : findings) {
    if (finding.id == "encoding") {
      finding.fix = encoding;
      unreachable |= !file.path;
    } else if (std::ranges::find(done, finding.id) != done.end()) {
      finding.fix = mend.fix;
      unreachable |= !file.path;
    }
  }
  if (unreachable) {
    findings.front().detail +=
        fmt::format(" Its drive is not mounted here, so edit {} in Windows.", file.shown);
  }
}

std::string all_is_well(const WslFile& file) {
  std::size_t known = 0;
  for (const WslConfigEntry& entry : file.config.entries) known += entry.shadowed ? 0 : 1;
  return fmt::format("WSL understands every line of {} ({}).", file.shown,
                     count_of(known, "setting"));
}

std::string restart_note(const Context& context, const WslFile& file) {
  const bool conf = file.config.kind == WslConfigKind::wsl_conf;
  return fmt::format("A change of {} counts after `{}` in PowerShell.", file.shown,
                     conf ? restart_distribution_command(context.environment) : shutdown_command);
}

}  // namespace

WslConfigFacts wsl_config_facts(const Context& context, const WslConfig& config) {
  WslConfigFacts facts;
  facts.wsl_version = parse_version(context.environment.wsl_version);
  facts.wsl1 = context.environment.kind == EnvironmentKind::wsl1;
  if (config.kind == WslConfigKind::wsl_conf) return facts;
  if (const auto windows = context.host.windows()) {
    facts.windows_build = windows_build(*windows);
    facts.processors = windows->processors;
  }
  if (find_entry(config, "wsl2.networkingMode") == nullptr) {
    facts.networking_mode = networking_mode(context);
  }
  return facts;
}

Diagnosis diagnose_wsl_file(const Context& context, const WslFile& file,
                            const WslConfigFacts& facts) {
  WslConfigLint lint = lint_wsl_config(file.config, *file.bytes, facts);
  // Of very many, those that matter most.
  std::ranges::stable_sort(lint.mistakes, std::ranges::greater(), &WslConfigMistake::error);
  const auto text = wsl_config_lines(file.config, *file.bytes);
  std::vector<Finding> findings;
  std::vector<std::string> notes;
  std::size_t more = lint.more;
  for (const WslConfigMistake& mistake : lint.mistakes) {
    if (is_for_a_note(facts, mistake)) {
      notes.push_back(fmt::format("Line {}: {}", mistake.line, mistake.message));
    } else if (findings.size() < most_findings) {
      findings.push_back(finding_for(file, mistake, text));
    } else {
      ++more;
    }
  }
  if (!findings.empty()) offer_fixes(context, file, findings);
  if (more > 0) findings.push_back(and_more(file, more));
  Diagnosis diagnosis = conclude(all_is_well(file), std::move(findings));
  diagnosis.notes = std::move(notes);
  diagnosis.notes.push_back(restart_note(context, file));
  return diagnosis;
}

Finding wrong_name(const std::string& found, const std::string& right, bool right_exists) {
  Finding finding;
  finding.id = "wrong-name";
  finding.severity = right_exists ? Status::warning : Status::error;
  finding.summary = fmt::format("WSL does not read {}.", found);
  finding.detail = right_exists
                       ? fmt::format("It reads {} alone: move over what is missing there.", right)
                       : fmt::format("The file that it reads is {}: rename or move it.", right);
  finding.location = Location{found, 0, 0};
  return finding;
}

Diagnosis with_findings(Diagnosis diagnosis, std::vector<Finding> more) {
  const std::string summary_if_ok = diagnosis.summary;
  std::ranges::move(more, std::back_inserter(diagnosis.findings));
  settle(diagnosis, summary_if_ok);
  return diagnosis;
}

std::string why_no_wsl_settings(const Environment& environment) {
  switch (environment.kind) {
    case EnvironmentKind::container_on_wsl:
      return "A container: WSL's settings belong to the distribution underneath.";
    case EnvironmentKind::container:
    case EnvironmentKind::ci:
    case EnvironmentKind::linux_machine:
      return "Not a WSL machine: nothing reads WSL's settings here.";
    case EnvironmentKind::wsl1:
    case EnvironmentKind::wsl2:
      break;
  }
  return "";
}

}  // namespace doctor
