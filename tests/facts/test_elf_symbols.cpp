#include <algorithm>
#include <cstdint>
#include <cstring>

#include "lib/base/text.h"
#include "lib/facts/elf_symbols.h"
#include "tests/facts/this_machine.h"
#include "tests/support/catch.h"

using namespace doctor;

namespace {

// A small shared library, put together by hand: header, two segments, names, versions, dynamic
// section, and, unless stripped, a section table at the very end.
struct Library {
  bool wide = true;
  bool big_endian = false;
  bool sections = true;

  std::string bytes;
  // Where things are, for tests that break them.
  std::size_t names = 0, versions = 0, dynamic = 0, section_table = 0;

  std::string number(std::uint64_t value, std::size_t size) const {
    std::string digits;
    for (std::size_t i = 0; i < size; ++i) digits += static_cast<char>(value >> (8 * i));
    if (big_endian) std::reverse(digits.begin(), digits.end());
    return digits;
  }
  std::string address(std::uint64_t value) const { return number(value, wide ? 8 : 4); }
  void put(std::size_t offset, std::uint64_t value, std::size_t size) {
    bytes.replace(offset, size, number(value, size));
  }
};

constexpr std::uint64_t base_address = 0x10000;
const std::string name_table = std::string("\0libtoy.so.1\0TOY_1.0\0TOY_1.10\0", 31);
constexpr std::size_t soname_at = 1, first_at = 13, second_at = 21;

std::string segment(const Library& l, std::uint32_t type, std::uint64_t offset,
                    std::uint64_t size) {
  const std::string place = l.address(base_address + offset);
  if (l.wide) {
    return l.number(type, 4) + l.number(4, 4) + l.address(offset) + place + place +
           l.address(size) + l.address(size) + l.address(8);
  }
  return l.number(type, 4) + l.address(offset) + place + place + l.address(size) + l.address(size) +
         l.number(4, 4) + l.address(8);
}

std::string section(const Library& l, std::uint32_t type, std::uint64_t offset, std::uint64_t size,
                    std::uint32_t link, std::uint32_t info) {
  return l.number(0, 4) + l.number(type, 4) + l.address(2) + l.address(base_address + offset) +
         l.address(offset) + l.address(size) + l.number(link, 4) + l.number(info, 4) +
         l.address(8) + l.address(0);
}

std::string version(const Library& l, unsigned flags, unsigned index, std::uint32_t names_of_it,
                    std::uint32_t next) {
  return l.number(1, 2) + l.number(flags, 2) + l.number(index, 2) + l.number(names_of_it, 2) +
         l.number(0x1234, 4) + l.number(20, 4) + l.number(next, 4);
}

std::string version_name(const Library& l, std::size_t name, std::uint32_t next) {
  return l.number(name, 4) + l.number(next, 4);
}

Library library(bool wide = true, bool big_endian = false, bool sections = true,
                std::uint16_t machine = 62) {
  Library l;
  l.wide = wide;
  l.big_endian = big_endian;
  l.sections = sections;
  const std::size_t header_size = wide ? 64 : 52;
  const std::size_t segment_size = wide ? 56 : 32;
  l.names = header_size + 2 * segment_size;
  l.versions = l.names + name_table.size();
  const std::string versions = version(l, 1, 1, 1, 28) + version_name(l, soname_at, 0) +
                               version(l, 0, 2, 1, 28) + version_name(l, first_at, 0) +
                               version(l, 0, 3, 2, 0) + version_name(l, second_at, 8) +
                               version_name(l, first_at, 0);
  l.dynamic = l.versions + versions.size();
  std::string dynamic;
  const auto entry = [&](std::uint64_t tag, std::uint64_t value) {
    dynamic += l.address(tag) + l.address(value);
  };
  entry(1, second_at);
  entry(14, soname_at);
  entry(5, base_address + l.names);
  entry(10, name_table.size());
  entry(0x6ffffffc, base_address + l.versions);
  entry(0x6ffffffd, 3);
  entry(0, 0);
  const std::size_t end = l.dynamic + dynamic.size();
  l.section_table = sections ? end : 0;

  l.bytes = std::string("\x7f\x45LF") + (wide ? '\2' : '\1') + (big_endian ? '\2' : '\1') + '\1' +
            std::string(9, '\0');
  l.bytes += l.number(3, 2) + l.number(machine, 2) + l.number(1, 4) + l.address(0) +
             l.address(header_size) + l.address(l.section_table) + l.number(0, 4) +
             l.number(header_size, 2) + l.number(segment_size, 2) + l.number(2, 2) +
             l.number(wide ? 64 : 40, 2) + l.number(sections ? 4 : 0, 2) + l.number(0, 2);
  l.bytes += segment(l, 1, 0, end) + segment(l, 2, l.dynamic, dynamic.size());
  l.bytes += name_table + versions + dynamic;
  if (sections) {
    l.bytes += section(l, 0, 0, 0, 0, 0);
    l.bytes += section(l, 3, l.names, name_table.size(), 0, 0);
    l.bytes += section(l, 0x6ffffffd, l.versions, versions.size(), 1, 3);
    l.bytes += section(l, 6, l.dynamic, dynamic.size(), 1, 0);
  }
  return l;
}

LibrarySymbols toy(const std::string& machine) {
  return {"libtoy.so.1", machine, {"TOY_1.0", "TOY_1.10"}};
}

void check_is_error(const std::string& bytes) {
  const auto parsed = parse_elf_symbols(bytes);
  REQUIRE_FALSE(parsed.has_value());
  CHECK_FALSE(parsed.error().empty());
}

std::string first_path_of(const std::string& soname) {
  const std::string listed = output_of("PATH=$PATH:/usr/sbin:/sbin ldconfig -p");
  for (const std::string& line : lines(listed)) {
    if (trim(line).starts_with(soname + " ")) return line.substr(line.find("=> ") + 3);
  }
  throw std::runtime_error("ldconfig -p lists no " + soname);
}

LibrarySymbols as_readelf_tells(const std::string& path) {
  LibrarySymbols library;
  for (const std::string& line : lines(output_of("LC_ALL=C readelf -dVW '" + path + "'"))) {
    const std::size_t soname = line.find("Library soname: [");
    if (soname != std::string::npos) {
      library.soname = line.substr(soname + 17, line.rfind(']') - soname - 17);
    }
    const std::size_t name = line.find("Name: ");
    const bool defines = line.find("Rev: ") != std::string::npos;
    if (defines && name != std::string::npos && line.find("BASE") == std::string::npos) {
      library.versions.emplace_back(trim(line.substr(name + 6)));
    }
  }
  library.machine = trim(output_of("uname -m"));
  return library;
}

}  // namespace

