#include "lib/host/redact_text.h"
#include "lib/host/snapshot.h"
#include "lib/host/snapshot_host.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

Snapshot parsed(const std::string& lines) {
  const auto snapshot = parse_snapshot("snapshot = 1\n" + lines);
  if (!snapshot) FAIL(snapshot.error().line << ": " << snapshot.error().message);
  return *snapshot;
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

PrivateNames names_of(const std::vector<std::string>& users, const std::string& host = "") {
  return {users, {host}, {}, {"home", "users"}};
}

}  // namespace

TEST_CASE("secrets go, what stands around them stays") {
  const auto check = [](const std::string& text, const std::string& expected) {
    CHECK(redact_secrets(text) == expected);
    CHECK(redact_secrets(expected) == expected);
  };
  SECTION("credentials in URLs") {
    check("GOPROXY=https://mia:hunter2@proxy.corp/go,direct",
          "GOPROXY=https://REDACTED@proxy.corp/go,direct");
    check("https://0123456789abcdef@dev.azure.com/x", "https://REDACTED@dev.azure.com/x");
    check("http://u:p#ss/w@proxy:3128 next", "http://REDACTED@proxy:3128 next");
    check("ssh://mia:pw@host", "ssh://REDACTED@host");
    for (const auto* kept : {"ssh://git@github.com/a/b", "http://localhost:8080/a@b",
                             "https://proxy.example.org,direct", "http://[::1]:8080/@x",
                             "https://example.com/@scope/pkg", "git@github.com:a/b.git"}) {
      check(kept, kept);
    }
  }
  SECTION("assignments, in every notation") {
    check("export NPM_TOKEN=abc def", "export NPM_TOKEN=REDACTED def");
    check("password = \"a b\\\"c\" # d", "password = \"REDACTED\" # d");
    check("{\"token\": \"abc\", \"a\": 1}", "{\"token\": \"REDACTED\", \"a\": 1}");
    check("{'api_key':'abc'}", "{'api_key':'REDACTED'}");
    check("//registry/:_authToken=abc\n", "//registry/:_authToken=REDACTED\n");
    check("//share on /mnt/n type cifs (rw,username=x,password=y,uid=0)",
          "//share on /mnt/n type cifs (rw,username=x,password=REDACTED,uid=0)");
    check("//mia:hunter2@nas/vol /mnt/vol cifs user=mia,pass=a-b,password2=c,uid=0 0 0",
          "//REDACTED@nas/vol /mnt/vol cifs user=mia,pass=REDACTED,password2=REDACTED,uid=0 0 0");
    check("https://h/?access_token=abc&x=1", "https://h/?access_token=REDACTED&x=1");
    check("aws_secret_access_key: abc/def+g", "aws_secret_access_key: REDACTED");
    check("curl -H 'Authorization: Basic bWlhOnB3' h", "curl -H 'Authorization: REDACTED' h");
  }
  SECTION("what only looks like one") {
    for (const auto* kept : {"PATH=/opt/secret:/usr/bin", "passwd: files systemd", "token",
                             "PWD=/home", "systemd=true", "monkey=1", "Bearer of bad news",
                             "basic understanding", "password=", "tokens are listed below",
                             "//nas/a:b@c", "bypass=1", "a // b: c@d", "/etc/passwd:/etc/group"}) {
      check(kept, kept);
    }
  }
  SECTION("the shapes of well-known tokens") {
    for (const std::string token :
         {"ghp_0123456789abcdefghijABCDEFGHIJ012345", "github_pat_11AAAAAAA0abcdefghijkl_mnop",
          "glpat-abcDEF0123456789_-xy", "AKIAIOSFODNN7EXAMPLE", "xoxb-123456789012-abcdef",
          "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N"}) {
      check("see " + token + " there", "see REDACTED there");
      check("\"" + token + "\"", "\"REDACTED\"");
    }
    check("Bearer abcdefghij0123456789.x", "Bearer REDACTED");
    check("basic bWlhOmh1bnRlcjI=", "basic REDACTED");
    check("ghp_short", "ghp_short");
    check("xAKIAIOSFODNN7EXAMPLE", "xAKIAIOSFODNN7EXAMPLE");
  }
  SECTION("private keys") {
    check(
        "a\n-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n"
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\nbnNz\n-----END OPENSSH PRIVATE KEY-----\nb",
        "a\n-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n"
        "-----BEGIN OPENSSH PRIVATE KEY-----\nREDACTED\n-----END OPENSSH PRIVATE KEY-----\nb");
    CHECK_FALSE(holds(redact_secrets("-----BEGIN RSA PRIVATE KEY-----\nMIIcut"), "MIIcut"));
  }
}

