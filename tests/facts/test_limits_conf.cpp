#include "lib/facts/limits_conf.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

const LimitsUser mia{"mia", false, {"mia", "docker"}};
const LimitsUser root{"root", true, {"root"}};

// The number of the line that decides, 0 for none.
std::size_t deciding(std::string_view text, const LimitsUser& user = mia) {
  const auto all = parse_limits_conf(text, "/etc/security/limits.conf");
  const LimitsLine* line = deciding_hard_limit(all, "nofile", user);
  return line ? line->line : 0;
}

}  // namespace

TEST_CASE("lines of limits.conf") {
  const auto all = parse_limits_conf(
      "# /etc/security/limits.conf\n"
      "#*               soft    core            0\n"
      "\n"
      "*\tHard\tNOFILE\t4096\t# for the old build server\n"
      "@docker - nproc unlimited\n"
      "mia soft nofile\n"
      "mia everything nofile 12\n"
      "mia hard nofile twelve\n"
      "mia -\n"
      "root hard nofile -1",
      "/etc/security/limits.conf");
  const std::string file = "/etc/security/limits.conf";
  CHECK(all == std::vector<LimitsLine>{{file, 4, "*", "hard", "nofile", 4096},
                                       {file, 5, "@docker", "-", "nproc", std::nullopt},
                                       {file, 10, "root", "hard", "nofile", std::nullopt}});
}

TEST_CASE("the user's line beats the group's, and that beats everyone's") {
  CHECK(deciding("mia hard nofile 1\n@docker hard nofile 2\n* hard nofile 3\n") == 1);
  CHECK(deciding("@docker hard nofile 2\n* hard nofile 3\n") == 1);
  CHECK(deciding("* hard nofile 3\n@wheel hard nofile 2\nbob hard nofile 1\n") == 1);
  CHECK(deciding("* hard nofile 3\n* - nofile 2\n") == 2);
}

TEST_CASE("what decides nothing") {
  CHECK(deciding("* soft nofile 3\n") == 0);
  CHECK(deciding("* hard nproc 3\n") == 0);
  CHECK(deciding("1000: hard nofile 3\n@100:200 hard nofile 3\n%docker hard nofile 3\n") == 0);
  CHECK(deciding("") == 0);
}

TEST_CASE("only a line of its own name counts for root") {
  CHECK(deciding("* hard nofile 3\n@root hard nofile 4\n", root) == 0);
  CHECK(deciding("* hard nofile 3\nroot hard nofile 4\n", root) == 2);
}
