#include "lib/report/json.h"

#include <chrono>
#include <string>

#include <nlohmann/json.hpp>

#include "lib/base/text.h"

namespace doctor {

namespace {

using Json = nlohmann::ordered_json;

std::string clean(std::string_view text) {
  return printable(text, true);
}

// A script must stay runnable, byte by byte, tabs included; JSON escapes its control characters.
std::string clean_script(const std::string& script) {
  return is_valid_utf8(script) ? script : clean(script);
}

double milliseconds(std::chrono::microseconds duration) {
  return static_cast<double>(duration.count()) / 1000;
}

Json as_json(const std::string& text) {
  return clean(text);
}

Json as_json(const Evidence& evidence) {
  return {{"source", clean(evidence.source)}, {"text", clean(evidence.text)}};
}

Json as_json(const Measurement& measurement) {
  return {{"name", clean(measurement.name)},
          {"value", measurement.value},  // NaN and infinity become null
          {"unit", clean(measurement.unit)}};
}

Json as_json(const Location& location) {
  return {{"file", clean(location.file)}, {"line", location.line}, {"column", location.column}};
}

Json as_json(const Waived& waived) {
  return {{"reason", clean(waived.reason)}, {"expires", clean(waived.expires)}};
}

Json as_json(const Fix& fix);
Json as_json(const Finding& finding);
Json as_json(const Diagnosis& diagnosis);

Json all(const auto& items) {
  Json array = Json::array();
  for (const auto& item : items) array.push_back(as_json(item));
  return array;
}

Json or_null(const auto& optional) {
  return optional ? as_json(*optional) : Json(nullptr);
}

Json as_json(const Fix& fix) {
  return {{"id", clean(fix.id)},
          {"title", clean(fix.title)},
          {"shell", to_string(fix.shell)},
          {"needs", to_string(fix.needs)},
          {"restart", to_string(fix.restart)},
          {"restart_command", clean(fix.restart_command)},
          {"touches", all(fix.touches)},
          {"undo", clean(fix.undo)},
          {"automatic", fix.automatic},
          {"script", clean_script(fix.script)}};
}

Json as_json(const Finding& finding) {
  return {{"id", clean(finding.id)},
          {"severity", to_string(finding.severity)},
          {"summary", clean(finding.summary)},
          {"detail", clean(finding.detail)},
          {"evidence", all(finding.evidence)},
          {"measurements", all(finding.measurements)},
          {"location", or_null(finding.location)},
          {"waived", or_null(finding.waived)},
          {"fix", or_null(finding.fix)}};
}

Json as_json(const Diagnosis& diagnosis) {
  return {{"check", clean(diagnosis.check)},     {"status", to_string(diagnosis.status)},
          {"summary", clean(diagnosis.summary)}, {"findings", all(diagnosis.findings)},
          {"evidence", all(diagnosis.evidence)}, {"measurements", all(diagnosis.measurements)},
          {"notes", all(diagnosis.notes)},       {"duration_ms", milliseconds(diagnosis.duration)}};
}

Json as_json(const Environment& environment) {
  return {{"kind", to_string(environment.kind)},
          {"overridden", environment.overridden},
          {"distribution", clean(environment.distribution)},
          {"distribution_name", clean(environment.distribution_name)},
          {"kernel", clean(environment.kernel)},
          {"wsl_version", clean(environment.wsl_version)},
          {"evidence", all(environment.evidence)}};
}

Json as_json(const StatusCounts& counts) {
  return {{"ok", counts.ok},           {"skipped", counts.skipped}, {"unknown", counts.unknown},
          {"warning", counts.warning}, {"error", counts.error},     {"waived", counts.waived}};
}

Json as_json(const Report& report) {
  return {{"schema_version", json_schema_version},
          {"program", {{"name", "wsl-go-doctor"}, {"version", clean(report.version)}}},
          {"source", clean(report.source)},
          {"project", clean(report.project)},
          {"offline", report.offline},
          {"environment", as_json(report.environment)},
          {"gate",
           {{"fail_on", to_string(report.fail_on)},
            {"strict", report.strict},
            {"exit_code", exit_code(report.diagnoses, report.fail_on, report.strict)}}},
          {"summary", as_json(count_statuses(report.diagnoses))},
          {"diagnoses", all(report.diagnoses)},
          {"duration_ms", milliseconds(report.duration)}};
}

}  // namespace

Renderer json_renderer(std::FILE* out) {
  return {
      [](const Report&) {},
      [](const Diagnosis&) {},
      [out](const Report& report) {
        const std::string text = as_json(report).dump(2);
        std::fwrite(text.data(), 1, text.size(), out);
        std::fputc('\n', out);
        std::fflush(out);
      },
  };
}

}  // namespace doctor
