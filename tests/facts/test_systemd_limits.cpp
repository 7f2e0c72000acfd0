#include "lib/facts/systemd_limits.h"
#include "tests/support/catch.h"

using namespace doctor;

TEST_CASE("the default limit of systemd") {
  CHECK(parse_default_open_files("[Manager]\n#DefaultLimitNOFILE=1024:524288\n") == std::nullopt);
  CHECK(parse_default_open_files("[Manager]\nDefaultLimitNOFILE=1024:2048\n") ==
        SystemdLimit{2, 2048});
  CHECK(parse_default_open_files("[Manager]\n DefaultLimitNOFILE = 4000 \r\n") ==
        SystemdLimit{2, 4000});
  CHECK(parse_default_open_files("[Manager]\nDefaultLimitNOFILE=infinity\n") ==
        SystemdLimit{2, std::nullopt});
  CHECK(parse_default_open_files("[Manager]\nDefaultLimitNOFILE=1\nDefaultLimitNOFILE=2\n") ==
        SystemdLimit{3, 2});
}

TEST_CASE("what sets no default limit") {
  for (const char* text :
       {"", "DefaultLimitNOFILE=1024\n", "[Service]\nDefaultLimitNOFILE=1024\n",
        "[Manager]\nDefaultLimitNOFILE=\n", "[Manager]\nDefaultLimitNOFILE=1024:\n",
        "[Manager]\nDefaultLimitNOFILE=many\n", "[Manager]\nDefaultLimitNOFILESoft=1024\n",
        "[Manager]\nDefaultLimitNOFILE=1024\n[Service]\n[Manager]\nDefaultLimitNOFILE=\n"}) {
    INFO(text);
    CHECK_FALSE(parse_default_open_files(text));
  }
}
