#include <condition_variable>
#include <mutex>
#include <stdexcept>

#include "lib/core/registry.h"
#include "lib/core/runner.h"
#include "tests/support/catch.h"
#include "tests/support/snapshots.h"

using namespace doctor;

namespace {

constexpr Threshold limits[] = {{"warning-seconds", 1, 0, 10, "a limit"}};

// A gate that a check waits at until another has passed it, so that only a pool that runs them at
// once ends.
std::mutex gate_mutex;
std::condition_variable gate;
bool gate_open = false;

Diagnosis waits(const Context&) {
  std::unique_lock lock(gate_mutex);
  gate.wait(lock, [] { return gate_open; });
  return conclude("waited");
}

Diagnosis opens(const Context&) {
  const std::lock_guard lock(gate_mutex);
  gate_open = true;
  gate.notify_all();
  return conclude("opened");
}

Diagnosis throws(const Context&) {
  throw std::runtime_error("a bug");
}

const Check first = {"first", "g", "First", "", "", "", {}, {}, waits};
const Check second = {"second", "g", "Second", "", "", "", limits, {}, opens};
const Check broken = {"broken", "g", "Broken", "", "", "", {}, {}, throws};

struct TestMachine {
  SnapshotHost host = machine_from("");
  Settings settings;
  Environment environment;
  Context context{host, settings, environment, "/"};
};

}  // namespace

TEST_CASE("checks run at once, and results come in registry order") {
  gate_open = false;
  TestMachine machine;
  const Check* checks[] = {&first, &second};
  std::vector<std::string> order;
  RunOptions options;
  options.jobs = 2;
  options.on_final = [&](const Diagnosis& diagnosis) { order.push_back(diagnosis.check); };
  const auto diagnoses = run_checks(checks, machine.context, options);
  CHECK(order == std::vector<std::string>{"first", "second"});
  REQUIRE(diagnoses.size() == 2);
  CHECK(diagnoses[0].summary == "waited");
  CHECK(abandoned_checks() == 0);
}

TEST_CASE("a check that throws is unknown, and hurts no other") {
  gate_open = true;
  TestMachine machine;
  const Check* checks[] = {&broken, &second};
  const auto diagnoses = run_checks(checks, machine.context, {});
  CHECK(diagnoses[0].status == Status::unknown);
  CHECK(diagnoses[0].summary.find("a bug") != std::string::npos);
  CHECK(diagnoses[1].status == Status::ok);
}

TEST_CASE("a check that misses the deadline is unknown, and is named while it is waited for") {
  gate_open = false;
  TestMachine machine;
  const Check* checks[] = {&first};
  RunOptions options;
  options.deadline = std::chrono::milliseconds(250);
  std::vector<std::string> waited_for;
  options.on_wait = [&](std::span<const Waiting> waiting) {
    for (const Waiting& check : waiting) waited_for.emplace_back(check.check->id);
  };
  const auto diagnoses = run_checks(checks, machine.context, options);
  CHECK(diagnoses[0].status == Status::unknown);
  CHECK(diagnoses[0].check == "first");
  CHECK(abandoned_checks() == 1);
  REQUIRE_FALSE(waited_for.empty());
  CHECK(waited_for.front() == "first");
  opens(machine.context);  // lets the thread that was left behind end
}

TEST_CASE("thresholds come from the settings, else from the check") {
  TestMachine machine;
  CHECK(machine.context.threshold(second, "warning-seconds") == 1);
  machine.settings.checks["second"].thresholds["warning-seconds"] = 2.5;
  CHECK(machine.context.threshold(second, "warning-seconds") == 2.5);
}

TEST_CASE("checks are selected by id, in registry order") {
  const Check* checks[] = {&first, &second, &broken};
  const auto ids = [&](const Selection& selection, const Settings& settings) {
    std::vector<std::string> result;
    const auto selected = select(checks, selection, settings);
    for (const Check* check : *selected) result.emplace_back(check->id);
    return result;
  };
  using Ids = std::vector<std::string>;
  Settings settings;
  CHECK(ids({}, settings) == Ids{"first", "second", "broken"});
  CHECK(ids({{"broken", "first"}, {}}, settings) == Ids{"first", "broken"});
  CHECK(ids({{}, {"second"}}, settings) == Ids{"first", "broken"});
  settings.disabled = {"first"};
  CHECK(ids({}, settings) == Ids{"second", "broken"});
  CHECK(ids({{"first"}, {}}, settings) == Ids{"first"});
}

TEST_CASE("an id that does not exist is named, with the nearest that does") {
  const Check* checks[] = {&first, &second};
  const auto selected = select(checks, {{"secnod"}, {}}, {});
  REQUIRE_FALSE(selected);
  CHECK(selected.error() == "there is no check `secnod`; did you mean `second`?");
  CHECK(select(checks, {{}, {"zzz"}}, {}).error() ==
        "there is no check `zzz`; `wsl-go-doctor list` shows them all");
}
