#include <algorithm>
#include <string>

#include "checks/dns_network.h"
#include "checks/name_servers.h"
#include "tests/support/catch.h"
#include "tests/support/snapshots.h"

using namespace doctor;

namespace {

struct Asked {
  std::string files = R"("/etc/resolv.conf" = "nameserver 10.0.0.1\nnameserver 10.0.0.2\n")";
  std::string variables = "";
  std::string dns =
      "[[dns]]\nserver = '*'\nname = '*'\naddresses = ['192.0.2.7']\nseconds = 0.01\n";
  std::string connections = "[[connections]]\nto = '*'\naddress = '192.0.2.7'\nseconds = 0.02\n";
  std::string rest = "";
  EnvironmentKind kind = EnvironmentKind::linux_machine;
};

Diagnosis diagnose(const Asked& asked) {
  const SnapshotHost host =
      machine_from("[machine]\narchitecture = 'x86_64'\n[variables]\n" + asked.variables +
                   "\n[files]\n" + asked.files + "\n'/root' = { kind = 'directory' }\n" +
                   asked.dns + asked.connections + asked.rest);
  Environment environment;
  environment.kind = asked.kind;
  environment.distribution_name = "Ubuntu";
  return dns_network_check.run({host, Settings{}, environment, "/root"});
}

constexpr const char* goproxy = "GOPROXY = 'https://goproxy.example.org/path,direct'\n";

std::string dns_error(const std::string& error) {
  return "[[dns]]\nserver = '*'\nname = '*'\nerror = '" + error + "'\n";
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::vector<std::string> ids(const Diagnosis& diagnosis) {
  std::vector<std::string> result;
  for (const Finding& finding : diagnosis.findings) result.push_back(finding.id);
  return result;
}

using Ids = std::vector<std::string>;

NameServer answering(std::vector<std::string> addresses, unsigned code = 0) {
  return {"10.0.0.1", DnsReply{code, std::move(addresses), 0.01}};
}

NameServer failing(HostErrorKind kind) {
  return {"10.0.0.1", unexpected(HostError{kind, ""})};
}

}  // namespace

TEST_CASE("a look-up goes through the name servers in their order", "[dns]") {
  const NameServer good = answering({"192.0.2.7"}), silent = failing(HostErrorKind::timed_out);
  CHECK(look_up({good, silent}, 5).end == LookupEnd::found);
  CHECK(look_up({good, silent}, 5).waited == 0);
  const Lookup late = look_up({silent, good}, 3);
  CHECK(late.end == LookupEnd::found);
  CHECK(late.server == 1);
  CHECK(late.waited == 3);
  SECTION("a server that fails at once costs nothing") {
    const Lookup lookup = look_up({answering({}, 2), failing(HostErrorKind::refused), good}, 5);
    CHECK(lookup.end == LookupEnd::found);
    CHECK(lookup.server == 2);
    CHECK(lookup.waited == 0);
  }
  SECTION("the first that knows there is no such name ends it") {
    CHECK(look_up({answering({}, 3), good}, 5).end == LookupEnd::no_such);
    CHECK(look_up({answering({}, 0), good}, 5).end == LookupEnd::no_such);
  }
  SECTION("without an answer") {
    CHECK(look_up({silent, answering({}, 5)}, 5).end == LookupEnd::failed);
    CHECK(look_up({failing(HostErrorKind::offline)}, 5).end == LookupEnd::not_asked);
    CHECK(look_up({failing(HostErrorKind::not_recorded)}, 5).end == LookupEnd::not_known);
    CHECK(look_up({silent, failing(HostErrorKind::not_recorded)}, 5).end == LookupEnd::not_known);
    CHECK(look_up({}, 5).end == LookupEnd::not_known);
  }
}

TEST_CASE("names are found", "[dns]") {
  const Diagnosis diagnosis = diagnose({.variables = goproxy});
  CHECK(diagnosis.status == Status::ok);
  CHECK(diagnosis.summary == "Names are found in 10 ms; goproxy.example.org answers.");
}

TEST_CASE("without GOPROXY a time server is asked about, and nothing connected to", "[dns]") {
  const Diagnosis diagnosis = diagnose({.connections = ""});
  CHECK(diagnosis.status == Status::ok);
  CHECK(std::ranges::any_of(diagnosis.evidence, [](const Evidence& evidence) {
    return has(evidence.text, "time.windows.com is 192.0.2.7");
  }));
}

TEST_CASE("no name server answers", "[dns]") {
  Asked asked{.variables = goproxy, .dns = dns_error("timed-out: no answer in 1.5 s")};
  asked.connections = "[[connections]]\nto = '*'\nerror = 'timed-out: its name was not found'\n";
  SECTION("is an error") {
    const Diagnosis diagnosis = diagnose(asked);
    CHECK(diagnosis.status == Status::error);
    CHECK(ids(diagnosis) == Ids{"name-servers"});
  }
  SECTION("is told once: a proxy's name is not found either") {
    asked.variables += "HTTPS_PROXY = 'http://proxy.example.org:3128'\n";
    CHECK(ids(diagnose(asked)) == Ids{"name-servers"});
    asked.variables += "HTTP_PROXY = 'http://127.0.0.1:3128'\n";
    CHECK(ids(diagnose(asked)) == Ids{"name-servers", "http-proxy"});
  }
  SECTION("is a warning where the system finds the name all the same") {
    asked.connections = Asked{}.connections;
    CHECK(diagnose(asked).status == Status::warning);
  }
  SECTION("is unknown where it was not recorded") {
    asked.dns = "";
    CHECK(diagnose(asked).status == Status::unknown);
  }
}

TEST_CASE("the name servers do not know the name", "[dns]") {
  Asked asked{.variables = goproxy,
              .dns = "[[dns]]\nserver = '*'\nname = '*'\ncode = 3\n",
              .connections = "[[connections]]\nto = '*'\nerror = 'failed: not found'\n"};
  const Diagnosis diagnosis = diagnose(asked);
  CHECK(diagnosis.status == Status::warning);
  REQUIRE(ids(diagnosis) == Ids{"unknown-name"});
  CHECK(has(diagnosis.findings.front().detail, "GOPROXY names it"));
  SECTION("but a later one does") {
    asked.dns =
        "[[dns]]\nserver = '10.0.0.1'\nname = '*'\ncode = 3\n[[dns]]\nserver = '10.0.0.2'\n"
        "name = '*'\naddresses = ['192.0.2.7']\n";
    CHECK(has(diagnose(asked).summary, "10.0.0.2 knows it"));
  }
  SECTION("and a proxy makes that unimportant") {
    asked.variables += "https_proxy = 'http://10.0.0.9:3128'\n";
    asked.connections =
        "[[connections]]\nto = '10.0.0.9:3128'\naddress = '10.0.0.9'\n" + asked.connections;
    CHECK(diagnose(asked).status == Status::ok);
  }
}

TEST_CASE("the place Go downloads from is out of reach", "[dns]") {
  Asked asked{
      .variables = goproxy,
      .connections = "[[connections]]\nto = '*'\nerror = 'timed-out: no answer in 1.5 s'\n"};
  CHECK(ids(diagnose(asked)) == Ids{"unreachable"});
  SECTION("but a proxy takes Go there") {
    asked.variables += "HTTPS_PROXY = 'http://10.0.0.9:3128'\n";
    asked.connections =
        "[[connections]]\nto = '10.0.0.9:3128'\naddress = '10.0.0.9'\n" + asked.connections;
    CHECK(diagnose(asked).status == Status::ok);
    asked.variables += "NO_PROXY = 'example.org'\n";
    CHECK(ids(diagnose(asked)) == Ids{"unreachable"});
  }
  SECTION("or nobody has asked") {
    asked.connections = "[[connections]]\nto = '*'\nerror = 'offline'\n";
    CHECK(diagnose(asked).status == Status::ok);
  }
}

TEST_CASE("resolv.conf is of no use", "[dns]") {
  Asked asked{.dns = dns_error("refused")};
  SECTION("Windows line ends") {
    asked.files = R"("/etc/resolv.conf" = "nameserver 8.8.8.8\r\n")";
    const Diagnosis diagnosis = diagnose(asked);
    CHECK(diagnosis.status == Status::error);
    CHECK(has(diagnosis.summary, "Windows line ends"));
    CHECK(has(diagnosis.findings.front().detail, "sed"));
  }
  SECTION("missing, and nothing answers on the machine itself") {
    asked.files = "";
    CHECK(diagnose(asked).status == Status::error);
    asked.dns = dns_error("offline");
    CHECK(diagnose(asked).status == Status::error);
  }
  SECTION("missing, and a name server of its own answers") {
    asked.files = "";
    asked.dns = Asked{}.dns;
    CHECK(diagnose(asked).status == Status::ok);
  }
  SECTION("hidden") {
    asked.files = R"("/etc/resolv.conf" = { read-error = "denied" })";
    CHECK(diagnose(asked).status == Status::unknown);
  }
}

TEST_CASE("a missing resolv.conf in WSL", "[dns]") {
  Asked asked{.files = R"("/etc/resolv.conf" = { link = "/run/systemd/resolve/stub-resolv.conf" }
"/etc/wsl.conf" = "[network]\ngenerateResolvConf=false\n")",
              .dns = dns_error("refused"),
              .kind = EnvironmentKind::wsl2};
  SECTION("a link of a person's choice waits for that person") {
    const Diagnosis diagnosis = diagnose(asked);
    REQUIRE(ids(diagnosis) == Ids{"resolv-conf"});
    REQUIRE(diagnosis.findings.front().fix);
    CHECK_FALSE(diagnosis.findings.front().fix->automatic);
  }
  SECTION("WSL's own comes back by itself") {
    asked.files = R"("/etc/resolv.conf" = { link = "/mnt/wsl/resolv.conf" })";
    const Diagnosis diagnosis = diagnose(asked);
    REQUIRE(ids(diagnosis) == Ids{"resolv-conf"});
    CHECK_FALSE(diagnosis.findings.front().fix);
    CHECK(has(diagnosis.findings.front().detail, "wsl --terminate Ubuntu"));
  }
  SECTION("a broken wsl.conf is not edited") {
    asked.files = R"("/etc/wsl.conf" = "; no comment\n[network]\ngenerateResolvConf=false\n")";
    CHECK_FALSE(diagnose(asked).findings.front().fix);
  }
}