TEST_CASE("ELF: versions are found through sections and without them, in every kind of file") {
  for (const bool wide : {true, false}) {
    for (const bool big_endian : {true, false}) {
      for (const bool sections : {true, false}) {
        INFO("wide " << wide << ", big endian " << big_endian << ", sections " << sections);
        CHECK(parse_elf_symbols(library(wide, big_endian, sections).bytes) == toy("x86_64"));
      }
    }
  }
}

TEST_CASE("ELF: the machine has its usual name") {
  CHECK(parse_elf_symbols(library(true, false, true, 183).bytes)->machine == "aarch64");
  CHECK(parse_elf_symbols(library(false, false, true, 40).bytes)->machine == "arm");
  CHECK(parse_elf_symbols(library(false, false, true, 3).bytes)->machine == "i386");
  CHECK(parse_elf_symbols(library(true, true, true, 22).bytes)->machine == "machine 22");
}

TEST_CASE("ELF: a library without versions has none, and that is no error") {
  Library l = library();
  l.put(l.section_table + 2 * 64 + 4, 1, 4);  // the versions' section becomes an ordinary one
  CHECK(parse_elf_symbols(l.bytes) == LibrarySymbols{"libtoy.so.1", "x86_64", {}});

  Library stripped = library(true, false, false);
  stripped.put(stripped.dynamic + 4 * 16, 0, 8);  // the dynamic section ends before its versions
  CHECK(parse_elf_symbols(stripped.bytes) == LibrarySymbols{"libtoy.so.1", "x86_64", {}});
  stripped.put(64 + 56, 7, 4);  // no dynamic segment: a static program
  CHECK(parse_elf_symbols(stripped.bytes) == LibrarySymbols{"", "x86_64", {}});
}

TEST_CASE("ELF: what is no ELF file is called so") {
  for (const char* text : {"", "\x7f", "\x7f\x45L", "/* GNU ld script */\nGROUP ( libc.so.6 )\n",
                           "MZ\x90", "#!/bin/sh\n"}) {
    const auto parsed = parse_elf_symbols(text);
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error() == "not an ELF file");
  }
  Library l = library();
  l.bytes[4] = '\3';
  check_is_error(l.bytes);
  l = library();
  l.bytes[5] = '\0';
  check_is_error(l.bytes);
}

TEST_CASE("ELF: a file cut short anywhere is an error") {
  for (const bool wide : {true, false}) {
    const std::string whole = library(wide).bytes;
    for (std::size_t size = 0; size < whole.size(); ++size) {
      INFO(size);
      const auto parsed = parse_elf_symbols(whole.substr(0, size));
      REQUIRE_FALSE(parsed.has_value());
      if (size >= 4) CHECK(parsed.error().find("cut short") == 0);
    }
    // Without sections only what is needed must be there.
    const Library stripped = library(wide, false, false);
    for (std::size_t size = 0; size < stripped.bytes.size(); ++size) {
      INFO(size);
      check_is_error(stripped.bytes.substr(0, size));
    }
  }
}

