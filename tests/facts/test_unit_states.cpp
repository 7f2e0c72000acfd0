#include "lib/facts/unit_states.h"
#include "tests/support/catch.h"

using namespace doctor;

// systemd 257, Ubuntu 25.10 in WSL: chrony.service is chronyd.service, too.
constexpr const char* ubuntu =
    "Id=systemd-timesyncd.service\nLoadState=not-found\nActiveState=inactive\n"
    "ConditionResult=no\nConditionTimestampMonotonic=0\n"
    "\n"
    "Id=chrony.service\nLoadState=loaded\nActiveState=inactive\n"
    "ConditionResult=no\nConditionTimestampMonotonic=1034512\n"
    "\n"
    "Id=chrony.service\nLoadState=loaded\nActiveState=inactive\n"
    "ConditionResult=no\nConditionTimestampMonotonic=1034512\n";

TEST_CASE("units are told apart: not installed, skipped, running") {
  const auto units = parse_unit_states(ubuntu);
  REQUIRE(units.size() == 2);
  CHECK(units[0] == UnitState{"systemd-timesyncd.service", false, false, false});
  CHECK(units[1] == UnitState{"chrony.service", true, false, true});

  const auto running = parse_unit_states(
      "LoadState=loaded\nActiveState=active\nId=systemd-timesyncd.service\n"
      "ConditionResult=yes\nConditionTimestampMonotonic=912345\n");
  REQUIRE(running.size() == 1);
  CHECK(running[0] == UnitState{"systemd-timesyncd.service", true, true, false});
}

TEST_CASE("a unit that was never started has no unmet condition") {
  const auto units = parse_unit_states(
      "Id=chrony.service\nLoadState=loaded\nActiveState=inactive\nConditionResult=no\n"
      "ConditionTimestampMonotonic=0\n");
  REQUIRE(units.size() == 1);
  CHECK_FALSE(units[0].condition_unmet);
}

TEST_CASE("a masked or failed unit does not run") {
  const auto units = parse_unit_states(
      "Id=ntp.service\nLoadState=masked\nActiveState=inactive\n\n"
      "Id=chronyd.service\nLoadState=loaded\nActiveState=failed\n");
  REQUIRE(units.size() == 2);
  CHECK_FALSE(units[0].installed);
  CHECK(units[1].installed);
  CHECK_FALSE(units[1].active);
}

TEST_CASE("anything else tells of no unit") {
  CHECK(parse_unit_states("").empty());
  CHECK(parse_unit_states("\n\n\n").empty());
  CHECK(parse_unit_states("Failed to connect to bus: Host is down\n").empty());
  CHECK(parse_unit_states("ActiveState=active\n\nLoadState=loaded\n").empty());
  CHECK(parse_unit_states("=\n=x\nId\n").empty());
}
