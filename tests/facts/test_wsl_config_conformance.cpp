// The cases of microsoft/WSL's own tests (test/windows/UnitTests.cpp: WslConfWarnings, Warnings,
// WriteWslConfig) that a text alone decides: where WSL warns there is a mistake, on the same line,
// and where it is silent there is none. The grammar beneath is tested in test_wsl_config.cpp.

#include "lib/base/text.h"
#include "lib/facts/wsl_keys.h"
#include "tests/facts/wsl_lint.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

using Lines = std::vector<std::string>;

// WSL's tests put 20 lines before what they look at; the last of them opens [wsl2].
Lines after_prefix(std::string_view text) {
  std::string all;
  for (int line = 1; line < 20; ++line) all += "# line " + std::to_string(line) + "\n";
  return mistakes(all + "[wsl2]\n" + std::string(text), wslconfig);
}

Lines in_wsl2(std::string_view text) {
  return mistakes("[wsl2]\n" + std::string(text), wslconfig);
}

}  // namespace

TEST_CASE("wsl.conf: where WSL's own cases warn") {
  CHECK(mistakes("[foo]\na=b", wsl_conf) == Lines{"2:1 warning unknown-key/foo.a"});
  CHECK(mistakes("a=a\\m", wsl_conf) == Lines{"1:5 error backslash/a"});
  CHECK(mistakes("[=b", wsl_conf) == Lines{"1:2 error section-header"});
  // WSL itself reports line 5, as it counts each CR LF before a section or key twice.
  CHECK(mistakes("\r\n\r\n[foo]\r\na=b", wsl_conf) == Lines{"4:1 warning unknown-key/foo.a"});
  CHECK(mistakes("[network]\r\nhostname=foo\r\n", wsl_conf).empty());
  CHECK(mistakes("[automount]\ncgroups=v1", wsl_conf).empty());
}

TEST_CASE(".wslconfig: where WSL's own cases warn") {
  CHECK(after_prefix("a=b") == Lines{"21:1 warning unknown-key/wsl2.a"});
  CHECK(after_prefix("[=b") == Lines{"21:2 error section-header"});
  CHECK(after_prefix("[sectionNotComplete") == Lines{"21:20 error section-header"});
  CHECK(after_prefix("NoEqual") == Lines{"21:8 error key-name"});
  CHECK(after_prefix("\nswap=/") == Lines{"22:1 error invalid-value/wsl2.swap"});
  CHECK(after_prefix("\nswap=0foo") == Lines{"22:1 error invalid-value/wsl2.swap"});
  CHECK(after_prefix("\nswap=0GB").empty());
  CHECK(after_prefix("swap=200MB\nswapFile=C:\\\\DoesNotExist\\\\swap.vhdx").empty());
  for (const char* key : {"processors", "memory", "debugConsole", "networkingMode"}) {
    INFO(key);
    CHECK(after_prefix(std::string(key) + "=") ==
          Lines{"21:1 error invalid-value/wsl2." + to_lower(key)});
  }
  CHECK(after_prefix("\nipv6=true\nipv6=false").size() == 2);
  CHECK(after_prefix("\nipv6=true\nipv6=false")[1] == "23:1 warning duplicate/wsl2.ipv6");
  // These two are told that they have no effect without Bridged, too.
  CHECK(after_prefix("dhcpTimeout=NotANumber")[0] == "21:1 error invalid-value/wsl2.dhcptimeout");
  CHECK(after_prefix("ipv6=NotABoolean") == Lines{"21:1 error invalid-value/wsl2.ipv6"});
  CHECK(in_wsl2("networkingMode=InvalidMode") ==
        Lines{"2:1 error invalid-value/wsl2.networkingmode"});
  CHECK(in_wsl2("networkingMode=a\\m") == Lines{"2:18 error backslash/wsl2.networkingmode"});
  CHECK(in_wsl2("safeMode=true") == Lines{"2:1 warning safe-mode/wsl2.safemode"});
  CHECK(in_wsl2("networkingMode=NAT\n[experimental]\nnetworkingMode=Mirrored") ==
        Lines{"4:1 warning duplicate/experimental.networkingmode"});
  CHECK(in_wsl2("networkingMode=bridged") == Lines{"2:1 error contradiction/wsl2.networkingmode"});
  CHECK(mistakes("[experimental]\ndnsTunneling=true\ndnsTunnelingIpAddress=1.2.3", wslconfig) ==
        Lines{"3:1 error invalid-value/experimental.dnstunnelingipaddress"});
  CHECK(in_wsl2("defaultVhdSize=64GB").empty());
  for (const char* good : {"64M", "4096K"}) {
    CHECK(mistakes("[experimental]\nswiotlb=" + std::string(good), wslconfig).empty());
  }
  CHECK(mistakes("[experimental]\nswiotlb=garbage", wslconfig) ==
        Lines{"2:1 error invalid-value/experimental.swiotlb"});
}

TEST_CASE(".wslconfig: ports, as WSL's own cases have them") {
  const auto ports = [](std::string_view value) {
    return in_wsl2("networkingMode=mirrored\n[experimental]\nignoredPorts=" + std::string(value));
  };
  const Lines bad = {"4:1 error invalid-value/experimental.ignoredports"};
  CHECK(ports("NotANumber") == bad);
  CHECK(ports("65536") == bad);
  CHECK(ports("10,20,-100,p") == bad);
  CHECK(ports("1000,2000;3.4") == bad);  // WSL takes 2000 of the last and drops the rest
  CHECK(ports("1000, 2000 ,3000").empty());
}

TEST_CASE(".wslconfig: the valid values are those that WSL names") {
  CHECK(find_wsl_key(wslconfig, "wsl2.networkingMode")->choices ==
        "None, NAT, Bridged, Mirrored, Consomme, VirtioProxy");
  for (const char* mode : {"none", "Nat", "NAT", "Mirrored", "Consomme", "VirtioProxy"}) {
    INFO(mode);
    CHECK(in_wsl2("networkingMode=" + std::string(mode)).empty());
  }
  CHECK(in_wsl2("memory=128MB") == Lines{"2:1 warning odd-value/wsl2.memory"});  // -> 256 MB
  CHECK(in_wsl2("processors=-1").empty());                                       // all
}
