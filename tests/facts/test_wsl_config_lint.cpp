#include "tests/facts/wsl_lint.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

using Lines = std::vector<std::string>;

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

TEST_CASE("files as people have them, without a mistake") {
  CHECK(mistakes("", wsl_conf).empty());
  CHECK(mistakes("[network] \ngenerateResolvConf = false \n", wsl_conf).empty());
  CHECK(mistakes("[automount]\nenabled = false\n\n[network]\ngenerateResolvConf = false\n\n"
                 "[boot]\nsystemd = true\n",
                 wsl_conf)
            .empty());
  CHECK(mistakes("[automount]\nroot = /\noptions = \"metadata,umask=22,fmask=11\"\n", wsl_conf)
            .empty());
  CHECK(mistakes("[wsl2]\r\nmemory=8GB\r\nprocessors=4\r\nswap=0\r\nlocalhostforwarding=true\r\n"
                 "kernel=C:\\\\wsl\\\\bzImage\r\nswapfile=D:/swap.vhdx\r\n[experimental]\r\n"
                 "autoMemoryReclaim=gradual\r\nsparseVhd=false\r\n",
                 wslconfig)
            .empty());
  CHECK(mistakes("[wsl2]\nnetworkingMode=mirrored\ndnsTunneling=true\n[experimental]\n"
                 "hostAddressLoopback=true\nignoredPorts=3000, 9000,9090\n",
                 wslconfig)
            .empty());
  CHECK(mistakes("[user]\ndefault=#####\n", wsl_conf).empty());
}

TEST_CASE("comments that are none") {
  CHECK(mistakes("; mine\n[boot]\nsystemd=true\n", wsl_conf) == Lines{"1:1 error not-a-comment"});
  CHECK(mistakes("; mine\n[wsl2]\n  // yours\nmemory=8GB\n", wslconfig) ==
        Lines{"1:1 warning not-a-comment", "3:3 warning not-a-comment"});
  CHECK(mistakes("[boot]\nsystemd=true ; wanted\n", wsl_conf) ==
        Lines{"2:1 error not-a-comment/boot.systemd"});
  CHECK(mistakes("[boot]\ncommand=a; b\n", wsl_conf).empty());
}

TEST_CASE("section headers that are none") {
  CHECK(mistakes("[ wsl2 ]\nmemory=8GB\n", wslconfig) == Lines{"1:2 error section-header"});
  CHECK(mistakes("[wsl2 ]\nmemory=8GB\n", wslconfig) == Lines{"1:6 error section-header"});
  CHECK(mistakes("[wsl2] memory=8GB\nswap=0\n", wslconfig) == Lines{"1:8 error section-header"});
  CHECK(mistakes("[boot\nsystemd=true\n", wsl_conf) == Lines{"1:6 error section-header"});
  CHECK(mistakes("[wsl2]\nswap=0\n[experimental ]\nsparseVhd=true\n", wslconfig) ==
        Lines{"3:14 error section-header"});
  const auto mistake = only_mistake("[ boot ]\nsystemd=true\n", wsl_conf);
  CHECK(has(mistake.message, "Invalid section name"));
  CHECK(has(mistake.message, "WSL ignores this line and all below it"));
  CHECK(has(mistake.advice, "[boot]"));
}

