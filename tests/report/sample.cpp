#include "tests/report/sample.h"

#include <cstdio>

namespace doctor::test {

namespace {

Diagnosis named(std::string check, Diagnosis diagnosis, int milliseconds) {
  diagnosis.check = std::move(check);
  diagnosis.duration = std::chrono::milliseconds(milliseconds);
  return diagnosis;
}

Environment environment() {
  Environment result;
  result.kind = EnvironmentKind::wsl2;
  result.distribution = "Ubuntu 24.04.1 LTS";
  result.distribution_name = "Ubuntu-24.04";
  result.kernel = "6.6.87.2-microsoft-standard-WSL2";
  result.wsl_version = "2.5.9.0";
  result.evidence = {{"/proc/sys/kernel/osrelease", "6.6.87.2-microsoft-standard-WSL2"}};
  return result;
}

Fix move_cache() {
  Fix fix;
  fix.id = "windows-drive-gocache";
  fix.title = "Move GOCACHE to the Linux disk";
  fix.restart = Restart::new_shell;
  fix.restart_command = "open a new terminal";
  fix.touches = {"/home/me/.config/go/env"};
  fix.undo = "Run the script with --undo.";
  fix.script = "#!/usr/bin/env bash\n\tgo env -w GOCACHE=/home/me/.cache/go-build\n";
  return fix;
}

Fix enable_systemd() {
  Fix fix;
  fix.id = "systemd-enable";
  fix.title = "Turn systemd on in /etc/wsl.conf";
  fix.needs = Privilege::root;
  fix.restart = Restart::wsl;
  fix.restart_command = "wsl --shutdown  (in PowerShell)";
  return fix;
}

Diagnosis windows_drive() {
  Finding cache;
  cache.id = "gocache";
  cache.severity = Status::error;
  cache.summary = "GOCACHE lies on the Windows drive D:, at /mnt/d/go/cache.";
  cache.detail =
      "Every build reads and writes thousands of small files there, and each goes over the 9p "
      "bridge to Windows.";
  cache.evidence = {{"/home/me/.config/go/env:2", "GOCACHE=/mnt/d/go/cache"},
                    {"/proc/self/mountinfo", "/mnt/d is 9p, aname=drvfs;path=D:\\"}};
  cache.measurements = {{"cost against the Linux disk", 41.28, "ratio"}, {"round", 0.00213, "s"}};
  cache.fix = move_cache();

  Finding project;
  project.id = "project";
  project.severity = Status::warning;
  project.summary = "The project lies on the Windows drive C:.";
  project.waived = Waived{"Shared with Visual Studio.", "2027-01-31"};
  return conclude("", {project, cache});
}

Diagnosis systemd() {
  Finding off;
  off.id = "not-asked-for";
  off.severity = Status::warning;
  off.summary = "systemd is not PID 1, since /etc/wsl.conf does not ask for it.";
  off.location = Location{"/etc/wsl.conf", 3, 1};
  off.fix = enable_systemd();
  return conclude("", {off});
}

}  // namespace

Report sick_report() {
  Report report;
  report.version = "0.1.0";
  report.source = std::string(this_machine);
  report.project = "/home/me/api";
  report.environment = environment();
  Diagnosis cgroups = conclude("cgroup v2, with cpu, memory and pids delegated.");
  cgroups.evidence = {{"/proc/self/mountinfo", "cgroup2 on /sys/fs/cgroup"}};
  cgroups.notes = {"The kernel command line asks for nothing."};
  report.diagnoses = {
      named("windows-drive", windows_drive(), 12),
      named("clock-skew", unknown("No reply from 3 time servers in 2 s."), 2000),
      named("libstdcxx", skipped("musl needs no libstdc++ for Go."), 1),
      named("cgroup-version", cgroups, 2),
      named("systemd", systemd(), 30),
  };
  report.duration = std::chrono::milliseconds(2010);
  return report;
}

Report healthy_report() {
  Report report = sick_report();
  report.diagnoses = {
      named("clock-skew", conclude("Right to within 12 ms, told by 4 NTP servers."), 90),
      named("cgroup-version", conclude("cgroup v2."), 2),
      named("systemd", conclude("systemd runs as PID 1, nothing failed."), 30),
  };
  return report;
}

std::string rendered_by(const Report& report, const Renderer& renderer, std::FILE* out) {
  Report begun = report;
  begun.diagnoses.clear();
  renderer.begin(begun);
  for (const Diagnosis& diagnosis : report.diagnoses) renderer.diagnosis(diagnosis);
  renderer.end(report);

  std::string text(static_cast<std::size_t>(std::ftell(out)), '\0');
  std::rewind(out);
  text.resize(std::fread(text.data(), 1, text.size(), out));
  std::fclose(out);
  return text;
}

}  // namespace doctor::test
