#include "lib/facts/kernel_command_line.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

// "name=value", "name" without one.
std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> found;
  for (const KernelParameter& parameter : parse_kernel_command_line(text)) {
    found.push_back(parameter.name + (parameter.value ? "=" + *parameter.value : ""));
  }
  return found;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("WSL's command line is split at blanks") {
  CHECK(words("initrd=\\initrd.img WSL_ROOT_INIT=1 panic=-1 nr_cpus=12 "
              "hv_utils.timesync_implicit=1 console=hvc0 debug pty.legacy_count=0 "
              "cgroup_no_v1=all\n") == Words{"initrd=\\initrd.img", "WSL_ROOT_INIT=1", "panic=-1",
                                             "nr_cpus=12", "hv_utils.timesync_implicit=1",
                                             "console=hvc0", "debug", "pty.legacy_count=0",
                                             "cgroup_no_v1=all"});
  CHECK(words("").empty());
  CHECK(words(" \n").empty());
  CHECK(words(" a\t\tb= ") == Words{"a", "b="});
}

TEST_CASE("double quotes protect blanks and vanish at the ends") {
  CHECK(words("dyndbg=\"file a.c +p\" quiet") == Words{"dyndbg=file a.c +p", "quiet"});
  CHECK(words("\"dyndbg=file a.c +p\" quiet") == Words{"dyndbg=file a.c +p", "quiet"});
  CHECK(words("a=x\" \"y b") == Words{"a=x\" \"y", "b"});
  CHECK(words("a=\"open end b=1") == Words{"a=open end b=1"});
  CHECK(words("\"") == Words{""});
  CHECK(words("=a=b") == Words{"=a=b"});
}

TEST_CASE("what follows -- is not the kernel's") {
  CHECK(words("quiet -- cgroup_no_v1=all") == Words{"quiet"});
  CHECK(words("quiet --x y") == Words{"quiet", "--x", "y"});
}

TEST_CASE("places are those of the text") {
  const std::string_view text = "  quiet dyndbg=\"a b\" ";
  const std::vector<KernelParameter> parameters = parse_kernel_command_line(text);
  REQUIRE(parameters.size() == 2);
  CHECK(parameters[0] == KernelParameter{"quiet", std::nullopt, 2, 7});
  CHECK(parameters[1] == KernelParameter{"dyndbg", "a b", 8, 20});
}

TEST_CASE("a parameter is found by its name, - and _ alike, the last one") {
  const auto parameters = parse_kernel_command_line("cgroup_no_v1=memory a cgroup-no-v1=all b");
  REQUIRE(find_parameter(parameters, "cgroup_no_v1") != nullptr);
  CHECK(find_parameter(parameters, "cgroup_no_v1")->value == "all");
  CHECK(find_parameter(parameters, "a")->value == std::nullopt);
  CHECK(find_parameter(parameters, "cgroup_no_v") == nullptr);
  CHECK(find_parameter(parameters, "A") == nullptr);
  CHECK(find_parameter({}, "a") == nullptr);
}

TEST_CASE("merging keeps every other parameter") {
  const auto merged = [](std::string_view existing) {
    return merge_parameter(existing, "cgroup_no_v1", "all");
  };
  CHECK(merged("") == "cgroup_no_v1=all");
  CHECK(merged("vsyscall=emulate  quiet") == "vsyscall=emulate  quiet cgroup_no_v1=all");
  CHECK(merged("quiet \n") == "quiet cgroup_no_v1=all \n");
  CHECK(merged("quiet -- init args") == "quiet cgroup_no_v1=all -- init args");
  CHECK(merged("-- init args") == "cgroup_no_v1=all -- init args");
  CHECK(merged(" -- init") == "cgroup_no_v1=all -- init");
  CHECK(merged("quiet a=\"open end") == "cgroup_no_v1=all quiet a=\"open end");

  SECTION("replaces another value where it stands") {
    CHECK(merged("a=1 cgroup_no_v1=memory b=\"c d\"") == "a=1 cgroup_no_v1=all b=\"c d\"");
    CHECK(merged("cgroup-no-v1 b") == "cgroup_no_v1=all b");
  }
  SECTION("changes nothing when it is there") {
    CHECK(merged("a  cgroup_no_v1=all b") == "a  cgroup_no_v1=all b");
    CHECK(merged("\"cgroup_no_v1=all\"") == "\"cgroup_no_v1=all\"");
  }
  SECTION("does not take a longer name for it") {
    CHECK(merged("xcgroup_no_v1=all cgroup_no_v1x=all") ==
          "xcgroup_no_v1=all cgroup_no_v1x=all cgroup_no_v1=all");
  }
  SECTION("quotes a value with blanks") {
    const std::string line = merge_parameter("a", "dyndbg", "file a.c +p");
    CHECK(line == "a dyndbg=\"file a.c +p\"");
    CHECK(words(line) == Words{"a", "dyndbg=file a.c +p"});
  }
}

TEST_CASE("removing takes every parameter of the name, and its blanks") {
  const auto without = [](std::string_view existing) {
    return remove_parameter(existing, "cgroup_no_v1");
  };
  CHECK(without("") == "");
  CHECK(without("a  b") == "a  b");
  CHECK(without("cgroup_no_v1=all") == "");
  CHECK(without("cgroup_no_v1=all a b") == "a b");
  CHECK(without(" cgroup_no_v1=all  a") == "a");
  CHECK(without("a cgroup_no_v1=all b") == "a b");
  CHECK(without("a  b cgroup-no-v1=memory\n") == "a  b\n");
  CHECK(without("cgroup_no_v1=a cgroup_no_v1=b c") == "c");
  CHECK(without("a cgroup_no_v1=\"x y\" cgroup_no_v1 b") == "a b");
  CHECK(without("a -- cgroup_no_v1=all") == "a -- cgroup_no_v1=all");
}
