#include "lib/facts/systemctl.h"
#include "tests/support/catch.h"

using namespace doctor;

using Units = std::vector<std::string>;

TEST_CASE("failed units") {
  CHECK(parse_failed_units(
            "systemd-modules-load.service loaded failed failed Load Kernel Modules\n"
            "systemd-oomd.socket          loaded failed failed Userspace Out-Of-Memory Socket\n") ==
        Units{"systemd-modules-load.service", "systemd-oomd.socket"});
  CHECK(parse_failed_units("user@1000.service loaded failed failed User Manager for UID 1000\n"
                           "dev-disk-by\\x2dlabel-swap.swap loaded failed failed /dev/disk\n") ==
        Units{"user@1000.service", "dev-disk-by\\x2dlabel-swap.swap"});
  CHECK(parse_failed_units("").empty());
}

TEST_CASE("bullets, colours, links and frames of another systemctl are tolerated") {
  CHECK(parse_failed_units("● snapd.service loaded failed failed Snap Daemon\n"
                           "  × apt-daily.timer loaded failed failed Daily apt\n"
                           "* boot.mount loaded failed failed /boot\r\n") ==
        Units{"snapd.service", "apt-daily.timer", "boot.mount"});
  CHECK(
      parse_failed_units("\x1b[0;1;31m●\x1b[0m snapd.service loaded \x1b[0;1;31mfailed\x1b[0m\n"
                         "\x1b]8;;file://pc/x\x07logrotate.service\x1b]8;;\x07 loaded failed\n"
                         "\x1b]8;;file://pc/x\x1b\\fstrim.service\x1b]8;;\x1b\\ loaded failed\n") ==
      Units{"snapd.service", "logrotate.service", "fstrim.service"});
  CHECK(parse_failed_units("  UNIT          LOAD   ACTIVE SUB    DESCRIPTION\n"
                           "● snapd.service loaded failed failed Snap Daemon\n"
                           "\n"
                           "LOAD   = Reflects whether the unit definition was properly loaded.\n"
                           "1 loaded units listed.\n") == Units{"snapd.service"});
}

TEST_CASE("what names no unit is skipped") {
  CHECK(parse_failed_units("0 loaded units listed.\n").empty());
  CHECK(parse_failed_units("Failed to connect to bus: Host is down\n").empty());
  CHECK(parse_failed_units(".service loaded failed failed\n").empty());
  CHECK(parse_failed_units("\x1b[31\n\x1b]8;;x\n\x1b").empty());
}

TEST_CASE("the state of the system") {
  CHECK(parse_system_state("running\n") == SystemState::running);
  CHECK(parse_system_state("degraded\n") == SystemState::degraded);
  CHECK(parse_system_state("starting") == SystemState::starting);
  CHECK(parse_system_state("initializing\n") == SystemState::initializing);
  CHECK(parse_system_state("maintenance\n") == SystemState::maintenance);
  CHECK(parse_system_state("stopping\r\n") == SystemState::stopping);
  CHECK(parse_system_state("offline\n") == SystemState::offline);
  CHECK(parse_system_state("unknown\n") == SystemState::unknown);
  CHECK(parse_system_state("\x1b[0;32mrunning\x1b[0m\n") == SystemState::running);
  for (const std::string_view text :
       {"", "Running", "running degraded",
        "System has not been booted with systemd as init system (PID 1). Can't operate."}) {
    INFO(text);
    CHECK_FALSE(parse_system_state(text));
  }
}

TEST_CASE("a state's name is systemctl's") {
  for (const std::string_view name : {"initializing", "starting", "running", "degraded",
                                      "maintenance", "stopping", "offline", "unknown"}) {
    CHECK(to_string(parse_system_state(name).value()) == name);
  }
}
