#include "lib/facts/process_parent.h"
#include "tests/support/catch.h"

using namespace doctor;

TEST_CASE("the parent stands behind the state") {
  CHECK(parent_process("4120 (bash) S 4119 4120 4120 34816 4200 4194304 3041\n") == 4119U);
  CHECK(parent_process("1 (systemd) S 0 1 1 0 -1 4194560\n") == 0U);
}

TEST_CASE("a program may choose its name") {
  CHECK(parent_process("77 (tmux: server) S 1 77 77 0 -1 4194304\n") == 1U);
  CHECK(parent_process("78 (a) S 1 (b) R 12 78\n") == 12U);
}

TEST_CASE("texts of another shape have no parent") {
  for (const char* text : {"", "1", "1 (init) S", "1 (init) S x 1", "1 (init) S -1 1",
                           "1 (init) S 99999999999999999999 1"}) {
    INFO(text);
    CHECK_FALSE(parent_process(text));
  }
}