TEST_CASE("backslashes") {
  SECTION("an escape that WSL does not know drops the line") {
    const auto mistake = only_mistake(
        "[wsl2]\nkernel=C:\\Users\\Mia Example\\bzImage\nswap=0\nlocalhostForwarding=true\n",
        wslconfig);
    CHECK(mistake.id == "backslash/wsl2.kernel");
    CHECK(mistake.error);
    CHECK(mistake.line == 2);
    CHECK(has(mistake.message, "Invalid escaped character: 'U'"));
    CHECK(has(mistake.message, "WSL drops this line, so `kernel` is not set"));
    CHECK(has(mistake.advice, "kernel=C:\\\\Users\\\\Mia Example\\\\bzImage"));
    CHECK(mistake.mend);
  }
  SECTION("one that it knows changes the path without a word") {
    const auto mistake = only_mistake("[wsl2]\nkernel=C:\\temp\\bzImage\n", wslconfig);
    CHECK(mistake.id == "backslash/wsl2.kernel");
    CHECK(has(mistake.message, "WSL reads `kernel=C:\\x09emp\\x08zImage`"));
    CHECK(has(mistake.advice, "kernel=C:\\\\temp\\\\bzImage"));
  }
  SECTION("at the end of a line it joins the next one") {
    const auto mistake =
        only_mistake("[wsl2]\ncrashDumpFolder=C:\\\\dumps\\\nmemory=8GB\n", wslconfig);
    CHECK(mistake.id == "backslash/wsl2.crashdumpfolder");
    CHECK(has(mistake.message, "crashDumpFolder=C:\\dumpsmemory=8GB"));
    CHECK_FALSE(mistake.mend);
  }
  SECTION("in a command, the dialect's own escapes count too") {
    const auto mistake = only_mistake(
        "[boot]\ncommand=\"echo ':qemu-arm:M::\\x7fELF:/usr/bin/qemu-arm-static:CF' > "
        "/proc/sys/fs/binfmt_misc/register\"\n",
        wsl_conf);
    CHECK(mistake.id == "backslash/boot.command");
    CHECK(mistake.advice == "Write two backslashes for one.");
    CHECK_FALSE(mistake.mend);
  }
  SECTION("before CR LF the value is cut in wsl.conf") {
    CHECK(mistakes("[boot]\r\ncommand=one \\\r\n# two\r\n", wsl_conf) ==
          Lines{"2:1 error cut-value/boot.command"});
    CHECK(mistakes("[boot]\ncommand=one \\\n  two\n", wsl_conf).empty());
  }
}

TEST_CASE("quotation marks and names") {
  CHECK(mistakes("[automount]\noptions = \"metadata,umask=22\nroot=/\n", wsl_conf) ==
        Lines{"2:29 error open-quote/automount.options"});
  CHECK(mistakes("[interop]\nappend_windows_path=false\n", wsl_conf) ==
        Lines{"2:7 error key-name/interop.appendwindowspath"});
  CHECK(mistakes("[boot]\nsystemd: true\n", wsl_conf) == Lines{"2:8 error key-name/boot.systemd"});
  CHECK(mistakes("[boot]\nsystemd\n", wsl_conf) == Lines{"2:8 error key-name/boot.systemd"});
  CHECK(mistakes("[boot]\nfoo bar\n", wsl_conf) == Lines{"2:5 error key-name"});
  CHECK(mistakes("[wsl2]\n= 8\n", wslconfig) == Lines{"2:1 error key-name"});
  const auto unseen = only_mistake("[boot]\n\xC2\xA0systemd=true\n", wsl_conf);
  CHECK(has(unseen.advice, "U+00A0, which cannot be seen"));
}