TEST_CASE("variables with a telling name are secret") {
  for (const auto* name : {"GITHUB_TOKEN", "npm_token", "AWS_SECRET_ACCESS_KEY", "PGPASSWORD",
                           "MYSQL_PASSWD", "OPENAI_API_KEY", "GIT_CREDENTIALS", "NETRC_AUTH"}) {
    CHECK(is_secret_variable(name));
  }
  for (const auto* name : {"HOME", "PATH", "GOPATH", "KEYBOARD", "MONKEY", "WSL_INTEROP"}) {
    CHECK_FALSE(is_secret_variable(name));
  }
}

TEST_CASE("a login name goes wherever it stands as a word") {
  const auto check = [](const std::string& text, const std::string& expected) {
    CHECK(redact_names(names_of({"miamuster"}), text) == expected);
  };
  check("/home/miamuster/go", "/home/user/go");
  check("/mnt/c/Users/MiaMuster/x", "/mnt/c/Users/user/x");
  check(R"(C:\Users\miamuster)", R"(C:\Users\user)");
  check(R"(kernel=C:\\Users\\miamuster\\bz)", R"(kernel=C:\\Users\\user\\bz)");
  check(R"(C:\134Users\134miamuster\134x)", R"(C:\134Users\134user\134x)");
  check("miamuster@laptop: drwx miamuster miamuster", "user@laptop: drwx user user");
  check("github.com/miamuster/shop", "github.com/user/shop");
  check("miamusterschmidt miamuster2 xmiamuster", "miamusterschmidt miamuster2 xmiamuster");
  check(R"(C:\Users\MIAMUS~1\AppData\Local\Temp)", R"(C:\Users\user\AppData\Local\Temp)");
  check(R"(C:\PROGRA~1\Go)", R"(C:\PROGRA~1\Go)");
}

TEST_CASE("a name that means something to the system goes only where a login name stands") {
  const auto check = [](const std::string& name, const std::string& text,
                        const std::string& expected) {
    CHECK(redact_names(names_of({name}), text) == expected);
  };
  check("dev", "/dev/sdc /home/dev/x dev@laptop devtmpfs",
        "/dev/sdc /home/user/x user@laptop devtmpfs");
  check("max", "memory.max = max; /home/max", "memory.max = max; /home/user");
  check("lib", "/usr/lib/x /home/lib/lib", "/usr/lib/x /home/user/lib");
  check("ubuntu", "ID=ubuntu /home/ubuntu", "ID=ubuntu /home/user");
  check("al", "al is in /home/al", "al is in /home/user");
}

TEST_CASE("a Windows name with a blank goes in every spelling") {
  const Snapshot snapshot = redact(
      parsed("[windows]\nuser-profile = 'C:\\Users\\Mia Muster'\n"
             "[files]\n"
             "'/proc/mounts' = 'C:\\134Users\\134Mia\\040Muster /mnt/c/Users/Mia\\040Muster x'\n"
             "'/mnt/c/Users/Mia Muster/go.mod' = 'file:///C:/Users/Mia%20Muster/x'\n"),
      "");
  const std::string toml = to_toml(snapshot);
  CHECK_FALSE(holds(toml, "Mia"));
  CHECK_FALSE(holds(toml, "Muster"));
  CHECK(snapshot.files.contains("/mnt/c/Users/user/go.mod"));
  CHECK((*snapshot.windows)->user_profile == R"(C:\Users\user)");
}