TEST_CASE("what to do about a silent name server in WSL 2", "[dns]") {
  const auto advice = [](const std::string& resolv_conf, const std::string& windows,
                         const std::string& more_files = "") {
    Asked asked{.files = "'/etc/resolv.conf' = \"" + resolv_conf + "\"\n" + more_files,
                .dns = dns_error("timed-out"),
                .rest = "[windows]\nversion = '10.0." + windows,
                .kind = EnvironmentKind::wsl2};
    const Diagnosis diagnosis = diagnose(asked);
    REQUIRE(ids(diagnosis) == Ids{"name-servers"});
    return diagnosis.findings.front().detail;
  };
  const std::string by_wsl = "# This file was automatically generated by WSL.\\nnameserver ";
  CHECK(has(advice(by_wsl + "10.255.255.254", "26100.1'\n"), "dnsTunneling=false"));
  CHECK(has(advice(by_wsl + "10.9.9.9",
                   "26100.1'\nwslconfig = \"[experimental]\\ndnsTunnelingIpAddress=10.9.9.9\"\n"),
            "dnsTunneling=false"));
  CHECK(has(advice(by_wsl + "172.20.0.1", "26100.1'\n"), "dnsTunneling=true"));
  CHECK(
      has(advice(by_wsl + "172.20.0.1", "26100.1'\nwslconfig = \"[wsl2]\\ndnsTunneling=false\"\n"),
          "take dnsTunneling=false out"));
  CHECK(has(advice(by_wsl + "172.20.0.1", "19045.1'\n"), "this is build 19045"));
  CHECK(has(advice("nameserver 127.0.0.53", "26100.1'\n"),
            "WSL puts its own in place when the distribution starts"));
  CHECK(has(advice("nameserver 172.20.0.1", "26100.1'\n",
                   R"("/etc/wsl.conf" = "[network]\ngenerateResolvConf=false\n")"),
            "generateResolvConf=true in place of /etc/wsl.conf:2"));
}

