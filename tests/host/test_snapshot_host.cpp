#include "lib/host/paths.h"
#include "lib/host/snapshot_host.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

Snapshot parsed(const std::string& lines) {
  const auto snapshot = parse_snapshot("snapshot = 1\n" + lines);
  if (!snapshot) FAIL(snapshot.error().line << ": " << snapshot.error().message);
  return *snapshot;
}

using Names = std::vector<std::string>;

template <class Value>
HostErrorKind refusal(const Answer<Value>& answer) {
  REQUIRE_FALSE(answer);
  return answer.error().kind;
}

}  // namespace

TEST_CASE("a complete snapshot: what it does not mention does not exist") {
  const SnapshotHost host(parsed("[files]\n'/etc/hosts' = 'x'\n"));
  CHECK(refusal(host.variable("GOPATH")) == HostErrorKind::missing);
  CHECK(refusal(host.lstat("/etc/fstab")) == HostErrorKind::missing);
  CHECK(refusal(host.read_file("/etc/fstab")) == HostErrorKind::missing);
  CHECK(refusal(host.list("/usr")) == HostErrorKind::missing);
  CHECK(refusal(host.file_system("/usr")) == HostErrorKind::missing);
  CHECK(refusal(host.library("/usr/lib/libc.so.6")) == HostErrorKind::missing);
  CHECK(refusal(host.loader_cache("libc.so.6")) == HostErrorKind::missing);
  const auto run = host.run({{"systemctl", "status"}, std::chrono::milliseconds(1)});
  CHECK(run.error() == HostError{HostErrorKind::missing, "not installed"});
  CHECK(host.windows().error() ==
        HostError{HostErrorKind::unsupported, "this snapshot has no Windows facts"});
}

TEST_CASE("a complete snapshot: what cannot be 'not there' is not recorded") {
  const SnapshotHost host(parsed("[files]\n'/etc/hosts' = { mode = 0o600 }\n"));
  CHECK(refusal(host.machine()) == HostErrorKind::not_recorded);
  CHECK(refusal(host.world_time({{"a"}, {"b"}, {}})) == HostErrorKind::not_recorded);
  CHECK(refusal(host.file_cost("/etc")) == HostErrorKind::not_recorded);
  CHECK(refusal(host.future_files("/etc")) == HostErrorKind::not_recorded);
  CHECK(refusal(host.file_system("/etc")) == HostErrorKind::not_recorded);
  CHECK(refusal(host.library("/etc/hosts")) == HostErrorKind::not_recorded);
  CHECK(refusal(host.read_file("/etc/hosts")) == HostErrorKind::not_recorded);
}

TEST_CASE("a recording: what it does not hold is not recorded, and the answer names it") {
  const SnapshotHost host(parsed("complete = false\n[files]\n'/etc/hosts' = 'x'\n"));
  CHECK(refusal(host.machine()) == HostErrorKind::not_recorded);
  CHECK(refusal(host.variable("GOPATH")) == HostErrorKind::not_recorded);
  CHECK(refusal(host.lstat("/etc/fstab")) == HostErrorKind::not_recorded);
  CHECK(refusal(host.lstat("/etc")) == HostErrorKind::not_recorded);
  CHECK(refusal(host.read_file("/etc/fstab")) == HostErrorKind::not_recorded);
  CHECK(refusal(host.list("/etc")) == HostErrorKind::not_recorded);
  CHECK(refusal(host.file_system("/etc")) == HostErrorKind::not_recorded);
  CHECK(refusal(host.library("/lib")) == HostErrorKind::not_recorded);
  CHECK(refusal(host.loader_cache("libc.so.6")) == HostErrorKind::not_recorded);
  CHECK(refusal(host.run({{"true"}, std::chrono::milliseconds(1)})) == HostErrorKind::not_recorded);
  CHECK(refusal(host.run({{}, std::chrono::milliseconds(1)})) == HostErrorKind::not_recorded);
  CHECK(refusal(host.windows()) == HostErrorKind::not_recorded);
  CHECK(host.read_file("/etc/fstab").error().reason ==
        "the snapshot does not hold the content of /etc/fstab");
  CHECK(host.read_file("/etc/hosts") == "x");
  CHECK(refusal(host.lstat("/etc/hosts")) == HostErrorKind::not_recorded);
}

