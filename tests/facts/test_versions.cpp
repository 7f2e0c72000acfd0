#include "lib/facts/versions.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

std::string parsed(std::string_view text) {
  const std::optional<Version> version = parse_version(text);
  return version ? to_string(*version) : "(none)";
}

std::string leading(std::string_view text) {
  const std::optional<Version> version = leading_version(text);
  return version ? to_string(*version) : "(none)";
}

std::string highest(const std::vector<std::string>& symbols, std::string_view prefix) {
  const std::optional<Version> version = highest_symbol_version(symbols, prefix);
  return version ? to_string(*version) : "(none)";
}

}  // namespace

TEST_CASE("versions compare number by number") {
  CHECK(Version{{2, 9}} < Version{{2, 28}});
  CHECK(Version{{3, 4, 25}} > Version{{3, 4, 9}});
  CHECK(Version{{6, 6, 87, 2}} > Version{{6, 6, 87}});
  CHECK(Version{{5, 15, 167, 4}} < Version{{6}});
  CHECK(Version{{2, 28}} == Version{{2, 28, 0}});
  CHECK(Version{{2, 28, 0}} <= Version{{2, 28}});
  CHECK(Version{} == Version{{0, 0}});
  CHECK(Version{{1}} != Version{{1, 0, 1}});
}

TEST_CASE("a version is digits and dots, whole") {
  CHECK(parse_version("6.6.87.2")->parts == std::vector<unsigned>{6, 6, 87, 2});
  CHECK(parsed("2.28") == "2.28");
  CHECK(parsed("0") == "0");
  CHECK(parsed("22.04") == "22.4");
  CHECK(parsed("2147483648") == "2147483648");
  for (const std::string_view bad :
       {"", ".", "2.", ".28", "2..28", "2.28-1", "v2.28", " 2.28", "2.28\n", "-1", "+1", "1.-2",
        "2.x", "2147483649", "1.99999999999999999999"}) {
    INFO(bad);
    CHECK(parsed(bad) == "(none)");
  }
}

TEST_CASE("the version at the start of a text") {
  CHECK(leading("6.6.87.2-microsoft-standard-WSL2") == "6.6.87.2");
  CHECK(leading("4.4.0-19041-Microsoft") == "4.4.0");
  CHECK(leading("2.36-9+deb12u9") == "2.36");
  CHECK(leading("1.22rc1") == "1.22");
  CHECK(leading("10.0.26100.3775]") == "10.0.26100.3775");
  CHECK(leading("5.19.") == "5.19");
  CHECK(leading("5.19..1") == "5.19");
  CHECK(leading("7") == "7");
  CHECK(leading("go1.22") == "(none)");
  CHECK(leading("") == "(none)");
  CHECK(leading(".5") == "(none)");
  CHECK(leading("1.20240229112233") == "(none)");
}

TEST_CASE("the highest symbol version of a library") {
  const std::vector<std::string> symbols = {"GLIBCXX_3.4",
                                            "GLIBCXX_3.4.9",
                                            "GLIBCXX_3.4.30",
                                            "GLIBCXX_3.4.25",
                                            "GLIBCXX_DEBUG_MESSAGE_LENGTH",
                                            "GLIBCXX_9.x",
                                            "GLIBCXX_",
                                            "GLIBCXX9",
                                            "CXXABI_1.3.13",
                                            "CXXABI_TM_1",
                                            "CXXABI_FLOAT128",
                                            "libstdc++.so.6"};
  CHECK(highest(symbols, "GLIBCXX") == "3.4.30");
  CHECK(highest(symbols, "CXXABI") == "1.3.13");
  CHECK(highest(symbols, "CXXABI_TM") == "1");
  CHECK(highest(symbols, "GLIBC") == "(none)");
  CHECK(highest({}, "GLIBCXX") == "(none)");
}