TEST_CASE("settings in the wrong file or section") {
  CHECK(mistakes("[wsl2]\nmemory=16G\nnetworkingMode=mirrored\n", wsl_conf) ==
        Lines{"2:1 error wrong-file/wsl2.memory", "3:1 error wrong-file/wsl2.networkingmode"});
  CHECK(mistakes("[user]\ndefault=#####\n", wslconfig) ==
        Lines{"2:1 error wrong-file/user.default"});
  CHECK(mistakes("[boot]\nsystemd=true\n[interop]\nenabled=false\n", wslconfig) ==
        Lines{"2:1 error wrong-file/boot.systemd", "4:1 error wrong-file/interop.enabled"});
  CHECK(mistakes("[boot]\nkernelCommandLine=quiet\n", wsl_conf) ==
        Lines{"2:1 error wrong-file/boot.kernelcommandline"});
  CHECK(mistakes("[wsl2]\nautoMemoryReclaim=gradual\nsparseVhd=true\n", wslconfig) ==
        Lines{"2:1 error wrong-section/wsl2.automemoryreclaim",
              "3:1 error wrong-section/wsl2.sparsevhd"});
  CHECK(mistakes("[experimental]\nmemory=8GB\n", wslconfig) ==
        Lines{"2:1 error wrong-section/experimental.memory"});
  CHECK(mistakes("  memory=17825792000\n  [wsl2]\n  [experimental]\n  [wsl2]\n", wslconfig) ==
        Lines{"1:3 error wrong-section/memory"});
  CHECK(mistakes("[general]\nhostname=box\n", wsl_conf) ==
        Lines{"2:1 error wrong-section/general.hostname"});
  CHECK(mistakes("[wsl2]\nsystemd=true\n", wsl_conf) ==
        Lines{"2:1 error wrong-section/wsl2.systemd"});
  CHECK(only_mistake("[wsl2]\nsystemd=true\n", wsl_conf).advice == "It belongs in [boot].");
}

TEST_CASE("names that WSL does not know") {
  CHECK(mistakes("[foo]\na=b\n", wsl_conf) == Lines{"2:1 warning unknown-key/foo.a"});
  const auto slip = only_mistake("[wsl2]\nlocahostForwarding=true\n", wslconfig);
  CHECK(slip.error);
  CHECK(slip.id == "unknown-key/wsl2.locahostforwarding");
  CHECK(slip.advice == "Did you mean `localhostForwarding`?");
  CHECK(mistakes("[wsl]\nmemory=8GB\n", wslconfig) == Lines{"1:1 error unknown-section/wsl"});
  CHECK(mistakes("[automout]\nenabled=true\nroot=/\n", wsl_conf) ==
        Lines{"1:1 error unknown-section/automout"});
  CHECK(mistakes("[foo]\n", wsl_conf).empty());
  CHECK(only_mistake("[wsl2]\nspaseVhd=true\n", wslconfig).advice ==
        "Did you mean `sparseVhd` in [experimental]?");
  CHECK(only_mistake("memry=8GB\n[wsl2]\n", wslconfig).advice ==
        "Did you mean `memory` in [wsl2]?");
  CHECK(only_mistake("[wsl2]\npageReporting=false\n", wslconfig).message ==
        "`pageReporting` has no effect: it was removed in WSL 1.1.7.");
  CHECK(mistakes("[experimental]\nuseWindowsDnsCache=true\ncgroupVersion=2\n", wslconfig) ==
        Lines{"2:1 warning former-key/experimental.usewindowsdnscache",
              "3:1 warning former-key/experimental.cgroupversion"});
}

TEST_CASE("mount options are no keys") {
  const std::string text = "[automount]\nmetadata=true\numask=022\n";
  CHECK(mistakes(text, wsl_conf) == Lines{"2:1 warning former-key/automount.metadata",
                                          "3:1 warning former-key/automount.umask"});
  CHECK(mended(text, wsl_conf) == text);
}

TEST_CASE("the second of two") {
  const auto twice = only_mistake("[wsl2]\nmemory=4GB\nswap=0\nmemory=8GB\n", wslconfig);
  CHECK(twice.id == "duplicate/wsl2.memory");
  CHECK(twice.line == 4);
  CHECK_FALSE(twice.error);
  CHECK(has(twice.message, "WSL takes the first, on line 2"));
  CHECK_FALSE(twice.mend);
  CHECK(mistakes("[wsl2]\nnetworkingMode=NAT\n[experimental]\nnetworkingMode=Mirrored\n",
                 wslconfig) == Lines{"4:1 warning duplicate/experimental.networkingmode"});
}

