#include "lib/core/diagnosis.h"
#include "lib/core/fix.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

Finding finding(Status severity, std::string summary) {
  Finding result;
  result.id = "some-id";
  result.severity = severity;
  result.summary = std::move(summary);
  return result;
}

Finding waived(Finding finding) {
  finding.waived = Waived{"known", "2099-12-31"};
  return finding;
}

}  // namespace

TEST_CASE("a status has one spelling, both ways") {
  for (const Status status :
       {Status::ok, Status::skipped, Status::unknown, Status::warning, Status::error}) {
    CHECK(status_from(to_string(status)) == status);
  }
  CHECK(to_string(Status::warning) == "warning");
  CHECK_FALSE(status_from("Warning"));
  CHECK_FALSE(status_from(""));
}

TEST_CASE("what a fix needs and restarts has stable spellings") {
  CHECK(to_string(Shell::powershell) == "powershell");
  CHECK(to_string(Privilege::windows_administrator) == "windows-administrator");
  CHECK(to_string(Privilege::windows_user) == "windows-user");
  CHECK(to_string(Restart::new_shell) == "new-shell");
  CHECK(to_string(Restart::wsl) == "wsl");
}

TEST_CASE("the worst finding makes status and summary") {
  const Diagnosis diagnosis =
      conclude("all well", {finding(Status::unknown, "u"), finding(Status::warning, "w"),
                            finding(Status::error, "e1"), finding(Status::error, "e2")});
  CHECK(diagnosis.status == Status::error);
  CHECK(diagnosis.summary == "e1");
  CHECK(diagnosis.findings.size() == 4);
}

TEST_CASE("a warning weighs more than an unknown") {
  const Diagnosis diagnosis =
      conclude("all well", {finding(Status::unknown, "u"), finding(Status::warning, "w")});
  CHECK(diagnosis.status == Status::warning);
  CHECK(diagnosis.summary == "w");
}

TEST_CASE("one part unknown keeps the whole from being ok") {
  const Diagnosis diagnosis = conclude("all well", {finding(Status::unknown, "no reply")});
  CHECK(diagnosis.status == Status::unknown);
  CHECK(diagnosis.summary == "no reply");
}

TEST_CASE("nothing found is ok") {
  const Diagnosis diagnosis = conclude("all well");
  CHECK(diagnosis.status == Status::ok);
  CHECK(diagnosis.summary == "all well");
}

TEST_CASE("waived findings do not count") {
  CHECK(conclude("all well", {waived(finding(Status::error, "e"))}).status == Status::ok);
  const Diagnosis diagnosis = conclude(
      "all well", {waived(finding(Status::error, "e")), finding(Status::warning, "still there")});
  CHECK(diagnosis.status == Status::warning);
  CHECK(diagnosis.summary == "still there");
}

TEST_CASE("settling never makes skipped or unknown ok") {
  Diagnosis not_here = skipped("WSL 1 has no cgroups");
  settle(not_here, "all well");
  CHECK(not_here.status == Status::skipped);
  CHECK(not_here.summary == "WSL 1 has no cgroups");

  Diagnosis silent = unknown("no reply from 3 servers in 2 s");
  settle(silent, "all well");
  CHECK(silent.status == Status::unknown);
  CHECK(silent.summary == "no reply from 3 servers in 2 s");
}

TEST_CASE("settling again after a change follows the change") {
  Diagnosis diagnosis = conclude("all well", {finding(Status::warning, "w")});
  diagnosis.findings[0].severity = Status::error;
  settle(diagnosis, "all well");
  CHECK(diagnosis.status == Status::error);
  diagnosis.findings[0].waived = Waived{"known", "2099-12-31"};
  settle(diagnosis, "all well");
  CHECK(diagnosis.status == Status::ok);
  CHECK(diagnosis.summary == "all well");
}
