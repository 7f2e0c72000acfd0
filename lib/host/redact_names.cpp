#include <algorithm>
#include <array>

#include "lib/base/text.h"
#include "lib/base/utf8.h"
#include "lib/host/redact_text.h"

namespace doctor {

namespace {

constexpr std::size_t least_word = 3;  // a shorter name is all over any text

// Sorted. Names of folders, formats, keywords and distributions, and the stock account names.
constexpr auto common_words = std::to_array<std::string_view>({
    "aarch64",       "access",      "active",     "admin",
    "administrator", "all",         "alma",       "alpine",
    "amd64",         "aname",       "any",        "api",
    "app",           "apps",        "arch",       "arm",
    "arm64",         "auto",        "automatic",  "automount",
    "backup",        "bash",        "bin",        "blkio",
    "boot",          "build",       "bus",        "cache",
    "centos",        "cgroup",      "cgroup2",    "chrony",
    "cifs",          "clang",       "client",     "clock",
    "cmd",           "code",        "codespace",  "command",
    "conf",          "config",      "container",  "controllers",
    "cpu",           "cpuset",      "daemon",     "data",
    "date",          "debian",      "default",    "degraded",
    "dev",           "device",      "devices",    "disabled",
    "disk",          "dns",         "docker",     "drive",
    "drivers",       "drvfs",       "enabled",    "error",
    "etc",           "event",       "exe",        "exited",
    "ext4",          "fail",        "failed",     "false",
    "fedora",        "file",        "fish",       "flags",
    "freezer",       "fuse",        "games",      "gcc",
    "git",           "gitpod",      "glibc",      "gnu",
    "go1",           "gobin",       "gocache",    "gomodcache",
    "gopath",        "gopls",       "goroot",     "gotmpdir",
    "group",         "guest",       "home",       "host",
    "hosts",         "hugetlb",     "hybrid",     "inactive",
    "include",       "info",        "init",       "interop",
    "interpreter",   "io",          "irc",        "java",
    "jenkins",       "kali",        "kernel",     "kernelcommandline",
    "key",           "lib",         "lib64",      "libc",
    "linux",         "linuxbrew",   "list",       "loaded",
    "local",         "localhost",   "log",        "login",
    "lxfs",          "machine",     "magic",      "mail",
    "main",          "maintenance", "man",        "manual",
    "master",        "max",         "media",      "memory",
    "microsoft",     "min",         "misc",       "mnt",
    "mod",           "mode",        "mount",      "msize",
    "musl",          "name",        "nameserver", "net",
    "network",       "news",        "nfs",        "nix",
    "nixos",         "nobody",      "node",       "none",
    "normal",        "ntp",         "off",        "offline",
    "offset",        "online",      "open",       "opensuse",
    "opt",           "options",     "oracle",     "origin",
    "overlay",       "passwd",      "path",       "perf",
    "perl",          "pids",        "pkg",        "powershell",
    "proc",          "processors",  "project",    "projects",
    "proxy",         "public",      "pwsh",       "python",
    "ram",           "rdma",        "resolv",     "rhel",
    "rocky",         "root",        "rslave",     "run",
    "runner",        "running",     "sbin",       "search",
    "server",        "service",     "session",    "share",
    "shell",         "size",        "snap",       "src",
    "srv",           "ssh",         "start",      "starting",
    "state",         "stopped",     "stopping",   "store",
    "sum",           "suse",        "swap",       "sync",
    "sys",           "sysfs",       "system",     "systemd",
    "target",        "test",        "time",       "tmp",
    "tmpfs",         "tool",        "tools",      "trans",
    "true",          "tty",         "type",       "ubuntu",
    "ubuntu22",      "unified",     "unit",       "unix",
    "unknown",       "user",        "users",      "usr",
    "value",         "var",         "vendor",     "version",
    "virtiofs",      "void",        "vscode",     "waiting",
    "warn",          "warning",     "windows",    "work",
    "workspace",     "wsl",         "wsl2",       "wslg",
    "www",           "xfs",         "yes",        "zsh",
});
static_assert(std::ranges::is_sorted(common_words));

bool is_word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// /proc's tables write a backslash as \134 and a blank as \040, whose last digit begins no word.
bool ends_with_octal_escape(std::string_view text) {
  if (text.size() < 4 || text[text.size() - 4] != '\\') return false;
  return std::ranges::all_of(text.substr(text.size() - 3),
                             [](char c) { return c >= '0' && c <= '7'; });
}

bool is_boundary_before(std::string_view before) {
  return before.empty() || !is_word_char(before.back()) || ends_with_octal_escape(before);
}

// Takes the slashes at the end off: "/", "\", "\\" (escaped in JSON and .wslconfig), "\134".
std::string_view without_separators(std::string_view text) {
  for (;;) {
    if (text.ends_with("\\134")) {
      text.remove_suffix(4);
    } else if (text.ends_with('/') || text.ends_with('\\')) {
      text.remove_suffix(1);
    } else {
      return text;
    }
  }
}

// Does a login name stand here: right below a folder that homes lie in?
bool is_below_homes(const PrivateNames& names, std::string_view lower_before) {
  const auto folder = without_separators(lower_before);
  if (folder.size() == lower_before.size()) return false;
  return std::ranges::any_of(names.home_parents, [&](const std::string& parent) {
    return folder.ends_with(parent) &&
           is_boundary_before(folder.substr(0, folder.size() - parent.size()));
  });
}

// Replaces `name` wherever it stands as a word of its own and `applies` says so.
template <class Applies>
std::string replace_name(std::string_view text, const std::string& name, std::string_view by,
                         Applies applies) {
  const std::string lower = to_lower(text);
  const std::string_view all = lower;
  std::string result;
  std::size_t from = 0;
  for (auto at = lower.find(name); at != std::string::npos; at = lower.find(name, at + 1)) {
    const auto before = all.substr(0, at);
    const auto after = all.substr(at + name.size());
    const bool is_word =
        is_boundary_before(before) && (after.empty() || !is_word_char(after.front()));
    if (at < from || !is_word || !applies(before, after)) continue;
    result += text.substr(from, at - from);
    result += by;
    from = at + name.size();
  }
  result += text.substr(from);
  return result;
}

bool may_stand_alone(const PrivateNames& names, const std::string& name) {
  return name.size() >= least_word && !is_common_word(name) && !names.kept.contains(name);
}

// C:\Users\MIAMUS~1, as TEMP often has it.
std::string replace_short_names(const PrivateNames& names, std::string_view text) {
  const std::string lower = to_lower(text);
  const std::string_view all = lower;
  std::string result;
  std::size_t from = 0;
  for (auto tilde = all.find('~'); tilde != std::string_view::npos;
       tilde = all.find('~', tilde + 1)) {
    std::size_t start = tilde;
    while (start > 0 && tilde - start < 6 && is_word_char(all[start - 1]) &&
           !ends_with_octal_escape(all.substr(0, start))) {
      --start;
    }
    const bool is_short_name = start < tilde && start >= from && tilde + 1 < all.size() &&
                               all[tilde + 1] >= '1' && all[tilde + 1] <= '9' &&
                               is_below_homes(names, all.substr(0, start));
    if (!is_short_name) continue;
    result += text.substr(from, start - from);
    result += "user";
    from = tilde + 2;
  }
  result += text.substr(from);
  return result;
}

enum class Utf16 { none, little, big };

// Windows' programs print UTF-16 into pipes, mostly without a BOM.
Utf16 utf16_kind(std::string_view text) {
  if (text.size() < 4 || text.size() % 2 != 0) return Utf16::none;
  std::size_t even = 0, odd = 0;
  for (std::size_t i = 0; i < text.size(); ++i) (i % 2 == 0 ? even : odd) += text[i] == '\0';
  const std::size_t most = text.size() / 4;
  if (text.starts_with("\xff\xfe") || odd > most) return Utf16::little;
  return text.starts_with("\xfe\xff") || even > most ? Utf16::big : Utf16::none;
}

std::string to_utf16(std::string_view utf8, Utf16 kind) {
  std::string bytes;
  const auto add = [&](std::uint32_t unit) {
    const char high = static_cast<char>(unit >> 8 & 0xff), low = static_cast<char>(unit & 0xff);
    bytes += kind == Utf16::big ? high : low;
    bytes += kind == Utf16::big ? low : high;
  };
  while (!utf8.empty()) {
    const auto point = first_code_point(utf8).value_or(CodePoint{0xfffd, 1});
    if (point.value < 0x10000) {
      add(point.value);
    } else {
      add(0xd800 + ((point.value - 0x10000) >> 10));
      add(0xdc00 + ((point.value - 0x10000) & 0x3ff));
    }
    utf8.remove_prefix(point.length);
  }
  return bytes;
}

}  // namespace

bool is_common_word(std::string_view lower_case_word) {
  return std::ranges::binary_search(common_words, lower_case_word);
}

std::string redact_names(const PrivateNames& names, std::string_view text) {
  std::string result(text);
  for (const std::string& host : names.hosts) {
    if (!may_stand_alone(names, host)) continue;
    result = replace_name(result, host, "host", [](auto, auto) { return true; });
  }
  for (const std::string& user : names.users) {
    const bool anywhere = may_stand_alone(names, user);
    result = replace_name(result, user, "user", [&](auto before, auto after) {
      return anywhere || after.starts_with('@') || is_below_homes(names, before);
    });
  }
  return replace_short_names(names, result);
}

std::string redact_text(const PrivateNames& names, std::string_view text) {
  const Utf16 kind = utf16_kind(text);
  if (kind == Utf16::none) return redact_names(names, redact_secrets(text));
  const bool has_bom = text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff");
  const auto mark = text.substr(0, has_bom ? 2 : 0);
  const std::string utf8 = utf16_to_utf8(text.substr(mark.size()), kind == Utf16::big);
  const std::string clean = redact_names(names, redact_secrets(utf8));
  return clean == utf8 ? std::string(text) : std::string(mark) + to_utf16(clean, kind);
}

}  // namespace doctor