TEST_CASE("ELF: wild numbers are errors") {
  const std::uint64_t wild[] = {0xffffffff, 0x7fffffff, 0xfffffff0, 100000};
  for (const bool wide : {true, false}) {
    const std::size_t word = wide ? 8 : 4;
    const std::size_t row = wide ? 64 : 40;
    for (std::uint64_t value : wild) {
      const auto broken = [&](bool sections, auto&& damage) {
        Library l = library(wide, false, sections);
        damage(l);
        check_is_error(l.bytes);
      };
      const auto versions_row = [&](const Library& l) { return l.section_table + 2 * row; };
      INFO("wide " << wide << ", value " << value);
      broken(true, [&](Library& l) { l.put(wide ? 40 : 32, value, word); });  // section table
      broken(true, [&](Library& l) { l.put(wide ? 60 : 48, 0xffff, 2); });    // their number
      broken(true, [&](Library& l) { l.put(wide ? 58 : 46, 1, 2); });         // their size
      broken(true, [&](Library& l) { l.put(versions_row(l) + (wide ? 24 : 16), value, word); });
      broken(true, [&](Library& l) { l.put(versions_row(l) + (wide ? 32 : 20), value, word); });
      broken(true, [&](Library& l) { l.put(versions_row(l) + (wide ? 40 : 24), value, 4); });
      broken(true, [&](Library& l) { l.put(l.versions + 28 + 12, value, 4); });  // vd_aux
      broken(true, [&](Library& l) { l.put(l.versions + 28 + 16, value, 4); });  // vd_next
      broken(true, [&](Library& l) { l.put(l.versions + 28 + 20, value, 4); });  // vda_name
      broken(false, [&](Library& l) { l.put(wide ? 32 : 28, value, word); });    // segment table
      broken(false, [&](Library& l) { l.put(wide ? 54 : 42, 1, 2); });
      broken(false, [&](Library& l) { l.put(l.dynamic + 3 * word, value, word); });  // DT_SONAME
      broken(false, [&](Library& l) { l.put(l.dynamic + 5 * word, value, word); });  // DT_STRTAB
      broken(false, [&](Library& l) { l.put(l.dynamic + 7 * word, value, word); });  // DT_STRSZ
      broken(false, [&](Library& l) { l.put(l.dynamic + 9 * word, value, word); });  // DT_VERDEF
    }
    Library huge = library(wide);
    huge.put(huge.section_table + 2 * row + (wide ? 24 : 16), wide ? ~0ULL : 0xffffffff, word);
    check_is_error(huge.bytes);
    huge = library(wide);
    huge.put(huge.section_table + 2 * row + (wide ? 32 : 20), wide ? ~0ULL : 0xffffffff, word);
    check_is_error(huge.bytes);
  }
}

TEST_CASE("ELF: every byte of a small file may be anything") {
  for (const bool sections : {true, false}) {
    const std::string whole = library(true, false, sections).bytes;
    for (std::size_t at = 0; at < whole.size(); ++at) {
      for (const char value : {'\0', '\1', '\x7f', '\xff'}) {
        std::string damaged = whole;
        damaged[at] = value;
        const auto parsed = parse_elf_symbols(damaged);
        if (parsed) CHECK(parsed->versions.size() <= 3);
      }
    }
  }
}

TEST_CASE("ELF: versions that lead back to themselves come to an end") {
  Library l = library();
  // The highest number that a file can hold leads backwards only if sums wrap around; they do not.
  l.put(l.versions + 28 + 16, 0xffffffe4, 4);
  check_is_error(l.bytes);
  // A claim of endlessly many.
  l = library();
  l.put(l.section_table + 2 * 64 + 44, 0xffffffff, 4);
  check_is_error(l.bytes);
  // More are claimed than the chain has: the chain ends it.
  l.put(l.section_table + 2 * 64 + 44, 100, 4);
  CHECK(parse_elf_symbols(l.bytes) == toy("x86_64"));
}

TEST_CASE("ELF: a name that does not end is an error") {
  Library l = library();
  l.bytes.replace(l.names + second_at, 10, 10, 'x');
  check_is_error(l.bytes);
}

TEST_CASE("ELF: the machine's own libraries: the same as readelf tells") {
  for (const char* soname : {"libstdc++.so.6", "libc.so.6"}) {
    INFO(soname);
    const std::string path = first_path_of(soname);
    const LibrarySymbols expected_symbols = as_readelf_tells(path);
    REQUIRE(expected_symbols.versions.size() > 20);
    const std::string bytes = file_bytes(path);
    const auto parsed = parse_elf_symbols(bytes);
    REQUIRE(parsed.has_value());
    CHECK(*parsed == expected_symbols);

    // The same through the dynamic segment, as if the section table were stripped.
    std::string stripped = bytes;
    const bool wide = bytes[4] == 2;
    std::memset(stripped.data() + (wide ? 40 : 32), 0, wide ? 8 : 4);
    CHECK(parse_elf_symbols(stripped) == expected_symbols);

    for (std::size_t cut = 0; cut < 200; ++cut) {
      const std::size_t size = bytes.size() * cut / 200;
      INFO("cut at " << size);
      CHECK_FALSE(parse_elf_symbols(bytes.substr(0, size)).has_value());
      const auto without_sections = parse_elf_symbols(stripped.substr(0, size));
      if (without_sections) CHECK(*without_sections == expected_symbols);
    }
  }
}
