#include "lib/facts/wsl_releases.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

std::vector<UsedFeature> in_wslconfig(std::string_view text) {
  return used_features(parse_wsl_config(text, WslConfigKind::wslconfig));
}

std::vector<UsedFeature> in_wsl_conf(std::string_view text) {
  return used_features(parse_wsl_config(text, WslConfigKind::wsl_conf));
}

std::string before(std::string_view kernel) {
  const auto release = release_with_newer_kernel(kernel);
  return release ? to_string(*release) : "";
}

}  // namespace

TEST_CASE("a kernel of Microsoft's bounds the release that brought it") {
  CHECK(before("4.19.104-microsoft-standard") == "0.65.1");
  CHECK(before("5.10.102.1-microsoft-standard-WSL2") == "0.65.1");
  CHECK(before("5.15.74.2-microsoft-standard-WSL2") == "1.1.3");
  CHECK(before("5.15.90.1-microsoft-standard-WSL2") == "2.0.0");
  CHECK(before("5.15.133.1-microsoft-standard-WSL2") == "2.1.1");
  CHECK(before("5.15.146.1-microsoft-standard-WSL2") == "2.2.1");
  CHECK(before("6.6.87.2-microsoft-standard-WSL2") == "2.7.0");
  CHECK(before("6.6.114.1-microsoft-standard-WSL2") == "2.8.5");
}

TEST_CASE("a newer kernel, a self-built one, and none bound nothing") {
  for (const std::string_view kernel :
       {"6.18.35.2-microsoft-standard-WSL2", "7.0.13-arch1-1-wsl-microsoft-standard-WSL2",
        "5.19.0-microsoft-standard", "5.10.74.3-microsoft-standard-WSL2+", "4.4.0-19041-Microsoft",
        "6.1.0-18-amd64", ""}) {
    INFO(kernel);
    CHECK_FALSE(release_with_newer_kernel(kernel));
  }
}

TEST_CASE("settings of .wslconfig that came with a release") {
  const auto used = in_wslconfig(
      "[wsl2]\nnetworkingMode=Mirrored\ndnsTunneling=true\n[experimental]\n"
      "autoMemoryReclaim=gradual\n");
  REQUIRE(used.size() == 3);
  CHECK(used[0] == UsedFeature{"networkingMode=Mirrored", {{2, 0, 0}}, 2});
  CHECK(used[1] == UsedFeature{"dnsTunneling=true", {{2, 0, 0}}, 3});
  CHECK(used[2] == UsedFeature{"autoMemoryReclaim=gradual", {{2, 0, 0}}, 5});
}

TEST_CASE("the place that the settings had in 2.0.0 counts as well") {
  const auto used = in_wslconfig("[experimental]\nnetworkingMode=mirrored\n");
  REQUIRE(used.size() == 1);
  CHECK(used[0].setting == "networkingMode=mirrored");
}

TEST_CASE("what is switched off, or does not count, needs nothing") {
  CHECK(in_wslconfig("[wsl2]\nnetworkingMode=NAT\ndnsTunneling=false\nautoProxy=0\n"
                     "[experimental]\nautoMemoryReclaim=disabled\n")
            .empty());
  CHECK(in_wslconfig("[wsl2]\nautoMemoryReclaim=gradual\nmemory=8GB\n").empty());
  CHECK(in_wslconfig("").empty());
  CHECK(in_wsl_conf("[boot]\nsystemd=false\n[automount]\ncgroups=v2\n").empty());
  CHECK(in_wsl_conf("[wsl2]\nnetworkingMode=mirrored\n").empty());
}

TEST_CASE("settings of /etc/wsl.conf that came with a release") {
  const auto used = in_wsl_conf("[boot]\nsystemd = true\n[automount]\ncgroups=V1\n");
  REQUIRE(used.size() == 2);
  CHECK(used[0] == UsedFeature{"systemd=true", {{0, 67, 6}}, 2});
  CHECK(used[1] == UsedFeature{"cgroups=V1", {{2, 6, 2}}, 4});
}

TEST_CASE("releases are called as people call them") {
  CHECK(release_name({{2, 6, 1, 0}}) == "2.6.1");
  CHECK(release_name({{2, 6, 1}}) == "2.6.1");
  CHECK(release_name({{2, 0, 0, 0}}) == "2.0.0");
  CHECK(release_name({{2, 6, 1, 7}}) == "2.6.1.7");
}

TEST_CASE("the kernel of WSL 1 names a Windows build, the first one did not") {
  CHECK(windows_build_of_wsl1("4.4.0-19041-Microsoft") == "19041");
  CHECK(windows_build_of_wsl1("4.4.0-20270.1-Microsoft") == "20270.1");
  CHECK_FALSE(windows_build_of_wsl1("3.4.0-Microsoft"));
  CHECK_FALSE(windows_build_of_wsl1("6.6.87.2-microsoft-standard-WSL2"));
  CHECK_FALSE(windows_build_of_wsl1("Microsoft"));
  CHECK_FALSE(windows_build_of_wsl1(""));
}
