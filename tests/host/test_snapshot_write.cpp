#include <random>

#include "lib/host/snapshot.h"
#include "lib/host/toml_writer.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

Snapshot reread(const Snapshot& snapshot) {
  const std::string toml = to_toml(snapshot);
  const auto result = parse_snapshot(toml);
  INFO(toml);
  if (!result) FAIL(result.error().line << ": " << result.error().message);
  return *result;
}

// Snapshots hold no operator==; their fields all do.
void check_equal(const Snapshot& a, const Snapshot& b) {
  CHECK(a.complete == b.complete);
  CHECK(a.comment == b.comment);
  CHECK(a.project == b.project);
  CHECK(a.environment == b.environment);
  CHECK(a.machine == b.machine);
  CHECK(a.variables == b.variables);
  CHECK(a.files == b.files);
  CHECK(a.folders == b.folders);
  CHECK(a.file_systems == b.file_systems);
  CHECK(a.commands == b.commands);
  CHECK(a.loader_cache == b.loader_cache);
  CHECK(a.libraries == b.libraries);
  CHECK(a.ntp == b.ntp);
  CHECK(a.http == b.http);
  CHECK(a.time_error == b.time_error);
  CHECK(a.windows == b.windows);
  CHECK(a.file_costs == b.file_costs);
  CHECK(a.future_files == b.future_files);
  CHECK(a.lookup_costs == b.lookup_costs);
  CHECK(a.inotify == b.inotify);
  CHECK(a.kernel_clock == b.kernel_clock);
  CHECK(a.dns == b.dns);
  CHECK(a.connections == b.connections);
}

HostError error(HostErrorKind kind, std::string reason = "") {
  return {kind, std::move(reason)};
}

WindowsFacts windows_facts() {
  WindowsFacts facts;
  facts.version = "10.0.26100.4652";
  facts.user_profile = R"(C:\Users\Mia "M" O'Hara)";
  facts.elevated = true;
  facts.interactive = true;
  facts.clock = WindowsClock{-0.0041, 0.02};
  facts.time_service = TimeService{"Stopped", "Disabled"};
  DefenderFacts defender;
  defender.real_time_protection = false;
  defender.running_mode = "Passive Mode";
  defender.tamper_protected = true;
  defender.exclusion_paths = {R"(C:\go)", R"(\\wsl.localhost\Ubuntu\home)"};
  defender.exclusion_processes = {"go.exe"};
  defender.exclusion_extensions = {".go"};
  defender.error = "Get-MpPreference : 0x800106ba\r\n  at line 1";
  facts.defender = defender;
  facts.antivirus = {{"Norton 360", 0x41000}, {"", 0}};
  facts.wsl = InstalledWsl{"2.6.3.0", "6.6.87.2-microsoft-standard-WSL2"};
  facts.memory_bytes = 34'083'094'528;
  facts.processors = 16;
  facts.drives = {{"C:\\", 1'000'000'000'000, 17}, {"D:\\", 0, 0}};
  facts.adapters = {{"Wi-Fi", "Intel(R) \"Wi-Fi\"", "Wireless80211", 1500}, {"x", "", "", 0}};
  facts.proxy = WindowsProxy{true, "127.0.0.1:7890", "http://pac.example/x.pac"};
  facts.distributions = {{"Ubuntu", R"(\\?\C:\wsl\u)", "ext4.vhdx", 2, 1ULL << 40, false},
                         {"old", R"(C:\lxss)", "", 1}};
  facts.wslconfig = "[wsl2]\r\nkernel=C:\\\\k\r\n";
  facts.wslconfig_error = "no";
  return facts;
}