TEST_CASE("an entry makes its parent folders exist") {
  const SnapshotHost host(
      parsed("[files]\n"
             "'/etc/systemd/system.conf' = ''\n"
             "'/etc/hosts' = 'four'\n"
             "'/opt/gone' = { error = 'missing' }\n"
             "[libraries.'/usr/lib/libx.so']\n"
             "soname = 'libx.so'\n"));
  CHECK(host.lstat("/etc/systemd") == FileInfo{FileKind::directory, 0755, 0, 0, 0, 0, ""});
  CHECK(host.lstat("/")->kind == FileKind::directory);
  CHECK(host.lstat("/etc/hosts") == FileInfo{FileKind::file, 0644, 0, 0, 4, 0, ""});
  CHECK(host.lstat("/usr/lib/libx.so")->kind == FileKind::file);
  CHECK(host.list("/") == Names{"etc", "usr"});
  CHECK(host.list("/etc") == Names{"hosts", "systemd"});
  CHECK(host.list("/etc/") == Names{"hosts", "systemd"});
  CHECK(host.lstat("/etc/../etc/./hosts")->size == 4);
  CHECK(refusal(host.lstat("/opt")) == HostErrorKind::missing);
  CHECK(refusal(host.lstat("/et")) == HostErrorKind::missing);
  CHECK(refusal(host.list("/etc/hosts")) == HostErrorKind::unsupported);
  CHECK(refusal(host.read_file("/etc")) == HostErrorKind::unsupported);
  CHECK(refusal(host.lstat("/etc/hosts/below")) == HostErrorKind::missing);
}

TEST_CASE("a recorded list counts, and its names exist") {
  const SnapshotHost host(
      parsed("[files]\n'/usr/local/bin/go' = ''\n"
             "[folders]\n'/usr/local' = ['bin', 'go']\n'/root' = { error = 'denied' }\n"));
  CHECK(host.list("/usr/local") == Names{"bin", "go"});
  CHECK(host.lstat("/usr/local/bin")->kind == FileKind::directory);
  CHECK(refusal(host.lstat("/usr/local/go")) == HostErrorKind::not_recorded);
  CHECK(refusal(host.lstat("/usr/local/lib")) == HostErrorKind::missing);
  CHECK(refusal(host.list("/root")) == HostErrorKind::denied);
  CHECK(host.lstat("/root")->kind == FileKind::directory);
}

TEST_CASE("links work for everything below them") {
  const SnapshotHost host(
      parsed("[files]\n"
             "'/bin' = { link = 'usr/bin' }\n"
             "'/usr/bin/bash' = 'elf'\n"
             "'/usr/bin/sh' = { link = 'dash' }\n"
             "'/usr/bin/dash' = 'dash'\n"
             "'/sbin/init' = { link = '/lib/systemd/systemd' }\n"
             "'/lib' = { link = 'usr/lib' }\n"
             "'/usr/lib/systemd/systemd' = { mode = 0o755, text = 'systemd' }\n"
             "'/home/mia/up' = { link = '../../usr' }\n"
             "'/dangling' = { link = '/nowhere/at/all' }\n"
             "[file-systems.'/usr/lib']\ntype = 'ext4'\n"
             "[libraries.'/usr/lib/libx.so.1']\nsoname = 'libx'\n"
             "[file-costs.'/usr']\nrounds = 3\n"));
  CHECK(host.read_file("/bin/bash") == "elf");
  CHECK(host.read_file("/bin/sh") == "dash");
  CHECK(host.lstat("/bin")->kind == FileKind::link);
  CHECK(host.lstat("/bin")->target == "usr/bin");
  CHECK(host.lstat("/bin/sh")->target == "dash");
  CHECK(host.lstat("/bin/../bash").has_value() == false);
  CHECK(host.lstat("/bin/../bin/bash")->size == 3);
  CHECK(host.list("/bin") == Names{"bash", "dash", "sh"});
  CHECK(host.read_file("/sbin/init") == "systemd");
  CHECK(host.read_file("/home/mia/up/bin/bash") == "elf");
  CHECK(host.file_system("/lib")->magic == 0xef53);
  CHECK(host.library("/lib/libx.so.1")->soname == "libx");
  CHECK(host.file_cost("/home/mia/up")->rounds == 3);
  CHECK(host.lstat("/dangling")->kind == FileKind::link);
  CHECK(refusal(host.read_file("/dangling")) == HostErrorKind::missing);
  CHECK(resolve(host, "/sbin/init") == "/usr/lib/systemd/systemd");
}