TEST_CASE("values of the wrong form") {
  const auto id = [](std::string_view line) {
    return mistakes("[wsl2]\n" + std::string(line) + "\n", wslconfig);
  };
  const Lines memory = {"2:1 error invalid-value/wsl2.memory"};
  for (const std::string_view bad : {"memory=4gb", "memory=4 GB", "memory=8GiB", "memory=50%",
                                     "memory=", "memory=1.5GB", "memory=eight"}) {
    INFO(bad);
    CHECK(id(bad) == memory);
  }
  CHECK(id("memory=8") == Lines{"2:1 error bytes/wsl2.memory"});
  CHECK(id("memory=64MB") == Lines{"2:1 warning odd-value/wsl2.memory"});
  CHECK(id("swap=-1") == Lines{"2:1 warning odd-value/wsl2.swap"});
  CHECK(id("swap=0").empty());
  CHECK(id("swap=8589934592").empty());
  CHECK(id("processors=") == Lines{"2:1 error invalid-value/wsl2.processors"});
  CHECK(id("processors=four") == Lines{"2:1 error invalid-value/wsl2.processors"});
  CHECK(id("debugConsole=yes") == Lines{"2:1 error invalid-value/wsl2.debugconsole"});
  CHECK(id("networkingMode=InvalidMode") == Lines{"2:1 error invalid-value/wsl2.networkingmode"});
  CHECK(id("swapFile=swap.vhdx") == Lines{"2:1 error no-windows-path/wsl2.swapfile"});
  CHECK(id("swapFile=%Temp%\\\\swap.vhdx") == Lines{"2:1 error no-windows-path/wsl2.swapfile"});
  CHECK(id("kernel=/home/mia/bzImage") == Lines{"2:1 error no-windows-path/wsl2.kernel"});
  CHECK(id("kernel=C:\\\\J\xC3\xB6rg\\\\k") == Lines{"2:1 warning not-ascii/wsl2.kernel"});
  CHECK(mistakes("[user]\ndefault=j\xC3\xB6rg\n", wsl_conf).empty());
  CHECK(mistakes("[filesystem]\numask=22\n", wsl_conf) ==
        Lines{"2:1 warning decimal-umask/filesystem.umask"});
  CHECK(has(only_mistake("[filesystem]\numask=22\n", wsl_conf).message, "octal 026"));
  CHECK(mistakes("[filesystem]\numask=022\n", wsl_conf).empty());
  CHECK(mistakes("[wsl2]\nnetworkingMode=bridged\nvmSwitch=x\nmacAddress=1\n", wslconfig) ==
        Lines{"2:1 warning deprecated/wsl2.networkingmode",
              "4:1 error invalid-value/wsl2.macaddress"});
  CHECK(mistakes("[experimental]\ndnsTunnelingIpAddress=1.2.3\n", wslconfig) ==
        Lines{"2:1 error invalid-value/experimental.dnstunnelingipaddress"});
  CHECK(mistakes("[wsl2]\nnetworkingMode=mirrored\n[experimental]\nignoredPorts=10,65536,p\n",
                 wslconfig) == Lines{"4:1 error invalid-value/experimental.ignoredports"});
}

TEST_CASE("what this machine has no use for") {
  WslConfigFacts facts;
  facts.wsl_version = Version{{2, 5, 10, 0}};
  CHECK(mistakes("[automount]\ncgroups=v1\n", wsl_conf, facts) ==
        Lines{"2:1 warning needs-newer-wsl/automount.cgroups"});
  CHECK(mistakes("[wsl2]\nisolateDistroCgroup=false\n[experimental]\nswiotlb=64M\n", wslconfig,
                 facts) == Lines{"2:1 warning needs-newer-wsl/wsl2.isolatedistrocgroup",
                                 "4:1 warning needs-newer-wsl/experimental.swiotlb"});
  CHECK(mistakes("[wsl2]\nnetworkingMode=consomme\n", wslconfig, facts) ==
        Lines{"2:1 error needs-newer-wsl/wsl2.networkingmode"});
  CHECK(mistakes("[wsl2]\nisolateDistroCgroup=false\n", wslconfig).empty());

  facts.windows_build = 19045;
  CHECK(mistakes("[wsl2]\nnetworkingMode=mirrored\ndnsTunneling=true\nfirewall=false\n"
                 "vmIdleTimeout=1\n",
                 wslconfig, facts) == Lines{"2:1 warning needs-newer-windows/wsl2.networkingmode",
                                            "3:1 warning needs-newer-windows/wsl2.dnstunneling",
                                            "4:1 warning no-effect/wsl2.firewall"});
  facts.windows_build = 22631;
  CHECK(mistakes("[wsl2]\nnetworkingMode=mirrored\ndnsTunneling=true\n", wslconfig, facts).empty());
  WslConfigFacts wsl1;
  wsl1.wsl1 = true;
  CHECK(mistakes("[boot]\nsystemd=true\n[interop]\nenabled=true\n", wsl_conf, wsl1) ==
        Lines{"2:1 warning no-effect/boot.systemd"});
}