Snapshot full_snapshot() {
  Snapshot s;
  s.complete = false;
  s.comment = "two lines\nwith \"quotes\" and ''' three";
  s.project = "/home/mia/shop";
  s.environment = "wsl2";
  s.machine = Machine{"x86_64", "mia", 1000, 1001, 1772366400.1234567};
  s.variables = {{"HOME", "/home/mia"},
                 {"EMPTY", ""},
                 {"GOPATH", unexpected(error(HostErrorKind::missing))},
                 {"WITH REASON", unexpected(error(HostErrorKind::missing, "not there"))},
                 {"a.b=c \"d\"", "caf\xe9\n"}};
  s.files["/text"].text = "one line\n";
  s.files["/empty"].text = "";
  s.files["/crlf"].text = "[boot]\r\nsystemd=true\r\n";
  s.files["/utf16"].text = std::string("\xff\xfe[\0w\0s\0l\0]\0", 12);
  s.files["/info"].info = FileInfo{};
  s.files["/both"] = {
      FileInfo{FileKind::file, 0600, 1000, 1001, 6, 1772366400, ""}, "a\nb\nc\n", {}, {}};
  s.files["/link"] = {
      FileInfo{FileKind::link, 0777, 0, 0, 6, 12.5, "target"}, "through it", {}, {}};
  s.files["/odd size"].info = FileInfo{FileKind::link, 0700, 5, 0, 99, -3, "x"};
  s.files["/huge"].info =
      FileInfo{FileKind::other, 07777, 4294967295, 0, ~std::uint64_t{0}, 1e300, ""};
  s.files["/denied"].error = error(HostErrorKind::denied);
  s.files["/missing"].error = error(HostErrorKind::missing);
  s.files["/words"].error = error(HostErrorKind::failed, "a: b: \x1b[0m c");
  s.files["/unreadable"] = {
      FileInfo{FileKind::file, 0640, 0, 42, 9, 0, ""}, {}, {}, error(HostErrorKind::denied)};
  s.files["/late"] = {{}, "read", error(HostErrorKind::hung, "later"), {}};
  for (int kind = 0; kind <= static_cast<int>(FileKind::other); ++kind) {
    if (static_cast<FileKind>(kind) == FileKind::link) continue;
    FileInfo info;
    info.kind = static_cast<FileKind>(kind);
    s.files["/kind " + std::to_string(kind)].info = info;
  }
  s.folders = {{"/usr/local", std::vector<std::string>{"bin", "go", "na\xffme"}},
               {"/none", std::vector<std::string>{}},
               {"/root", unexpected(error(HostErrorKind::denied, "no"))},
               {"/gone", unexpected(error(HostErrorKind::missing))}};
  s.folders.emplace("/many", std::vector<std::string>(100, "a name of a file"));
  s.file_systems = {
      {"/", FileSystemInfo{0xef53, 1ULL << 40, 5, 65536, 7, true, true}},
      {"/cg", FileSystemInfo{0x63677270, 0, 0, 0, 0, false, false}},
      {"/odd", FileSystemInfo{0xfffffffffe534d42, ~std::uint64_t{0}, 0, 0, 0, false, false}},
      {"/mnt/z", unexpected(error(HostErrorKind::hung))}};
  s.commands.emplace_back(std::vector<std::string>{"a", "", "b c"},
                          CommandResult{1, "out\n", "err\r\n"});
  s.commands.emplace_back(std::vector<std::string>{"wsl.exe"},
                          CommandResult{0, std::string("W\0S\0L\0\r\0\n\0", 10), ""});
  s.commands.emplace_back(std::vector<std::string>{}, unexpected(error(HostErrorKind::missing)));
  s.loader_cache = {{"libstdc++.so.6", std::vector<std::string>{"/a", "/b"}},
                    {"libc.so.6", unexpected(error(HostErrorKind::unsupported, "musl"))}};
  s.libraries = {{"/lib/a", LibrarySymbols{"a.so", "x86_64", {"A_1", "A_2"}}},
                 {"/lib/b", unexpected(error(HostErrorKind::failed, "cut short"))}};
  s.ntp["a.example"] = {
      "a.example", "192.0.2.1", {{0.1, 0.02, 0.003, 0.0004, 2}, {-1e-9, 0, 0, 0, 1}}, {}};
  s.ntp["b"] = {"b", "", {}, error(HostErrorKind::timed_out, "no reply in 2 s")};
  s.http["https://a/"] = {"https://a/", 3.5, 0.75, {}};
  s.http["https://b/"] = {"https://b/", 0, 0, error(HostErrorKind::failed, "tls")};
  s.time_error = error(HostErrorKind::offline);
  s.windows = windows_facts();
  s.file_costs = {{"/a", FileCost{50, 0.0000613}},
                  {"/b", unexpected(error(HostErrorKind::denied))}};
  s.future_files = {{"/a", FutureFiles{412, false, {{"/a/b", 50400.5}}}},
                    {"/b", FutureFiles{0, true, {}}},
                    {"/c", unexpected(error(HostErrorKind::timed_out))}};
  s.lookup_costs = {{"/mnt/c/Windows", LookupCost{9, 0.00041}},
                    {"/mnt/z", unexpected(error(HostErrorKind::hung))}};
  s.inotify = InotifyUse{{{0, 1, 2}, {1000, 12, 65000}}, {{"node", 1000, 3, 64000}}, 4, false};
  s.kernel_clock = KernelClock{true, 0.012, -11.25, 3600.5};
  s.dns = {{{"10.255.255.254", "example.org", "A"}, DnsReply{0, {"192.0.2.1"}, 0.012}},
           {{"10.255.255.254", "example.org", "AAAA"}, DnsReply{3, {}, 0.012}},
           {{"*", "*", "A"}, unexpected(error(HostErrorKind::timed_out, "no answer in 2 s"))}};
  s.connections = {{"127.0.0.1:7890", unexpected(error(HostErrorKind::refused))},
                   {"[*]", unexpected(error(HostErrorKind::unreachable, "no route"))},
                   {"example.org:443", Connection{"192.0.2.1", 0.03}}};
  return s;
}

