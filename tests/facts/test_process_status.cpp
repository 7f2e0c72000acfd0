#include <string>

#include "lib/facts/process_status.h"
#include "tests/support/catch.h"

using namespace doctor;

TEST_CASE("process status: a process in a container of Docker", "[process-status]") {
  const ProcessStatus status = parse_process_status(
      "Name:\tbash\nUid:\t1000\t1000\t1000\t1000\nGroups:\t27 1000 \n"
      "CapInh:\t0000000000000000\nCapEff:\t0000000000000000\nCapBnd:\t00000000a80425fb\n"
      "Seccomp:\t2\nSeccomp_filters:\t1\n");
  REQUIRE(status.effective_capabilities);
  REQUIRE(status.bounding_capabilities);
  CHECK_FALSE(has_capability(*status.effective_capabilities, capability_sys_ptrace));
  CHECK_FALSE(has_capability(*status.bounding_capabilities, capability_sys_ptrace));
  CHECK(has_capability(*status.bounding_capabilities, 0));
  CHECK(status.seccomp == SeccompMode::filter);
  CHECK(status.groups == std::vector<std::uint32_t>{27, 1000});
}

TEST_CASE("process status: SYS_PTRACE added, and everything", "[process-status]") {
  CHECK(has_capability(0xa80c25fb, capability_sys_ptrace));
  CHECK(has_capability(0x000001ffffffffff, capability_sys_ptrace));
  CHECK_FALSE(has_capability(~std::uint64_t{0}, 64));
}

TEST_CASE("process status: what is not there or not as expected is left out", "[process-status]") {
  for (const char* text : {"", "CapEff:\n", "CapEff: xyz\nSeccomp: 7\nGroups: a b\n", "CapEff",
                           ":\n:\n", "CapEff:\t00000000000000000001f\n"}) {
    INFO(text);
    const ProcessStatus status = parse_process_status(text);
    CHECK_FALSE(status.seccomp);
    CHECK(status.groups.empty());
  }
  CHECK_FALSE(parse_process_status("CapEff:\t11112222333344445").effective_capabilities);
}

TEST_CASE("process status: Yama's scope", "[process-status]") {
  CHECK(parse_ptrace_scope("1\n") == 1U);
  CHECK(parse_ptrace_scope("0") == 0U);
  CHECK_FALSE(parse_ptrace_scope("4\n"));
  CHECK_FALSE(parse_ptrace_scope("-1\n"));
  CHECK_FALSE(parse_ptrace_scope(""));
}
