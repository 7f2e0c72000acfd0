#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>

#include <nlohmann/json.hpp>
#include <sys/wait.h>

#include "lib/base/text.h"
#include "lib/report/json.h"
#include "tests/report/sample.h"
#include "tests/support/catch.h"

using namespace doctor;
using namespace doctor::test;
using Json = nlohmann::ordered_json;

namespace {

const std::string schema_path = TEST_SOURCE_DIR "/schema/check-1.schema.json";

std::string json_of(const Report& report) {
  return rendered(report, [](std::FILE* out) { return json_renderer(out); });
}

struct Verdict {
  int code;
  std::string output;
};

// A real validator, of Debian's python3-jsonschema. 0: valid, 3: not valid, else it did not run.
Verdict validate(const std::string& document) {
  const std::string base = TEST_BINARY_DIR "/test_json_document";
  std::ofstream(base + ".json") << document;
  const std::string program =
      "import json, sys, jsonschema\n"
      "schema = json.load(open(sys.argv[1], encoding='utf-8'))\n"
      "jsonschema.Draft7Validator.check_schema(schema)\n"
      "document = json.load(open(sys.argv[2], encoding='utf-8'))\n"
      "errors = list(jsonschema.Draft7Validator(schema).iter_errors(document))\n"
      "print(*[error.message for error in errors], sep='\\n')\n"
      "sys.exit(3 if errors else 0)\n";
  std::ofstream(base + ".py") << program;
  const std::string command = "/usr/bin/python3 -B '" + base + ".py' '" + schema_path + "' '" +
                              base + ".json' >'" + base + ".out' 2>&1";
  const int status = std::system(command.c_str());
  std::ostringstream output;
  output << std::ifstream(base + ".out").rdbuf();
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, output.str()};
}

void check_valid(const std::string& document) {
  const Verdict verdict = validate(document);
  INFO(verdict.output);
  CHECK(verdict.code == 0);
}

// Every value that an enumeration of ours can have, in one report.
Report report_of_everything() {
  Report report = sick_report();
  Diagnosis diagnosis;
  for (const Status severity : {Status::unknown, Status::warning, Status::error}) {
    for (const Shell shell : {Shell::bash, Shell::powershell}) {
      for (const Privilege needs : {Privilege::user, Privilege::root, Privilege::windows_user,
                                    Privilege::windows_administrator}) {
        for (const Restart restart :
             {Restart::nothing, Restart::new_shell, Restart::distribution, Restart::wsl}) {
          Finding finding;
          finding.id = "id";
          finding.severity = severity;
          finding.location = Location{"f", 1, 2};
          finding.waived = Waived{"r", "2027-01-31"};
          finding.measurements = {{"m", 1.5, "s"},
                                  {"nan", std::numeric_limits<double>::quiet_NaN(), "s"},
                                  {"inf", std::numeric_limits<double>::infinity(), "s"}};
          Fix fix;
          fix.shell = shell;
          fix.needs = needs;
          fix.restart = restart;
          finding.fix = fix;
          diagnosis.findings.push_back(finding);
        }
      }
    }
  }
  diagnosis.check = "everything";
  report.diagnoses.push_back(diagnosis);
  return report;
}

}  // namespace

TEST_CASE("the report is one JSON document of the schema") {
  check_valid(json_of(sick_report()));
  check_valid(json_of(healthy_report()));
  check_valid(json_of(report_of_everything()));
  check_valid(json_of(Report{}));
}

TEST_CASE("every kind of environment and every gate is in the schema") {
  for (const EnvironmentKind kind :
       {EnvironmentKind::wsl1, EnvironmentKind::wsl2, EnvironmentKind::container_on_wsl,
        EnvironmentKind::container, EnvironmentKind::ci, EnvironmentKind::linux_machine}) {
    Report report = healthy_report();
    report.environment.kind = kind;
    check_valid(json_of(report));
  }
  for (const FailOn fail_on : {FailOn::warning, FailOn::error, FailOn::never}) {
    Report report = healthy_report();
    report.fail_on = fail_on;
    check_valid(json_of(report));
  }
}

TEST_CASE("the schema refuses what is not in the contract") {
  const Json good = Json::parse(json_of(sick_report()));
  const auto refused = [&](const char* where, const Json& value) {
    Json document = good;
    document[Json::json_pointer(where)] = value;
    const Verdict verdict = validate(document.dump());
    INFO(where << "\n" << verdict.output);
    CHECK(verdict.code == 3);
  };
  refused("/extra", 1);
  refused("/schema_version", 2);
  refused("/program/extra", 1);
  refused("/environment/kind", "wsl3");
  refused("/gate/exit_code", 2);
  refused("/summary/ok", -1);
  refused("/diagnoses/0/status", "fine");
  refused("/diagnoses/0/findings/0/severity", "ok");
  refused("/diagnoses/0/findings/0/extra", 1);
  refused("/diagnoses/0/findings/1/fix/shell", "fish");
  refused("/diagnoses/0/findings/1/fix/extra", 1);
  refused("/diagnoses/0/findings/0/waived/expires", "soon");
  Json document = good;
  document.erase("gate");
  CHECK(validate(document.dump()).code == 3);
}