// Bytes of every sort, the awkward ones often.
std::string random_bytes(std::mt19937& random) {
  static const std::vector<std::string> awkward = {"'''",
                                                   "\"\"\"",
                                                   "'",
                                                   "\"",
                                                   "\\",
                                                   "\n",
                                                   "\r\n",
                                                   "\t",
                                                   "\x1b",
                                                   "\xc3\xa9",
                                                   "\xe2\x80\xae",
                                                   "\xff",
                                                   "\xf4\x8f\x9e\x80",
                                                   std::string(1, '\0'),
                                                   "#",
                                                   "]"};
  std::string bytes;
  const auto length = random() % 30;
  for (unsigned i = 0; i < length; ++i) {
    switch (random() % 3) {
      case 0:
        bytes += awkward[random() % awkward.size()];
        break;
      case 1:
        bytes += static_cast<char>(random() % 256);
        break;
      default:
        bytes += static_cast<char>('a' + random() % 26);
    }
  }
  return bytes;
}

}  // namespace

TEST_CASE("a snapshot reads back as it was written") {
  const Snapshot snapshot = full_snapshot();
  const Snapshot again = reread(snapshot);
  check_equal(again, snapshot);
  CHECK(to_toml(again) == to_toml(snapshot));
}

TEST_CASE("errors in place of whole tables read back, too") {
  Snapshot snapshot;
  snapshot.machine = unexpected(error(HostErrorKind::failed, "uname: \"?\""));
  snapshot.windows = unexpected(error(HostErrorKind::unsupported, "interop is off"));
  check_equal(reread(snapshot), snapshot);
  check_equal(reread(Snapshot()), Snapshot());
  snapshot.windows = WindowsFacts{};
  check_equal(reread(snapshot), snapshot);
}

TEST_CASE("any bytes survive in every place that holds text") {
  std::mt19937 random(20260301);
  for (int round = 0; round < 300; ++round) {
    const auto bytes = [&] { return random_bytes(random); };
    Snapshot s;
    s.complete = false;
    s.comment = bytes();
    s.project = bytes();
    s.environment = bytes();
    s.machine = Machine{bytes(), bytes(), 0, 0, 0};
    s.variables.emplace(bytes(), bytes());
    s.variables.emplace(bytes(), unexpected(error(HostErrorKind::missing)));
    s.files["/" + bytes()].text = bytes();
    s.files["/" + bytes()] = {
        FileInfo{FileKind::link, 0777, 0, 0, 1, 0, "t" + bytes()}, bytes(), {}, {}};
    s.files["/" + bytes()].error = error(HostErrorKind::denied, bytes());
    s.folders.emplace("/" + bytes(), std::vector<std::string>{bytes(), bytes()});
    s.commands.emplace_back(std::vector<std::string>{bytes(), bytes()},
                            CommandResult{0, bytes(), bytes()});
    s.libraries.emplace("/" + bytes(), LibrarySymbols{bytes(), bytes(), {bytes()}});
    const std::string server = bytes();
    s.ntp[server] = {server, bytes(), {}, error(HostErrorKind::failed, bytes())};
    WindowsFacts facts;
    facts.version = bytes();
    facts.wslconfig = bytes();
    facts.distributions = {{bytes(), bytes(), bytes(), 2}};
    facts.adapters = {{bytes(), bytes(), bytes(), 1}};
    facts.proxy = WindowsProxy{false, bytes(), bytes()};
    s.inotify = InotifyUse{{}, {{bytes(), 0, 1, 1}}, 0, true};
    s.dns.emplace(std::tuple(bytes(), bytes(), "A"), DnsReply{0, {bytes()}, 0});
    s.connections.emplace(bytes(), Connection{bytes(), 0});
    s.windows = facts;
    check_equal(reread(s), s);
  }
}