TEST_CASE("names in UTF-16 go, too") {
  const auto wide = [](const std::string& ascii, bool big_endian) {
    std::string bytes;
    for (const char c : ascii) bytes += big_endian ? std::string{'\0', c} : std::string{c, '\0'};
    return bytes;
  };
  const PrivateNames names = names_of({"miax"});
  const std::string bom = "\xff\xfe";
  CHECK(redact_text(names, bom + wide("C:\\Users\\miax\\", false)) ==
        bom + wide("C:\\Users\\user\\", false));
  CHECK(redact_text(names, wide("miax owns it", true)) == wide("user owns it", true));
  const std::string lone_surrogate("\xff\xfe\x00\xd8\x61\x00\x62\x00", 8);
  CHECK(redact_text(names, lone_surrogate) == lone_surrogate);
}

TEST_CASE("the host's name goes, also its short form and whatever its case") {
  Snapshot snapshot = parsed(
      "[files]\n'/etc/hosts' = '127.0.1.1 desktop-4711.corp.example desktop-4711 DESKTOP-4711x'\n"
      "'/mnt/n/DESKTOP-4711/x' = 'the host'\n");
  snapshot = redact(snapshot, "DESKTOP-4711.corp.example");
  CHECK(snapshot.files.at("/etc/hosts").text == "127.0.1.1 host host DESKTOP-4711x");
  CHECK(snapshot.files.contains("/mnt/n/host/x"));
  // A name that is a common word, and one too short, would change what files say.
  const std::string text = "ID=ubuntu pc";
  CHECK(redact(parsed("comment = '" + text + "'\n"), "ubuntu").comment == text);
  CHECK(redact(parsed("comment = '" + text + "'\n"), "pc").comment == text);
}

TEST_CASE("a redacted machine is the same machine, seen by someone else") {
  const Snapshot snapshot = parsed(R"(
project = "/home/miax/work/shop"
[machine]
architecture = "x86_64"
user = "miax"
uid = 1000
[variables]
HOME = "/home/miax"
USER = "miax"
PATH = "/home/miax/go/bin:/usr/bin:/mnt/c/Users/miax/bin"
WSL_DISTRO_NAME = "Ubuntu-24.04"
GITHUB_TOKEN = "anything at all"
EMPTY_TOKEN = ""
[files]
"/home/miax/work/shop" = { link = "/mnt/c/Users/miax/shop" }
"/home/current" = { link = "miax" }
"/home/miax/.config/go/env" = { mode = 0o600, owner = 1000, text = "GOPROXY=https://miax:pw@p\n" }
"/root/x" = { error = "failed: /home/miax says no" }
[folders]
"/home" = ["guest", "miax"]
"/home/miax" = ["go", "work"]
[[commands]]
argv = ["git", "-C", "/home/miax/work/shop", "status"]
out = "miax owns it\n"
[libraries."/home/miax/lib/libstdc++.so.6"]
soname = "libstdc++.so.6"
[[ntp]]
server = "ntp.miax.example"
error = "failed: miax"
[windows]
user-profile = 'C:\Users\miax'
wslconfig = "[wsl2]\r\nkernel=C:\\\\Users\\\\miax\\\\k\r\n"
[windows.defender]
exclusion-paths = ['C:\Users\miax\shop']
[[windows.distributions]]
name = "Ubuntu-24.04"
base-path = 'C:\Users\miax\AppData\u'
[file-costs."/home/miax"]
rounds = 5
[future-files."/home/miax"]
files = [{ path = "/home/miax/a", seconds-ahead = 5 }]
)");
  const Snapshot clean = redact(snapshot, "laptop7");
  const std::string toml = to_toml(clean);
  INFO(toml);
  CHECK_FALSE(holds(toml, "miax"));
  CHECK_FALSE(holds(toml, "anything at all"));
  CHECK_FALSE(holds(toml, ":pw"));
  REQUIRE(parse_snapshot(toml));

  const SnapshotHost host(clean);
  CHECK(host.machine()->user == "user");
  CHECK(host.machine()->uid == 1000);
  CHECK(host.variable("HOME") == "/home/user");
  CHECK(host.variable("USER") == "user");
  CHECK(host.variable("GITHUB_TOKEN") == "REDACTED");
  CHECK(host.variable("EMPTY_TOKEN") == "");
  CHECK(host.variable("WSL_DISTRO_NAME") == "Ubuntu-24.04");
  CHECK(host.lstat(clean.project)->target == "/mnt/c/Users/user/shop");
  CHECK(host.lstat("/home/current/work/shop")->kind == FileKind::link);
  CHECK(host.list("/home") == std::vector<std::string>{"guest", "user"});
  const auto env = host.lstat("/home/user/.config/go/env");
  CHECK(env->size == host.read_file("/home/user/.config/go/env")->size());
  CHECK(host.run({{"git", "-C", clean.project, "status"}, {}})->out == "user owns it\n");
  CHECK(host.library("/home/user/lib/libstdc++.so.6"));
  CHECK(host.file_cost("/home/user")->rounds == 5);
  CHECK(host.future_files("/home/user")->files[0].path == "/home/user/a");
  CHECK(host.windows()->defender->exclusion_paths[0] == R"(C:\Users\user\shop)");
  CHECK(host.windows()->distributions[0].name == "Ubuntu-24.04");
  CHECK(clean.ntp.at("ntp.user.example").server == "ntp.user.example");

  CHECK(to_toml(redact(clean, "laptop7")) == toml);
}

