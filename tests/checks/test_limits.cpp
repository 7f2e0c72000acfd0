#include <algorithm>

#include "checks/limits.h"
#include "tests/support/catch.h"
#include "tests/support/snapshots.h"

using namespace doctor;

namespace {

std::string limits(const std::string& files, const std::string& processes = "63322 63322") {
  return "\"/proc/self/limits\" = '''\nLimit  Soft Limit  Hard Limit  Units\nMax processes " +
         processes + " processes\nMax open files " + files + " files\n'''\n";
}

std::string machine(const std::string& files, int uid = 1000) {
  const std::string user = uid == 0 ? "root" : "me";
  return "[machine]\narchitecture = 'x86_64'\nuser = '" + user + "'\nuid = " + std::to_string(uid) +
         "\n[variables]\nHOME = '/home/me'\n[files]\n" + files;
}

Diagnosis diagnose(const std::string& body, EnvironmentKind kind = EnvironmentKind::linux_machine,
                   const std::string& version = "", const Settings& settings = {}) {
  const auto host = machine_from(body);
  Environment environment;
  environment.kind = kind;
  environment.wsl_version = version;
  return limits_check.run({host, settings, environment, "/home/me/shop"});
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const Finding& only(const Diagnosis& diagnosis) {
  REQUIRE(diagnosis.findings.size() == 1);
  return diagnosis.findings.front();
}

constexpr const char* low = "1024 1024";

}  // namespace

TEST_CASE("only the hard limit of open files counts") {
  CHECK(diagnose(machine(limits("1024 1048576"))).status == Status::ok);
  CHECK(diagnose(machine(limits("1024 4096"))).status == Status::ok);
  CHECK(diagnose(machine(limits("unlimited unlimited", "unlimited unlimited"))).status ==
        Status::ok);
  const auto diagnosis =
      diagnose(machine(limits("1024 4095") + "\"/proc/sys/fs/nr_open\" = \"1048576\\n\"\n"));
  REQUIRE(only(diagnosis).evidence.size() == 2);
  CHECK(only(diagnosis).evidence[1] == Evidence{"/proc/sys/fs/nr_open", "1048576"});
  CHECK(diagnosis.status == Status::warning);
  CHECK(only(diagnosis).id == "open-files");
  REQUIRE(only(diagnosis).measurements.size() == 1);
  CHECK(only(diagnosis).measurements[0].value == 4095);
  CHECK_FALSE(only(diagnosis).fix);
}

TEST_CASE("limits that cannot be read are not known") {
  CHECK(diagnose(machine("")).status == Status::unknown);
  CHECK(diagnose(machine("\"/proc/self/limits\" = 'garbage'\n")).status == Status::unknown);
  CHECK(diagnose(machine("\"/proc/self/limits\" = { read-error = 'denied' }\n")).status ==
        Status::unknown);
}

TEST_CASE("on WSL 1 a shell is asked") {
  const auto wsl1 = [](const std::string& rest) {
    return diagnose(machine(limits("10 10") + rest), EnvironmentKind::wsl1);
  };
  const std::string ask = "[[commands]]\nargv = ['sh', '-c', 'ulimit -S -n; ulimit -H -n']\n";
  CHECK(wsl1(ask + "out = \"1024\\n4096\\n\"\n").status == Status::ok);
  CHECK(only(wsl1(ask + "out = \"1024\\n2048\\n\"\n")).id == "open-files");
  CHECK(wsl1(ask + "error = 'timed-out'\n").status == Status::unknown);
  CHECK(wsl1(ask + "err = 'ulimit: bad'\nexit = 2\n").status == Status::unknown);
}

TEST_CASE("the line of a start-up file that lowers it") {
  const auto diagnosis =
      diagnose(machine(limits(low) + "\"/home/me/.profile\" = \"ulimit -n 8192\\n\"\n" +
                       "\"/home/me/.zshrc\" = \"# mine\\n  ulimit -n 1024\\nalias l=ls\\n\"\n"),
               EnvironmentKind::wsl2, "2.6.1.0");
  const Finding& finding = only(diagnosis);
  REQUIRE(finding.location);
  CHECK(finding.location->file == "/home/me/.zshrc");
  CHECK(finding.location->line == 2);
  REQUIRE(finding.fix);
  CHECK(finding.fix->needs == Privilege::user);
  CHECK_FALSE(finding.fix->automatic);
}

TEST_CASE("a command among others is named, not edited; root's file needs root") {
  const auto among =
      diagnose(machine(limits(low) + "\"/home/me/.bashrc\" = \"true && ulimit -n 1024\\n\"\n"));
  CHECK(only(among).location);
  CHECK_FALSE(only(among).fix);
  const auto system =
      diagnose(machine(limits(low) + "\"/etc/profile.d/limits.sh\" = \"ulimit -Hn 1024\"\n"));
  REQUIRE(only(system).fix);
  CHECK(only(system).fix->needs == Privilege::root);
}

TEST_CASE("the line of limits.conf that decides, groups included") {
  const auto diagnosis = diagnose(
      machine(limits(low) + "\"/etc/security/limits.conf\" = \"* hard nofile 8192\\n\"\n" +
              "\"/etc/security/limits.d/50-dev.conf\" = \"# devs\\n@dev - nofile 1024\\n\"\n" +
              "\"/etc/security/limits.d/README\" = \"me hard nofile 1024\\n\"\n" +
              "[[commands]]\nargv = ['id', '-Gn']\nout = \"me dev\\n\"\n"));
  const Finding& finding = only(diagnosis);
  REQUIRE(finding.location);
  CHECK(finding.location->file == "/etc/security/limits.d/50-dev.conf");
  CHECK(finding.location->line == 2);
  CHECK_FALSE(finding.fix);
}

TEST_CASE("systemd's default") {
  const auto diagnosis = diagnose(machine(
      limits(low) +
      "\"/etc/systemd/system.conf.d/files.conf\" = \"[Manager]\\nDefaultLimitNOFILE=1024\\n\"\n"));
  REQUIRE(only(diagnosis).location);
  CHECK(only(diagnosis).location->file == "/etc/systemd/system.conf.d/files.conf");
}

TEST_CASE("what to do depends on the machine") {
  const auto detail = [](EnvironmentKind kind, const std::string& version = "") {
    return only(diagnose(machine(limits(low)), kind, version)).detail;
  };
  CHECK(has(detail(EnvironmentKind::wsl2, "2.6.1.0"), "do not go through PAM"));
  CHECK_FALSE(has(detail(EnvironmentKind::wsl2, "2.6.1.0"), "wsl --update"));
  CHECK(has(detail(EnvironmentKind::wsl2, "1.0.3.0"), "wsl --update"));
  CHECK(has(detail(EnvironmentKind::wsl2), "wsl --update"));
  CHECK(has(detail(EnvironmentKind::container_on_wsl), "--ulimit nofile="));
  CHECK(has(detail(EnvironmentKind::linux_machine), "DefaultLimitNOFILE"));
}

TEST_CASE("the thresholds are settings") {
  Settings settings;
  settings.checks["limits"].thresholds["open-files"] = 512;
  CHECK(diagnose(machine(limits(low)), EnvironmentKind::linux_machine, "", settings).status ==
        Status::ok);
}

TEST_CASE("few processes are a warning, but not for root") {
  const std::string files = limits("1024 1048576", "256 1024");
  CHECK(only(diagnose(machine(files))).id == "processes");
  CHECK(diagnose(machine(files, 0)).status == Status::ok);
  CHECK(diagnose(machine(limits("1024 1048576", "1024 1024"))).status == Status::ok);
}

TEST_CASE("a system that has no more files to give") {
  const auto with = [](const std::string& text) {
    return diagnose(
        machine(limits("1024 1048576") + "\"/proc/sys/fs/file-nr\" = \"" + text + "\"\n"));
  };
  CHECK(with("3104\\t0\\t9223372036854775807\\n").status == Status::ok);
  CHECK(only(with("99000\\t0\\t100000\\n")).id == "system-files");
  CHECK(only(with("100010\\t0\\t100000\\n")).measurements[0].value == 0);
  CHECK(with("garbage").status == Status::ok);
}