TEST_CASE("a proxy at localhost means something else in each environment", "[dns]") {
  const auto detail = [](EnvironmentKind kind) {
    Asked asked{.variables = "HTTPS_PROXY = 'http://127.0.0.1:9'\n", .kind = kind};
    asked.connections = "[[connections]]\nto = '*'\nerror = 'refused'\n";
    const Diagnosis diagnosis = diagnose(asked);
    REQUIRE(ids(diagnosis) == Ids{"https-proxy"});
    return diagnosis.findings.front().detail;
  };
  CHECK(has(detail(EnvironmentKind::wsl2), "networkingMode=mirrored"));
  CHECK(has(detail(EnvironmentKind::wsl1), "In WSL 1 localhost is Windows too"));
  CHECK(has(detail(EnvironmentKind::container_on_wsl), "the container itself"));
  CHECK(detail(EnvironmentKind::linux_machine) == "Start the proxy, or unset the variable.");
}

TEST_CASE("proxies", "[dns]") {
  Asked asked{.variables = goproxy};
  SECTION("a value that Go cannot use is named, not shown") {
    asked.variables += R"(https_proxy = "http://ann:hunter2@proxy:3128\r")";
    const Diagnosis diagnosis = diagnose(asked);
    REQUIRE(ids(diagnosis) == Ids{"https-proxy"});
    CHECK(has(diagnosis.summary, "carriage return"));
    CHECK_FALSE(has(diagnosis.summary, "hunter2"));
  }
  SECTION("one finding for two variables of the same value") {
    asked.variables += "HTTPS_PROXY = 'localhost:1'\nHTTP_PROXY = 'localhost:1'\n";
    asked.connections =
        "[[connections]]\nto = 'localhost:1'\nerror = 'refused'\n" + asked.connections;
    CHECK(ids(diagnose(asked)) == Ids{"https-proxy"});
  }
  SECTION("the upper-case spelling counts for Go") {
    asked.variables += "HTTPS_PROXY = 'http://a:1'\nhttps_proxy = 'http://b:2'\n";
    asked.connections = "[[connections]]\nto = 'b:2'\nerror = 'refused'\n" + asked.connections;
    const Diagnosis diagnosis = diagnose(asked);
    CHECK(diagnosis.status == Status::ok);
    CHECK(diagnosis.notes.size() == 1);
  }
  SECTION("NO_PROXY=* switches them off") {
    asked.variables += "HTTPS_PROXY = 'http://localhost:1'\nno_proxy = '*'\n";
    asked.connections =
        "[[connections]]\nto = 'localhost:1'\nerror = 'refused'\n" + asked.connections;
    CHECK(diagnose(asked).status == Status::ok);
  }
  SECTION("ALL_PROXY is not Go's") {
    asked.variables += "ALL_PROXY = 'socks5://localhost:1'\n";
    const Diagnosis diagnosis = diagnose(asked);
    CHECK(diagnosis.status == Status::ok);
    CHECK(diagnosis.notes.size() == 1);
  }
  SECTION("a proxy elsewhere is not judged offline") {
    asked.variables += "HTTPS_PROXY = 'http://proxy:3128'\n";
    asked.dns = dns_error("offline");
    asked.connections = "[[connections]]\nto = '*'\nerror = 'offline'\n";
    CHECK(diagnose(asked).status == Status::skipped);
    asked.variables += "http_proxy = 'http://127.0.0.1:9'\n";
    asked.connections += "[[connections]]\nto = '127.0.0.1:9'\nerror = 'refused'\n";
    CHECK(ids(diagnose(asked)) == Ids{"http-proxy"});
  }
}

