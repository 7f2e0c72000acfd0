#include "lib/core/report.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

Diagnosis with(Status severity) {
  Finding finding;
  finding.severity = severity;
  return conclude("all well", {finding});
}

Diagnosis all_waived() {
  Diagnosis diagnosis = with(Status::error);
  diagnosis.findings[0].waived = Waived{"known", "2099-12-31"};
  settle(diagnosis, "all well");
  return diagnosis;
}

}  // namespace

TEST_CASE("the gate fails at and above its level") {
  CHECK(exit_code({with(Status::error)}, FailOn::error, false) == 1);
  CHECK(exit_code({with(Status::warning)}, FailOn::error, false) == 0);
  CHECK(exit_code({with(Status::warning)}, FailOn::warning, false) == 1);
  CHECK(exit_code({with(Status::error)}, FailOn::warning, false) == 1);
  CHECK(exit_code({conclude("ok"), skipped("not WSL")}, FailOn::warning, true) == 0);
  CHECK(exit_code({}, FailOn::warning, true) == 0);
}

TEST_CASE("one bad diagnosis among good ones is enough") {
  CHECK(exit_code({conclude("ok"), with(Status::error), conclude("ok")}, FailOn::error, false) ==
        1);
}

TEST_CASE("never is never, also when strict") {
  CHECK(exit_code({with(Status::error), unknown("no reply")}, FailOn::never, false) == 0);
  CHECK(exit_code({with(Status::error), unknown("no reply")}, FailOn::never, true) == 0);
}

TEST_CASE("unknown fails the gate only when strict") {
  CHECK(exit_code({unknown("no reply")}, FailOn::warning, false) == 0);
  CHECK(exit_code({unknown("no reply")}, FailOn::error, true) == 1);
}

TEST_CASE("strict also sees an unknown part behind a warning that passes") {
  Finding warned, unclear;
  warned.severity = Status::warning;
  unclear.severity = Status::unknown;
  const Diagnosis diagnosis = conclude("ok", {warned, unclear});
  REQUIRE(diagnosis.status == Status::warning);
  CHECK(exit_code({diagnosis}, FailOn::error, false) == 0);
  CHECK(exit_code({diagnosis}, FailOn::error, true) == 1);
}

TEST_CASE("what is waived passes") {
  CHECK(exit_code({all_waived()}, FailOn::warning, true) == 0);
}

TEST_CASE("every diagnosis is counted once") {
  const StatusCounts counts =
      count_statuses({conclude("ok"), conclude("ok"), skipped("no"), unknown("?"),
                      with(Status::warning), with(Status::error), all_waived()});
  CHECK(counts == StatusCounts{2, 1, 1, 1, 1, 1});
}

TEST_CASE("a diagnosis is waived only when nothing but waived findings is left") {
  CHECK(is_waived(all_waived()));
  CHECK_FALSE(is_waived(conclude("ok")));
  CHECK_FALSE(is_waived(with(Status::warning)));
}
