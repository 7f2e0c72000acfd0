#include <fstream>
#include <sstream>

#include "lib/host/snapshot.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

Snapshot parsed(const std::string& toml) {
  const auto snapshot = parse_snapshot(toml);
  INFO(toml);
  if (!snapshot) FAIL(snapshot.error().line << ": " << snapshot.error().message);
  return *snapshot;
}

// The message with its place in front, as "line:column message".
std::string mistake(const std::string& toml) {
  const auto snapshot = parse_snapshot(toml);
  if (snapshot) return "no mistake";
  const ParseError& error = snapshot.error();
  return std::to_string(error.line) + ":" + std::to_string(error.column) + " " + error.message;
}

std::string in(const std::string& lines) {
  return mistake("snapshot = 1\n" + lines);
}

// Every ```toml block of the page, with the line it begins on.
std::vector<std::pair<int, std::string>> toml_blocks(const std::string& path) {
  std::ifstream page(path);
  REQUIRE(page.good());
  std::vector<std::pair<int, std::string>> blocks;
  bool inside = false;
  int number = 0;
  for (std::string line; std::getline(page, line);) {
    ++number;
    if (line == "```toml") {
      inside = true;
      blocks.emplace_back(number, "");
    } else if (line == "```") {
      inside = false;
    } else if (inside) {
      blocks.back().second += line + "\n";
    }
  }
  return blocks;
}

void says(const std::string& message, const std::string& words) {
  INFO(message);
  CHECK(message.find(words) != std::string::npos);
}

}  // namespace

TEST_CASE("every example of the format's page is a snapshot") {
  const auto blocks = toml_blocks(TEST_SOURCE_DIR "/fixtures/README.md");
  CHECK(blocks.size() >= 14);
  for (const auto& [line, toml] : blocks) {
    INFO("fixtures/README.md, the example below line " << line);
    const auto snapshot = parse_snapshot(toml);
    if (!snapshot) FAIL_CHECK(snapshot.error().line << ": " << snapshot.error().message);
    CHECK(toml.find("snapshot = 1") == 0);
  }
}

TEST_CASE("the examples of the format's page mean what the page says") {
  Snapshot all;
  for (const auto& [line, toml] : toml_blocks(TEST_SOURCE_DIR "/fixtures/README.md")) {
    const Snapshot one = parsed(toml);
    all.files.insert(one.files.begin(), one.files.end());
    all.file_systems.insert(one.file_systems.begin(), one.file_systems.end());
    all.ntp.insert(one.ntp.begin(), one.ntp.end());
    if (one.windows && *one.windows) all.windows = one.windows;
  }
  CHECK(all.files.at("/etc/hostname").text == "laptop\n");
  CHECK(all.files.at("/bin").info->kind == FileKind::link);
  CHECK(all.files.at("/bin").info->mode == 0777);
  CHECK(all.files.at("/home/mia/go").info->gid == 1000);
  CHECK(all.files.at("/mnt/z").error == HostError{HostErrorKind::hung, "no answer in 2 s"});
  CHECK(all.files.at("/etc/shadow").read_error->kind == HostErrorKind::denied);
  CHECK(all.files.at("/mnt/c/Users/mia/.wslconfig").text->size() == 18);
  CHECK(all.file_systems.at("/sys/fs/cgroup")->magic == 0x63677270);
  CHECK(all.file_systems.at("/mnt/z").error().kind == HostErrorKind::hung);
  CHECK(all.ntp.at("*").samples.at(1) == NtpSample{3.2109, 0.0187, 0, 0, 3});
  CHECK((*all.windows)->wslconfig == "[wsl2]\r\nmemory=8GB\r\n");
  CHECK((*all.windows)->distributions.at(0).vhd_file == "ext4.vhdx");
}