TEST_CASE("Windows' proxy", "[dns]") {
  Asked asked{.variables = goproxy,
              .connections = "[[connections]]\nto = '*'\nerror = 'timed-out: no answer in 1.5 s'\n",
              .kind = EnvironmentKind::wsl2};
  SECTION("at localhost, which WSL does not take over") {
    asked.rest =
        "[windows.proxy]\nenabled = true\nserver = 'http=1.2.3.4:1;https=127.0.0.1:7890'\n";
    const Diagnosis diagnosis = diagnose(asked);
    CHECK(ids(diagnosis) == Ids{"windows-proxy"});
    CHECK(has(diagnosis.summary, "127.0.0.1:7890"));
  }
  SECTION("a PAC script") {
    asked.rest = "[windows.proxy]\nauto-config-url = 'http://wpad/wpad.dat'\n";
    CHECK(has(diagnose(asked).summary, "PAC"));
  }
  SECTION("switched off") {
    asked.rest = "[windows.proxy]\nenabled = false\nserver = '127.0.0.1:7890'\n";
    CHECK(ids(diagnose(asked)) == Ids{"unreachable"});
  }
  SECTION("no matter while there is another way") {
    asked.rest = "[windows.proxy]\nenabled = true\nserver = '127.0.0.1:7890'\n";
    asked.connections = Asked{}.connections;
    CHECK(diagnose(asked).status == Status::ok);
  }
}