TEST_CASE("short and common login names stay consistent, too") {
  for (const std::string name : {"al", "dev", "max"}) {
    INFO(name);
    const Snapshot clean = redact(
        parsed(
            "[machine]\nuser = '" + name + "'\n[variables]\nHOME = '/home/" + name + "'\nUSER = '" +
            name + "'\n[files]\n'/home/now' = { link = '" + name + "' }\n'/home/" + name +
            "/f' = 'x'\n'/dev/sdc' = { kind = 'device' }\n[folders]\n'/home' = ['" + name + "']\n"),
        "");
    CHECK(clean.variables.at("HOME") == "/home/user");
    CHECK(clean.variables.at("USER") == "user");
    CHECK(clean.files.at("/home/now").info->target == "user");
    CHECK(clean.files.contains("/home/user/f"));
    CHECK(clean.files.contains("/dev/sdc"));
    CHECK(clean.folders.at("/home") == std::vector<std::string>{"user"});
  }
}

TEST_CASE("root is no secret, and a machine without a user has none") {
  const Snapshot root = redact(
      parsed(
          "[machine]\nuser = 'root'\n[variables]\nHOME = '/root'\n[files]\n'/root/x' = 'root'\n"),
      "");
  CHECK((*root.machine)->user == "root");
  CHECK(root.variables.at("HOME") == "/root");
  CHECK(root.files.contains("/root/x"));
  CHECK((*redact(parsed("[machine]\nuid = 7\n"), "").machine)->user.empty());
}

TEST_CASE("a home outside /home is known by HOME") {
  const Snapshot clean = redact(
      parsed("[variables]\nHOME = '/data/people/al/'\n[files]\n'/data/people/al/x' = 'al'\n"), "");
  CHECK(clean.variables.at("HOME") == "/data/people/user/");
  CHECK(clean.files.at("/data/people/user/x").text == "al");
}

TEST_CASE("a distribution keeps its name even when someone is called so") {
  const Snapshot clean =
      redact(parsed("[machine]\nuser = 'pengwin'\n[variables]\nWSL_DISTRO_NAME = 'pengwin'\n"
                    "[files]\n'/home/pengwin/x' = 'ID=pengwin'\n"),
             "");
  CHECK(clean.variables.at("WSL_DISTRO_NAME") == "pengwin");
  CHECK(clean.files.at("/home/user/x").text == "ID=pengwin");
}