TEST_CASE("what a snapshot leaves out has its default") {
  const Snapshot snapshot = parsed(
      "snapshot = 1\n"
      "[files]\n"
      "'/a' = 'content'\n"
      "'/b' = { mode = 0o600 }\n"
      "'/c' = { kind = 'directory' }\n"
      "'/d' = { text = 'four', owner = 7 }\n"
      "[[commands]]\n"
      "argv = ['true']\n"
      "[[ntp]]\n"
      "server = 'a'\n"
      "samples = [{ offset = 2 }]\n"
      "[[http]]\n"
      "url = 'https://a/'\n"
      "offset = -1\n");
  CHECK(snapshot.complete);
  CHECK_FALSE(snapshot.machine);
  CHECK_FALSE(snapshot.windows);
  CHECK(snapshot.files.at("/a") == SnapshotFile{{}, "content", {}, {}});
  CHECK(snapshot.files.at("/b").info == FileInfo{FileKind::file, 0600, 0, 0, 0, 0, ""});
  CHECK(snapshot.files.at("/c").info == FileInfo{FileKind::directory, 0755, 0, 0, 0, 0, ""});
  CHECK(snapshot.files.at("/d").info == FileInfo{FileKind::file, 0644, 7, 7, 4, 0, ""});
  CHECK(snapshot.commands.at(0).second == CommandResult{});
  CHECK(snapshot.ntp.at("a").samples.at(0) == NtpSample{2, 0, 0, 0, 1});
  CHECK(snapshot.http.at("https://a/").uncertainty == 0.5);
}

TEST_CASE("times are dates or seconds") {
  const auto now = [](const std::string& value) {
    return (*parsed("snapshot = 1\n[machine]\nnow = " + value + "\n").machine)->now;
  };
  CHECK(now("1970-01-01T00:00:00Z") == 0);
  CHECK(now("2026-03-01T12:00:00Z") == 1772366400);
  CHECK(now("2026-03-01T13:30:00+01:30") == 1772366400);
  CHECK(now("2026-03-01T12:00:00.25Z") == 1772366400.25);
  CHECK(now("1772366400") == 1772366400);
  CHECK(now("1772366400.125") == 1772366400.125);
}

TEST_CASE("what is no snapshot is told apart from a bad one") {
  CHECK(mistake("") == "1:1 this is not a snapshot: its first line must be \"snapshot = 1\"");
  says(mistake("[package]\nname = 'x'\n"), "this is not a snapshot");
  says(mistake("snapshot = 2\nnew-things = true\n"), "1:12 made by a newer wsl-go-doctor");
  says(mistake("snapshot = 0\n"), "there is no snapshot format 0");
  says(mistake("snapshot = '1'\n"), "1:12 ");
  says(mistake("snapshot = 1.0\n"), "must be a whole number");
  CHECK(mistake("\x7f"
                "ELF\x02\x01\x01")
            .find("1:1 ") == 0);
  CHECK(mistake("{ \"snapshot\": 1 }").find("1:1 ") == 0);
}

TEST_CASE("a mistake is told with its place and the nearest valid name") {
  CHECK(in("enviroment = 'wsl2'\n") == "2:1 unknown key `enviroment`: did you mean `environment`?");
  CHECK(in("[machine]\narchitecure = 'x86_64'\n") ==
        "3:1 unknown key `architecure` in [machine]: did you mean `architecture`?");
  says(in("[files.'/a']\ntxt = ''\n"),
       "3:1 unknown key `txt` in [files.\"/a\"]: did you mean `text`?");
  says(in("[windows.clock]\noffset = 1\nuncertanty = 2\n"), "4:1 ");
  says(in("[windows]\nsomething-else = 1\n"), "it may hold version, ");
  CHECK(in("[machine]\nuid = 'me'\n") ==
        "3:7 `uid` in [machine] must be a whole number, from 0 to 4294967295");
  CHECK(in("complete = 'no'\n") == "2:12 `complete` must be true or false, not text");
  CHECK(in("[variables]\nHOME = 1\n") ==
        "3:8 `HOME` in [variables] must be text in quotes, not a whole number");
  CHECK(in("[folders]\n'/a' = 'b'\n") == "3:8 `/a` in [folders] must be a list of texts, not text");
  says(in("[folders]\n'/a' = ['b', 1]\n"), "3:14 every element of `/a`");
  CHECK(in("commands = 3\n") == "2:12 `commands` must be a list of tables, not a whole number");
  CHECK(in("files = []\n") == "2:9 `files` must be a table, not a list");
}

