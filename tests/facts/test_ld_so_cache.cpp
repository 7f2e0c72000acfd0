#include <algorithm>

#include "lib/base/text.h"
#include "lib/facts/ld_so_cache.h"
#include "tests/facts/this_machine.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

struct Format {
  bool big_endian = false;
  bool says_byte_order = true;  // since glibc 2.33

  std::string number(std::uint64_t value, std::size_t size = 4) const {
    std::string digits;
    for (std::size_t i = 0; i < size; ++i) digits += static_cast<char>(value >> (8 * i));
    if (big_endian) std::reverse(digits.begin(), digits.end());
    return digits;
  }
};

const std::vector<LoaderCacheEntry> two_entries{
    {"libstdc++.so.6", "/usr/lib/x86_64-linux-gnu/libstdc++.so.6", 0x0303},
    {"libstdc++.so.6", "/usr/lib/i386-linux-gnu/libstdc++.so.6", 0x0003}};

std::string cache(const Format& format, const std::vector<LoaderCacheEntry>& entries) {
  std::string table, strings;
  const std::size_t strings_at = 48 + 24 * entries.size();
  for (const LoaderCacheEntry& entry : entries) {
    const std::size_t path_at = strings_at + strings.size();
    strings += entry.path + '\0';
    // As ldconfig does it: the name is the end of the path.
    const std::size_t name_at = path_at + entry.path.size() - entry.soname.size();
    table += format.number(entry.flags) + format.number(name_at) + format.number(path_at) +
             format.number(0) + format.number(0, 8);
  }
  const char order = format.says_byte_order ? (format.big_endian ? '\3' : '\2') : '\0';
  return "glibc-ld.so.cache1.1" + format.number(entries.size()) + format.number(strings.size()) +
         order + std::string(19, '\0') + table + strings;
}

// What glibc wrote before 2.32: a table for libc5 in front.
std::string behind_old_table(const Format& format, std::size_t entries, std::size_t alignment,
                             const std::string& rest) {
  std::string old = std::string("ld.so-1.7.0") + '\0' + format.number(entries);
  old += std::string(12 * entries, '\x55');
  old.resize((old.size() + alignment - 1) / alignment * alignment, '\0');
  return old + rest;
}

}  // namespace

TEST_CASE("ld.so.cache: entries come in the cache's order, of either byte order") {
  for (const bool big_endian : {false, true}) {
    for (const bool says_byte_order : {false, true}) {
      INFO(big_endian << says_byte_order);
      CHECK(parse_ld_so_cache(cache({big_endian, says_byte_order}, two_entries)) == two_entries);
    }
  }
  CHECK(parse_ld_so_cache(cache({}, {})).value().empty());
}

TEST_CASE("ld.so.cache: the table for libc5 in front is passed over") {
  for (const bool big_endian : {false, true}) {
    const Format format{big_endian, false};
    for (const std::size_t entries : {0U, 1U, 2U, 7U}) {
      for (const std::size_t alignment : {8U, 4U}) {
        INFO(entries << " entries, aligned to " << alignment);
        CHECK(parse_ld_so_cache(behind_old_table(format, entries, alignment,
                                                 cache(format, two_entries))) == two_entries);
      }
    }
  }
  CHECK_FALSE(parse_ld_so_cache(behind_old_table({}, 3, 8, "")).has_value());
  CHECK_FALSE(parse_ld_so_cache("ld.so-1.7.0").has_value());
  CHECK_FALSE(parse_ld_so_cache("ld.so-1.7.0" + std::string(5, '\xff')).has_value());
}

TEST_CASE("ld.so.cache: what is no cache is called so") {
  for (const std::string text : {"", "glibc-ld.so.cache1.0", "musl", "\x7f\x45LF"}) {
    const auto parsed = parse_ld_so_cache(text);
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error() == "not an ld.so.cache of glibc");
  }
}

TEST_CASE("ld.so.cache: a cache cut short anywhere is an error") {
  const std::string whole = cache({}, two_entries);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    INFO(size);
    const auto parsed = parse_ld_so_cache(whole.substr(0, size));
    REQUIRE_FALSE(parsed.has_value());
    if (size >= 20) CHECK(parsed.error().find("cut short") == 0);
  }
}