TEST_CASE("networking modes", "[dns]") {
  const auto run = [](const std::string& mode, const std::string& wslconfig) {
    Asked asked{.kind = EnvironmentKind::wsl2};
    asked.rest = "[[commands]]\nargv = ['wslinfo', '--networking-mode']\nout = '" + mode +
                 "'\n[windows]\nversion = '10.0.22631.2506'\nwslconfig = \"\"\"\n" + wslconfig +
                 "\"\"\"\n";
    return diagnose(asked);
  };
  CHECK(run("nat", "").status == Status::ok);
  CHECK(run("mirrored", "[experimental]\nnetworkingMode=Mirrored\n").status == Status::ok);
  CHECK(run("consomme", "[wsl2]\nnetworkingMode=VirtioProxy\n").status == Status::ok);
  CHECK(run("nat", "[wsl2]\nnetworkingMode=mirorred\n").status == Status::ok);
  CHECK(run("garbage", "[wsl2]\nnetworkingMode=mirrored\n").status == Status::ok);
  CHECK(ids(run("nat", "[wsl2]\nnetworkingMode=mirrored\n")) == Ids{"networking-mode"});
  CHECK(run("none", "").status == Status::error);
  CHECK(run("none", "[wsl2]\nnetworkingMode=none\n").status == Status::warning);
  CHECK(run("none", "[wsl2]\nsafeMode=true\n").status == Status::warning);
}

TEST_CASE("the MTU against Windows' interfaces", "[dns]") {
  const auto run = [](const std::string& mode, unsigned mtu) {
    Asked asked{.kind = EnvironmentKind::wsl2};
    asked.files += R"(
"/proc/net/route" = "Iface\tDestination\nwlan3\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
"/sys/class/net/wlan3/mtu" = "1500\n")";
    asked.rest = "[[commands]]\nargv = ['wslinfo', '--networking-mode']\nout = '" + mode +
                 "\\n'\n[[windows.adapters]]\nname = 'Ethernet'\nmtu = 1500\n"
                 "[[windows.adapters]]\nname = 'VPN'\nmtu = " +
                 std::to_string(mtu) + "\n";
    return ids(diagnose(asked));
  };
  CHECK(run("nat", 1280) == Ids{"mtu"});
  CHECK(run("", 1280) == Ids{"mtu"});
  CHECK(run("nat", 1500).empty());
  CHECK(run("nat", 9000).empty());
  CHECK(run("nat", 0).empty());
}

TEST_CASE("IPv6 that leads nowhere", "[dns]") {
  Asked asked{.variables = goproxy};
  asked.files += R"(
"/proc/net/ipv6_route" = "00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000002 00000000 00000003 eth0\n")";
  asked.dns += "[[dns]]\nserver = '*'\nname = '*'\ntype = 'AAAA'\naddresses = ['2001:db8::7']\n";
  const auto with = [&](const std::string& error) {
    Asked copy = asked;
    copy.connections = "[[connections]]\nto = '[*]'\nerror = '" + error + "'\n" + copy.connections;
    return diagnose(copy);
  };
  SECTION("silently: each connection waits") {
    CHECK(ids(with("timed-out: no answer in 0.8 s")) == Ids{"ipv6"});
  }
  SECTION("at once: worth a note") {
    const Diagnosis diagnosis = with("unreachable");
    CHECK(diagnosis.status == Status::ok);
    CHECK(diagnosis.notes.size() == 1);
  }
  SECTION("nobody listens there, but it leads somewhere") {
    CHECK(with("refused").notes.empty());
  }
  SECTION("without a route nothing is asked") {
    asked.files = Asked{}.files;
    CHECK(with("timed-out").status == Status::ok);
  }
}

TEST_CASE("a container without a way out is no sick one", "[dns]") {
  const std::string header = R"(Iface\tDestination\tGateway\tFlags\tMetric\tMask\n)";
  Asked asked;
  asked.dns = dns_error("unreachable");
  asked.files += "\n'/proc/net/route' = \"" + header + "\"\n";
  for (const EnvironmentKind kind :
       {EnvironmentKind::container, EnvironmentKind::container_on_wsl, EnvironmentKind::ci}) {
    asked.kind = kind;
    CHECK(diagnose(asked).status == Status::skipped);
  }
  asked.kind = EnvironmentKind::linux_machine;
  CHECK(diagnose(asked).status == Status::error);
  asked.kind = EnvironmentKind::container;
  asked.files = Asked().files;  // not told: then the network is judged
  CHECK(diagnose(asked).status == Status::error);
}