TEST_CASE("of several mistakes the first in the file is told") {
  CHECK(in("[variables]\nZ = 1\nA = 2\n").find("3:5 ") == 0);
  CHECK(in("[windows]\nelevated = 1\n[machine]\nuid = -1\n").find("3:12 ") == 0);
}

TEST_CASE("values that cannot be are refused") {
  says(in("[files]\n'/a' = { mode = 755 }\n"), "permissions in octal");
  says(in("[files]\n'/a' = { mode = 0o10000 }\n"), "up to 0o7777");
  says(in("[files]\n'/a' = { size = -1 }\n"), "0 or more");
  says(in("[files]\n'/a' = { size = '-1' }\n"), "0 or more");
  says(in("[files]\n'/a' = { kind = 'dir' }\n"), "\"dir\" is no kind");
  says(in("[files]\n'/a' = { error = 'eaten' }\n"), "\"eaten\" is no error");
  says(in("[files]\n'/a' = {}\n"), "says nothing");
  says(in("[files]\n'/a' = { error = 'denied', mode = 0o600 }\n"),
       "with `error` nothing can be known");
  says(in("[files]\n'/a' = { link = 'b', kind = 'file' }\n"), "`link` alone");
  says(in("[files]\n'/a' = { text = 'a', base64 = 'YQ==' }\n"), "not both");
  says(in("[files]\n'/a' = { base64 = '!' }\n"), "no valid base64");
  says(in("[files]\n'/a' = { modified = 2026-03-01 }\n"), "a time with its zone");
  says(in("[files]\n'/a' = { modified = 2026-03-01T12:00:00 }\n"), "a time with its zone");
  says(in("[files]\n'/a' = { modified = nan }\n"), "finite");
  says(in("[machine]\nnow = inf\n"), "finite");
  says(in("[machine]\nuid = 4294967296\n"), "4294967295");
  says(in("[machine]\nuser = 'a'\nerror = 'denied'\n"), "beside `error`");
  says(in("[file-systems.'/a']\ntotal-bytes = 1\n"), "`type` or `magic`");
  says(in("[file-systems.'/a']\ntype = 'ntfs9'\n"), "unknown file system");
  says(in("[[commands]]\nexit = 1\n"), "`argv` is missing");
  says(in("[[commands]]\nargv = ['a']\nexit = 256\n"), "from 0 to 255");
  says(in("[[commands]]\nargv = ['a']\n[[commands]]\nargv = ['a']\n"),
       "5:8 this command is listed twice");
  says(in("[[ntp]]\nserver = 'a'\n"), "either `samples` or an `error`");
  says(in("[[ntp]]\nserver = 'a'\nsamples = [{ delay = 1 }]\n"), "needs its `offset`");
  says(in("[[ntp]]\nserver = 'a'\nsamples = [{ offset = nan }]\n"), "finite");
  says(in("[[ntp]]\nserver = 'a'\nerror = 'hung'\n[[ntp]]\nserver = 'a'\nerror = 'hung'\n"),
       "6:10 \"a\" is listed twice");
  says(in("[[http]]\nurl = 'a'\n"), "either `offset` or an `error`");
  says(in("[[windows.distributions]]\nname = 'a'\nversion = 3\n"), "must be 1 or 2");
  says(in("[file-costs.'/a']\nmedian-seconds = -1.0\n"), "below 0");
}

TEST_CASE("paths that no question would ever match are refused in what a person wrote") {
  says(in("[files]\n'etc/hosts' = ''\n"), "3:1 \"etc/hosts\" is no absolute");
  says(in("[folders]\n'/home/' = []\n"), "3:1 write the path \"/home/\" as");
  says(in("[missing]\nfiles = ['/a/../b']\n"), "as \"/b\"");
  CHECK(in("complete = false\n[files]\n'/a/../b' = ''\n") == "no mistake");
}