TEST_CASE("ld.so.cache: wild numbers are errors") {
  const Format format;
  const std::string whole = cache(format, two_entries);
  for (const std::uint64_t wild : {0xffffffffU, 0x7fffffffU, 1000U}) {
    for (const std::size_t at : {20U, 48U + 4U, 48U + 8U, 48U + 24U + 4U}) {
      INFO(wild << " at " << at);
      std::string damaged = whole;
      damaged.replace(at, 4, format.number(wild));
      CHECK_FALSE(parse_ld_so_cache(damaged).has_value());
    }
  }
}

TEST_CASE(
    "ld.so.cache: entries that share one endless text are refused before they fill the memory") {
  const std::string path = "/" + std::string(4000, 'x');
  std::vector<LoaderCacheEntry> entries(2, {"x", path, 3});
  CHECK(parse_ld_so_cache(cache({}, entries)).has_value());

  const Format format;
  std::string bytes = "glibc-ld.so.cache1.1" + format.number(10000) + format.number(4002) + "\2" +
                      std::string(19, '\0');
  const std::size_t text_at = 48 + 24 * 10000;
  for (int i = 0; i < 10000; ++i) {
    bytes +=
        format.number(3) + format.number(text_at) + format.number(text_at) + std::string(12, '\0');
  }
  bytes += path + '\0';
  const auto parsed = parse_ld_so_cache(bytes);
  REQUIRE_FALSE(parsed.has_value());
  CHECK(parsed.error().find("overlap") != std::string::npos);
}

TEST_CASE("ld.so.cache: the ABI that a machine runs natively") {
  const auto native = [](std::uint32_t flags, std::string_view architecture) {
    return is_native_abi(LoaderCacheEntry{"libx.so", "/lib/libx.so", flags}, architecture);
  };
  CHECK(native(0x0303, "x86_64"));
  CHECK_FALSE(native(0x0003, "x86_64"));  // 32-bit
  CHECK_FALSE(native(0x0803, "x86_64"));  // x32
  CHECK_FALSE(native(0x0301, "x86_64"));  // not for glibc
  CHECK(native(0x0a03, "aarch64"));
  CHECK_FALSE(native(0x0903, "aarch64"));
  CHECK(native(0x0903, "armv7l"));
  CHECK(native(0x0003, "armv7l"));
  CHECK(native(0x0003, "i686"));
  CHECK_FALSE(native(0x0303, "i686"));
  CHECK(native(0x1003, "riscv64"));
  CHECK(native(0x1234, "vax"));
  CHECK(native(0x0303, ""));
}

TEST_CASE("ld.so.cache: the machine's own cache: the same as ldconfig prints") {
  std::vector<std::string> printed;
  std::size_t printed_native = 0;
  const std::string architecture(trim(output_of("uname -m")));
  const std::string native_words = architecture == "aarch64" ? ",AArch64" : ",x86-64";
  for (const std::string& line :
       lines(output_of("PATH=$PATH:/usr/sbin:/sbin LC_ALL=C ldconfig -p"))) {
    const std::size_t open = line.find(" (");
    const std::size_t arrow = line.find(" => ");
    if (!line.starts_with("\t") || arrow == std::string::npos) continue;
    printed.push_back(line.substr(1, open - 1) + line.substr(arrow));
    if (line.substr(0, arrow).find(native_words) != std::string::npos) ++printed_native;
  }
  REQUIRE(printed.size() > 10);

  const std::string bytes = file_bytes("/etc/ld.so.cache");
  const auto parsed = parse_ld_so_cache(bytes);
  REQUIRE(parsed.has_value());
  std::vector<std::string> found;
  for (const LoaderCacheEntry& entry : *parsed) found.push_back(entry.soname + " => " + entry.path);
  CHECK(found == printed);
  if (architecture == "x86_64" || architecture == "aarch64") {
    const auto native = std::count_if(
        parsed->begin(), parsed->end(),
        [&](const LoaderCacheEntry& entry) { return is_native_abi(entry, architecture); });
    CHECK(static_cast<std::size_t>(native) == printed_native);
  }

  for (std::size_t cut = 0; cut < 200; ++cut) {
    const auto shorter = parse_ld_so_cache(bytes.substr(0, bytes.size() * cut / 200));
    if (shorter) CHECK(*shorter == *parsed);  // only what follows the names is missing
  }
}
