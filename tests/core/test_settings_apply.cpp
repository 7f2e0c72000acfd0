#include "lib/core/settings.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

constexpr std::string_view today = "2026-06-15";

Finding finding(std::string id, Status severity) {
  Finding result;
  result.summary = id + " is wrong.";
  result.id = std::move(id);
  result.severity = severity;
  return result;
}

Diagnosis diagnosis(std::vector<Finding> findings) {
  Diagnosis result = conclude("All well.", std::move(findings));
  result.check = "windows-drive";
  return result;
}

Settings with_waiver(std::string found, std::string expires) {
  Settings settings;
  settings.waivers.push_back({"windows-drive", std::move(found), "Shared with Windows tools.",
                              std::move(expires), Location{"s.toml", 4, 1}});
  return settings;
}

}  // namespace

TEST_CASE("a severity of the settings goes to every finding but the unknown ones") {
  Settings settings;
  settings.checks["windows-drive"].severity = Status::warning;
  Diagnosis result =
      diagnosis({finding("gocache", Status::error), finding("gobin", Status::unknown)});
  apply_settings(result, settings, today);
  CHECK(result.status == Status::warning);
  CHECK(result.findings[0].severity == Status::warning);
  CHECK(result.findings[1].severity == Status::unknown);
}

TEST_CASE("settings of another check change nothing") {
  Settings settings;
  settings.checks["systemd"].severity = Status::warning;
  settings.waivers.push_back({"systemd", "", "x", "2099-01-01", {}});
  Diagnosis result = diagnosis({finding("gocache", Status::error)});
  apply_settings(result, settings, today);
  CHECK(result.status == Status::error);
  CHECK_FALSE(result.findings[0].waived);
}

TEST_CASE("a waiver covers the finding it names and leaves the others") {
  Diagnosis result =
      diagnosis({finding("gocache", Status::error), finding("project", Status::warning)});
  apply_settings(result, with_waiver("gocache", "2026-06-15"), today);
  CHECK(result.findings[0].waived == Waived{"Shared with Windows tools.", "2026-06-15"});
  CHECK_FALSE(result.findings[1].waived);
  CHECK(result.status == Status::warning);
  CHECK(result.summary == "project is wrong.");
}

TEST_CASE("a waiver without a finding covers all of the check") {
  Diagnosis result =
      diagnosis({finding("gocache", Status::error), finding("project", Status::warning)});
  apply_settings(result, with_waiver("", "2026-06-16"), today);
  CHECK(result.status == Status::ok);
  CHECK(result.summary == "What was found here is waived.");
  CHECK(result.findings[1].waived);
}

TEST_CASE("an expired waiver covers nothing and is a warning itself") {
  Diagnosis result = diagnosis({finding("gocache", Status::error)});
  apply_settings(result, with_waiver("gocache", "2026-06-14"), today);
  CHECK(result.status == Status::error);
  REQUIRE(result.findings.size() == 2);
  CHECK_FALSE(result.findings[0].waived);
  CHECK(result.findings[1].id == "expired-waiver");
  CHECK(result.findings[1].severity == Status::warning);
  CHECK(result.findings[1].summary ==
        "The waiver for windows-drive (gocache) ended on 2026-06-14.");
  CHECK(result.findings[1].location == Location{"s.toml", 4, 1});
}

TEST_CASE("an expired waiver warns also where all is well, and no waiver covers that") {
  Settings settings = with_waiver("", "2026-06-14");
  settings.waivers.push_back({"windows-drive", "", "x", "2099-01-01", {}});
  settings.checks["windows-drive"].severity = Status::error;
  Diagnosis result = diagnosis({});
  apply_settings(result, settings, today);
  CHECK(result.status == Status::warning);
  CHECK(result.summary == "The waiver for windows-drive ended on 2026-06-14.");
}

TEST_CASE("an expired waiver hides neither skipped nor unknown") {
  for (Diagnosis result : {skipped("WSL 1 has no systemd."), unknown("No reply.")}) {
    result.check = "windows-drive";
    const Diagnosis before = result;
    apply_settings(result, with_waiver("", "2026-06-14"), today);
    CHECK(result.status == before.status);
    CHECK(result.summary == before.summary);
    CHECK(result.findings.empty());
    CHECK(result.notes.size() == 1);
  }
}

TEST_CASE("without settings nothing changes") {
  Diagnosis result = diagnosis({finding("gocache", Status::warning)});
  apply_settings(result, Settings{}, today);
  CHECK(result.status == Status::warning);
  CHECK(result.summary == "gocache is wrong.");
  Diagnosis well = diagnosis({});
  apply_settings(well, Settings{}, today);
  CHECK(well.summary == "All well.");
}