TEST_CASE("[missing] is short for entries, and does not contradict them") {
  const Snapshot snapshot = parsed(
      "snapshot = 1\ncomplete = false\n[missing]\n"
      "variables = ['GOPATH']\nfiles = ['/a']\nfolders = ['/b']\n");
  const HostError missing{HostErrorKind::missing, ""};
  CHECK_FALSE(snapshot.complete);
  CHECK(snapshot.variables.at("GOPATH").error() == missing);
  CHECK(snapshot.files.at("/a").error == missing);
  CHECK(snapshot.folders.at("/b").error() == missing);
  says(in("[files]\n'/a' = ''\n[missing]\nfiles = ['/a']\n"), "5:9 \"/a\"");
}

TEST_CASE("a snapshot with CRLF line ends reads like one without") {
  const Snapshot snapshot = parsed(
      "snapshot = 1\r\n[files]\r\n'/etc/wsl.conf' = '''\r\n[boot]\r\nsystemd=true\r\n'''\r\n");
  CHECK(snapshot.files.at("/etc/wsl.conf").text == "[boot]\nsystemd=true\n");
}

TEST_CASE("hostile documents end in an error") {
  const std::string start = "snapshot = 1\n";
  const auto repeated = [](const std::string& text, std::size_t times) {
    std::string result;
    for (std::size_t i = 0; i < times; ++i) result += text;
    return result;
  };
  SECTION("too large, unread") {
    says(mistake(start + std::string(17 << 20, '#')), "16 MiB");
  }
  SECTION("nested without end") {
    CHECK(mistake(start + "a = " + std::string(100'000, '[')) != "no mistake");
    CHECK(mistake(start + "a = " + repeated("{a=", 100'000)) != "no mistake");
    CHECK(mistake(start + "a" + repeated(".a", 100'000) + " = 1\n") != "no mistake");
    CHECK(mistake(start + "[a" + repeated(".a", 100'000) + "]\n") != "no mistake");
    CHECK(mistake(start + "[[" + repeated("a.", 100'000) + "a]]\n") != "no mistake");
    CHECK(mistake(start + "a = " + repeated("{a.a.a.a.a.a.a.a = ", 250) + "1" +
                  repeated("}", 250)) != "no mistake");
  }
  SECTION("more values than memory") {
    says(mistake(start + "a = [" + repeated("0,", 2'000'000) + "]"), "more than a million values");
  }
  SECTION("cut short anywhere") {
    const std::string whole =
        "snapshot = 1\n[files.\"/etc/wsl.conf\"]\nmode = 0o600\ntext = '''\n[boot]\n'''\n"
        "[[ntp]]\nserver = \"*\"\nsamples = [{ offset = 3.2e-1 }]\n";
    for (std::size_t length = 0; length < whole.size(); ++length) {
      const auto result = parse_snapshot(std::string_view(whole).substr(0, length));
      if (!result) CHECK_FALSE(result.error().message.empty());
    }
    CHECK(mistake(whole) == "no mistake");
  }
  SECTION("control characters and bytes that are no UTF-8") {
    CHECK(mistake(start + "comment = \"\x1b[31m\"\n") != "no mistake");
    CHECK(mistake(start + "comment = \"caf\xe9\"\n") != "no mistake");
    CHECK(mistake(start + std::string("comment = \"\0\"\n", 14)) != "no mistake");
  }
  SECTION("an escape sequence in a key reaches nobody's terminal") {
    const std::string message = in("\"\\u001b[2J\\u202e\" = 1\n");
    CHECK(message.find('\x1b') == std::string::npos);
    says(message, "\\x1b[2J");
  }
  SECTION("a key of a megabyte is not repeated in the message") {
    CHECK(in(std::string(1 << 20, 'k') + " = 1\n").size() < 1000);
  }
  SECTION("toml's own mistakes have a place, too") {
    CHECK(in("a = \n").find("2:") == 0);
    CHECK(in("a = 1\na = 2\n").find("3:") == 0);
  }
}