TEST_CASE("nobody is led to a sparse disk") {
  CHECK(mistakes("[experimental]\nsparseVhd=true\n", wslconfig) ==
        Lines{"2:1 warning no-effect/experimental.sparsevhd"});
  CHECK(mended("[wsl2]\nsparseVhd=true\n", wslconfig) == "[wsl2]\nsparseVhd=true\n");
}

TEST_CASE("more processors than there are") {
  WslConfigFacts facts;
  facts.processors = 8;
  CHECK(mistakes("[wsl2]\nprocessors=9\n", wslconfig, facts) ==
        Lines{"2:1 warning odd-value/wsl2.processors"});
  CHECK(mistakes("[wsl2]\nprocessors=8\n", wslconfig, facts).empty());
  CHECK(mistakes("[wsl2]\nprocessors=-1\n", wslconfig, facts).empty());
  CHECK(mistakes("[wsl2]\nprocessors=99\n", wslconfig).empty());
}

TEST_CASE("what does not go together") {
  CHECK(mistakes("[wsl2]\nnetworkingMode=bridged\n", wslconfig) ==
        Lines{"2:1 error contradiction/wsl2.networkingmode"});
  CHECK(mistakes("[experimental]\nignoredPorts=53\nhostAddressLoopback=true\n", wslconfig) ==
        Lines{"2:1 warning no-effect/experimental.ignoredports",
              "3:1 warning no-effect/experimental.hostaddressloopback"});
  WslConfigFacts mirrored_by_policy;
  mirrored_by_policy.networking_mode = "mirrored";
  CHECK(mistakes("[experimental]\nignoredPorts=53\n", wslconfig, mirrored_by_policy).empty());
  CHECK(mistakes("[wsl2]\nnetworkingMode=mirrored\nlocalhostForwarding=true\n", wslconfig) ==
        Lines{"3:1 warning no-effect/wsl2.localhostforwarding"});
  CHECK(mistakes("[wsl2]\ndnsTunneling=false\n[experimental]\nbestEffortDnsParsing=true\n",
                 wslconfig) == Lines{"4:1 warning no-effect/experimental.besteffortdnsparsing"});
  CHECK(mistakes("[wsl2]\nnetworkingMode=none\ndnsTunneling=true\n", wslconfig) ==
        Lines{"3:1 warning no-effect/wsl2.dnstunneling"});
  CHECK(mistakes("[wsl2]\nautoProxy=false\n[experimental]\ninitialAutoProxyTimeout=1\n",
                 wslconfig) == Lines{"4:1 warning no-effect/experimental.initialautoproxytimeout"});
  CHECK(mistakes("[wsl2]\ndhcp=false\nipv6=true\nvmSwitch=x\n", wslconfig) ==
        Lines{"3:1 warning no-effect/wsl2.ipv6", "4:1 warning no-effect/wsl2.vmswitch"});
  CHECK(mistakes("[wsl2]\nvirtio=false\nvirtiofs=true\nvirtio9p=true\n", wslconfig) ==
        Lines{"3:1 warning no-effect/wsl2.virtiofs", "4:1 warning no-effect/wsl2.virtio9p"});
  CHECK(mistakes("[wsl2]\nhostFileSystemAccess=false\nvirtiofs=true\n", wslconfig) ==
        Lines{"3:1 warning no-effect/wsl2.virtiofs"});
  CHECK(mistakes("[wsl2]\nvirtio=false\nnetworkingMode=VirtioProxy\n", wslconfig) ==
        Lines{"3:1 error contradiction/wsl2.networkingmode"});
  CHECK(mistakes("[wsl2]\nkernelModules=C:\\\\m.vhdx\n", wslconfig) ==
        Lines{"2:1 error contradiction/wsl2.kernelmodules"});
  CHECK(mistakes("[wsl2]\nsafeMode=true\n", wslconfig) ==
        Lines{"2:1 warning safe-mode/wsl2.safemode"});
  CHECK(mistakes("[interop]\nenabled=false\nappendWindowsPath=true\n", wsl_conf) ==
        Lines{"3:1 warning contradiction/interop.appendwindowspath"});
}