TEST_CASE("keys come in one order, and values are what the report holds") {
  const std::string text = json_of(sick_report());
  CHECK(text.starts_with("{\n  \"schema_version\": 1,\n  \"program\": {\n    \"name\": "));
  CHECK(text.ends_with("\n}\n"));
  const Json json = Json::parse(text);
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  CHECK(keys == std::vector<std::string>{"schema_version", "program", "source", "project",
                                         "offline", "environment", "gate", "summary", "diagnoses",
                                         "duration_ms"});
  CHECK(json["source"] == "this machine");
  CHECK(json["duration_ms"] == 2010.0);
  CHECK(json["gate"] == Json::parse(R"({"fail_on":"error","strict":false,"exit_code":1})"));
  CHECK(json["summary"] ==
        Json::parse(R"({"ok":1,"skipped":1,"unknown":1,"warning":1,"error":1,"waived":0})"));
  const Json& cache = json["diagnoses"][0]["findings"][1];
  CHECK(cache["id"] == "gocache");
  CHECK(cache["measurements"][0]["value"] == 41.28);
  CHECK(cache["location"].is_null());
  CHECK(cache["fix"]["restart"] == "new-shell");
  CHECK(json["diagnoses"][0]["findings"][0]["waived"]["expires"] == "2027-01-31");
  CHECK(json["diagnoses"][4]["findings"][0]["location"] ==
        Json::parse(R"({"file":"/etc/wsl.conf","line":3,"column":1})"));
}

TEST_CASE("the exit code in the document is the gate's") {
  Report report = sick_report();
  report.fail_on = FailOn::never;
  CHECK(Json::parse(json_of(report))["gate"]["exit_code"] == 0);
  report = healthy_report();
  report.diagnoses.push_back(unknown("No reply."));
  CHECK(Json::parse(json_of(report))["gate"]["exit_code"] == 0);
  report.strict = true;
  CHECK(Json::parse(json_of(report))["gate"]["exit_code"] == 1);
}

TEST_CASE("a script stays runnable byte by byte") {
  const Json json = Json::parse(json_of(sick_report()));
  CHECK(json["diagnoses"][0]["findings"][1]["fix"]["script"] ==
        "#!/usr/bin/env bash\n\tgo env -w GOCACHE=/home/me/.cache/go-build\n");
}

TEST_CASE("bytes that are no UTF-8, controls and escapes are written out") {
  Report report = healthy_report();
  report.source = "\xFF\x1b[2J\xE2\x80\xAE\nend";
  Finding finding;
  Fix fix;
  fix.script = "echo \xFF\n";
  finding.fix = fix;
  report.diagnoses = {conclude("", {finding})};
  const std::string text = json_of(report);
  CHECK(is_valid_utf8(text));
  const Json json = Json::parse(text);
  CHECK(json["source"] == "\\xff\\x1b[2J\\u202e\nend");
  CHECK(json["diagnoses"][0]["findings"][0]["fix"]["script"] == "echo \\xff\n");
  check_valid(text);
}

TEST_CASE("figures that are no numbers are null") {
  const Json json = Json::parse(json_of(report_of_everything()));
  const Json& measurements = json["diagnoses"][5]["findings"][0]["measurements"];
  CHECK(measurements[0]["value"] == 1.5);
  CHECK(measurements[1]["value"].is_null());
  CHECK(measurements[2]["value"].is_null());
}

TEST_CASE("every property of the schema is described") {
  const Json schema = Json::parse(std::ifstream(schema_path));
  std::size_t properties = 0;
  const auto check_object = [&](const Json& object, const std::string& name) {
    CHECK(object["additionalProperties"] == false);
    CHECK(object["required"].size() == object["properties"].size());
    for (const auto& [key, property] : object["properties"].items()) {
      INFO(name << "." << key);
      ++properties;
      const bool is_reference = property.contains("$ref") && property.size() == 1;
      CHECK((is_reference || property.contains("description")));
    }
  };
  check_object(schema, "report");
  for (const auto& [name, definition] : schema["definitions"].items()) {
    CHECK(definition.contains("description"));
    if (definition["type"] == "object") check_object(definition, name);
  }
  CHECK(properties > 50);
}