TEST_CASE("a loop of links is a loop, not a hang") {
  const SnapshotHost host(
      parsed("[files]\n"
             "'/lib/libstdc++.so.6' = { link = 'libstdc++.so' }\n"
             "'/lib/libstdc++.so' = { link = '/lib/libstdc++.so.6' }\n"
             "'/self' = { link = 'self' }\n"
             "'/grow' = { link = 'grow/grow/grow' }\n"));
  CHECK(refusal(host.read_file("/lib/libstdc++.so.6")) == HostErrorKind::loop);
  CHECK(refusal(host.library("/lib/libstdc++.so")) == HostErrorKind::loop);
  CHECK(host.lstat("/self")->kind == FileKind::link);
  CHECK(refusal(host.lstat("/self/below")) == HostErrorKind::loop);
  CHECK(refusal(host.list("/grow")) == HostErrorKind::loop);
}

TEST_CASE("absurdly long paths and link targets are refused") {
  Snapshot snapshot;
  std::string long_path;
  for (int i = 0; i < 100'000; ++i) long_path += "/a";
  snapshot.files["/long"].info = FileInfo{FileKind::link, 0777, 0, 0, 0, 0, long_path};
  const SnapshotHost host(snapshot);
  CHECK(host.read_file("/long").error().reason == "file name too long");
  CHECK(host.lstat(long_path).error().reason == "file name too long");
}

TEST_CASE("an error holds for everything below it") {
  const SnapshotHost host(parsed("[files]\n'/mnt/c' = { error = 'hung: no answer in 2 s' }\n"));
  CHECK(refusal(host.lstat("/mnt/c")) == HostErrorKind::hung);
  CHECK(refusal(host.read_file("/mnt/c/Users/mia/go.mod")) == HostErrorKind::hung);
  CHECK(refusal(host.list("/mnt/c/Users")) == HostErrorKind::hung);
  CHECK(host.lstat("/mnt")->kind == FileKind::directory);
}

TEST_CASE("a file can be looked at without being readable") {
  const SnapshotHost host(
      parsed("[files]\n'/etc/shadow' = { mode = 0o640, read-error = 'denied' }\n"
             "'/proc/1/environ' = { read-error = 'denied' }\n"));
  CHECK(host.lstat("/etc/shadow")->mode == 0640);
  CHECK(refusal(host.read_file("/etc/shadow")) == HostErrorKind::denied);
  CHECK(host.lstat("/proc/1/environ")->kind == FileKind::file);
}

TEST_CASE("a recording answers what it holds, as it was asked") {
  const SnapshotHost host(
      parsed("complete = false\n"
             "[files]\n"
             "'/etc/os-release' = { link = '../usr/lib/os-release', text = 'ID=ubuntu' }\n"
             "'/bin' = { link = 'usr/bin' }\n"
             "'/usr/bin/go' = 'go'\n"
             "[folders]\n'/bin' = ['go']\n"
             "[missing]\nfiles = ['/mnt/d']\n"));
  CHECK(host.read_file("/etc/os-release") == "ID=ubuntu");
  CHECK(host.lstat("/etc/os-release")->kind == FileKind::link);
  CHECK(host.read_file("/bin/go") == "go");
  CHECK(host.list("/bin") == Names{"go"});
  CHECK(refusal(host.lstat("/mnt/d/below")) == HostErrorKind::missing);
  CHECK(refusal(host.lstat("/unknown/../bin")) == HostErrorKind::not_recorded);
}

TEST_CASE("commands are matched by every word") {
  const SnapshotHost host(
      parsed("[[commands]]\nargv = ['go', 'env', '-json']\nout = '{}'\n"
             "[[commands]]\nargv = ['wsl.exe']\nerror = 'timed-out: no answer in 2 s'\n"));
  const std::chrono::milliseconds any(7);
  CHECK(host.run({{"go", "env", "-json"}, any}) == CommandResult{0, "{}", ""});
  CHECK(refusal(host.run({{"go", "env"}, any})) == HostErrorKind::missing);
  CHECK(refusal(host.run({{"wsl.exe"}, any})) == HostErrorKind::timed_out);
}

TEST_CASE("the world's time: NTP first, the web where no server answers") {
  const auto time = [](const std::string& lines) { return SnapshotHost(parsed(lines)); };
  const TimeQuery query{{"a", "b"}, {"https://x/", "https://y/"}, std::chrono::milliseconds(1)};
  SECTION("one server answers: the web is not asked") {
    const auto host = time(
        "[[ntp]]\nserver = 'a'\nsamples = [{ offset = 3 }]\n[[http]]\nurl = '*'\noffset = 4\n");
    const auto answer = host.world_time(query);
    REQUIRE(answer);
    REQUIRE(answer->ntp.size() == 2);
    CHECK(answer->ntp[0].samples[0].offset == 3);
    CHECK(answer->ntp[1].error->kind == HostErrorKind::not_recorded);
    CHECK(answer->ntp[1].server == "b");
    CHECK(answer->http.empty());
  }
  SECTION("no server answers") {
    const auto host = time(
        "[[ntp]]\nserver = '*'\nerror = 'timed-out'\n[[http]]\nurl = 'https://y/'\noffset = 4\n");
    const auto answer = host.world_time(query);
    REQUIRE(answer);
    CHECK(answer->ntp[1] == NtpReply{"b", "", {}, HostError{HostErrorKind::timed_out, ""}});
    REQUIRE(answer->http.size() == 2);
    CHECK(answer->http[0].error->kind == HostErrorKind::not_recorded);
    CHECK(answer->http[1] == HttpDate{"https://y/", 4, 0.5, {}});
  }
  SECTION("* stands for every name that is not listed") {
    const auto host = time(
        "[[ntp]]\nserver = '*'\naddress = '192.0.2.1'\nsamples = [{ offset = 3 }]\n"
        "[[ntp]]\nserver = 'b'\nerror = 'denied: kiss of death RATE'\n");
    const auto answer = host.world_time(query);
    REQUIRE(answer);
    CHECK(answer->ntp[0].server == "a");
    CHECK(answer->ntp[0].address == "192.0.2.1");
    CHECK(answer->ntp[1].error->reason == "kiss of death RATE");
  }
  SECTION("the question as a whole was refused") {
    const auto host = time("time-error = 'offline'\n");
    CHECK(refusal(host.world_time(query)) == HostErrorKind::offline);
  }
}

TEST_CASE("errors are answers like any other") {
  const SnapshotHost host(
      parsed("[machine]\nerror = 'failed'\n"
             "[variables]\nGOPATH = { error = 'denied' }\n"
             "[file-systems]\n'/mnt/z' = { error = 'hung' }\n"
             "[loader-cache]\n'libc.so.6' = { error = 'unsupported: no /etc/ld.so.cache' }\n"
             "[windows]\nerror = 'unsupported: interop is off'\n"
             "[file-costs]\n'/mnt/z' = { error = 'hung' }\n"
             "[future-files]\n'/mnt/z' = { error = 'hung' }\n"));
  CHECK(refusal(host.machine()) == HostErrorKind::failed);
  CHECK(refusal(host.variable("GOPATH")) == HostErrorKind::denied);
  CHECK(refusal(host.file_system("/mnt/z")) == HostErrorKind::hung);
  CHECK(host.loader_cache("libc.so.6").error().reason == "no /etc/ld.so.cache");
  CHECK(host.windows().error().reason == "interop is off");
  CHECK(refusal(host.file_cost("/mnt/z")) == HostErrorKind::hung);
  CHECK(refusal(host.future_files("/mnt/z")) == HostErrorKind::hung);
}