TEST_CASE("what is written is safe to print and clean UTF-8") {
  Snapshot snapshot;
  snapshot.comment = "\x1b]0;owned\x07 \xe2\x80\xae \xc2\x9b \xff\n\x7f";
  snapshot.files["/\x1b[2J"].text = "\x1b[31mred\n\x1b[0mplain\n";
  for (const char c : to_toml(snapshot)) {
    const auto byte = static_cast<unsigned char>(c);
    CHECK((byte == '\n' || (byte >= 0x20 && byte < 0x7f)));
  }
}

TEST_CASE("text is written as a person would write it") {
  CHECK(toml_text("one line\n") == R"("one line\n")");
  CHECK(toml_text("[boot]\nsystemd=true\n") == "'''\n[boot]\nsystemd=true\n'''");
  CHECK(toml_text("[boot]\r\nx=1\r\n") == "\"\"\"\n[boot]\\r\nx=1\\r\n\"\"\"");
  CHECK(toml_string(R"(C:\Users\mia)") == R"('C:\Users\mia')");
  CHECK(toml_string("it's") == R"("it's")");
  CHECK(toml_string("caf\xe9") == R"("caf\U0010F7E9")");
  CHECK(toml_key("GOPATH") == "GOPATH");
  CHECK(toml_key("/etc/wsl.conf") == "\"/etc/wsl.conf\"");
  CHECK(toml_key("") == "\"\"");
  CHECK(toml_bytes(std::string("a\0b\0", 4)) == R"({ base64 = "YQBiAA==" })");
  CHECK(toml_bytes(std::string("/sbin/init\0", 11)) == R"("/sbin/init\u0000")");
  CHECK(toml_moment(1772366400) == "2026-03-01T12:00:00Z");
  CHECK(toml_moment(1772366400.5) == "2026-03-01T12:00:00.5Z");
  CHECK(toml_moment(0) == "1970-01-01T00:00:00Z");
  CHECK(toml_moment(-1.5) == "-1.5");
  CHECK(toml_moment(1e-9) == "1e-09");
  CHECK(toml_whole(~std::uint64_t{0}) == "\"18446744073709551615\"");
}

TEST_CASE("a recording is compact and in reading order") {
  Snapshot snapshot;
  snapshot.complete = false;
  snapshot.machine = Machine{"x86_64", "mia", 1000, 1000, 1772366400};
  snapshot.variables.emplace("HOME", "/home/mia");
  snapshot.variables.emplace("GOPATH", unexpected(error(HostErrorKind::missing)));
  snapshot.files["/bin"].info = FileInfo{FileKind::link, 0777, 0, 0, 7, 0, "usr/bin"};
  snapshot.files["/etc/wsl.conf"] = {
      FileInfo{FileKind::file, 0600, 0, 0, 20, 0, ""}, "[boot]\nsystemd=true\n", {}, {}};
  snapshot.files["/.dockerenv"].error = error(HostErrorKind::missing);
  snapshot.file_systems.emplace("/sys/fs/cgroup",
                                FileSystemInfo{0x63677270, 0, 0, 0, 0, false, false});
  CHECK(to_toml(snapshot) == R"(snapshot = 1
complete = false

[machine]
architecture = "x86_64"
user = "mia"
uid = 1000
gid = 1000
now = 2026-03-01T12:00:00Z

[variables]
HOME = "/home/mia"

[files]
"/bin" = { link = "usr/bin" }

[files."/etc/wsl.conf"]
mode = 0o600
text = '''
[boot]
systemd=true
'''

[file-systems."/sys/fs/cgroup"]
type = "cgroup2"

[missing]
variables = ["GOPATH"]
files = ["/.dockerenv"]
)");
}