TEST_CASE("what does not go together across the two files") {
  const WslConfig global = parse_wsl_config(
      "[wsl2]\nkernelCommandLine=quiet cgroup_no_v1=all\ndnsTunneling=true\n", wslconfig);
  WslConfigFacts facts;
  facts.other = &global;
  CHECK(mistakes("[automount]\ncgroups=v1\n[network]\ngenerateResolvConf=false\n", wsl_conf,
                 facts) == Lines{"2:1 warning contradiction/automount.cgroups",
                                 "4:1 warning contradiction/network.generateresolvconf"});
  facts.wsl_version = Version{{2, 9, 9, 0}};
  const WslConfig empty;
  facts.other = &empty;
  CHECK(mistakes("[automount]\ncgroups=v1\n", wsl_conf, facts) ==
        Lines{"2:1 warning contradiction/automount.cgroups"});
}

TEST_CASE("encodings, to the linter") {
  const std::string marked = "\xEF\xBB\xBF[boot]\nsystemd=true\n";
  CHECK(mistakes(marked, wsl_conf) == Lines{"1:1 error encoding"});
  CHECK(mistakes("\xEF\xBB\xBF[wsl2]\nswap=0\n", wslconfig) == Lines{"1:1 warning encoding"});
  WslConfigFacts facts;
  facts.wsl_version = Version{{2, 6, 1}};
  CHECK(mistakes("\xEF\xBB\xBF[wsl2]\nswap=0\n", wslconfig, facts).empty());
  using namespace std::string_view_literals;
  CHECK(mistakes("\xFE\xFF\0[\0w\0s\0l\0002\0]\0\n"sv, wslconfig) == Lines{"1:1 error encoding"});
  const std::string_view little = "\xFF\xFE[\0w\0s\0l\0002\0]\0\r\0\n\0s\0=\0001\0\r\0\n\0"sv;
  CHECK(mistakes(little, wslconfig) == Lines{"2:1 warning unknown-key/wsl2.s"});
  CHECK(wsl_config_lines(parse_wsl_config(little, wslconfig), little) == Lines{"[wsl2]", "s=1"});
  CHECK(mended(little, wslconfig) == little);
}

TEST_CASE("a hostile file is told in part, and quickly") {
  std::string text = "[wsl2]\n";
  for (int i = 0; i < 200000; ++i) text += "a=\n;\n";
  for (const WslConfigKind kind : {wsl_conf, wslconfig}) {
    const auto found = lint(text, kind);
    CHECK(found.mistakes.size() <= 1000);
    CHECK(found.mistakes.size() + found.more >= 1);
  }
  CHECK(lint(text, wslconfig).more > 100000);
  CHECK(lint(std::string(1 << 20, '['), wslconfig).mistakes.size() == 1);
  CHECK(lint("[wsl2]\nmemory=" + std::string(1 << 20, 'x'), wslconfig).mistakes.size() == 1);
}
