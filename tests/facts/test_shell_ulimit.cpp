#include "lib/facts/shell_ulimit.h"
#include "tests/support/catch.h"

using namespace doctor;

using Commands = std::vector<UlimitCommand>;

TEST_CASE("commands that set the hard limit") {
  CHECK(hard_open_files_commands("# ~/.bashrc\nulimit -n 1024\n") == Commands{{2, 1024, true}});
  CHECK(hard_open_files_commands("  ulimit -Hn 2048 # for the test\n") ==
        Commands{{1, 2048, true}});
  CHECK(hard_open_files_commands("ulimit -S -H -n 512 2>/dev/null") == Commands{{1, 512, true}});
  CHECK(hard_open_files_commands("[ -n \"$PS1\" ] && ulimit -n 1000 || true\n") ==
        Commands{{1, 1000, false}});
  CHECK(hard_open_files_commands("if true; then ulimit -SHn 99; ulimit -n 98; fi\n") ==
        Commands{{1, 99, false}, {1, 98, false}});
  CHECK(hard_open_files_commands("builtin ulimit -n 7\r\n") == Commands{{1, 7, false}});
}

TEST_CASE("commands that do not") {
  for (const char* line :
       {"ulimit -Sn 1024", "ulimit -n", "ulimit -Hn", "ulimit -u 1024", "ulimit 1024",
        "#ulimit -n 1024", "  # ulimit -n 1024", "ulimit -n unlimited", "ulimit -n $(ulimit -Hn)",
        "ulimit -n \"$N\"", "echo ulimit -n 1024", "alias x='ulimit -n 1024'", "sulimit -n 1024",
        "ulimit -n 99999999999999999999999", "ulimit -c 0 # -n 1024", ""}) {
    INFO(line);
    CHECK(hard_open_files_commands(line).empty());
  }
}
