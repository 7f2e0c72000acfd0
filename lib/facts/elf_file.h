#pragma once

// The skeleton of an ELF file: header, sections and segments. Nothing is trusted: every range is
// checked against the file before a byte of it is read. Source: System V ABI, chapter 4 and 5.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/expected.h"

namespace doctor {

template <class Value>
using ElfResult = expected<Value, std::string>;

struct ElfRange {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

// A structure that lies in the file as a whole. Numbers are in the file's byte order.
class ElfRecord {
 public:
  ElfRecord(std::string_view bytes, bool big_endian) : bytes_(bytes), big_endian_(big_endian) {}

  std::uint64_t number(std::size_t offset, std::size_t size) const;
  std::uint16_t u16(std::size_t offset) const {
    return static_cast<std::uint16_t>(number(offset, 2));
  }
  std::uint32_t u32(std::size_t offset) const {
    return static_cast<std::uint32_t>(number(offset, 4));
  }

 private:
  std::string_view bytes_;
  bool big_endian_;
};

// The whole file and how its numbers are written.
struct ElfFile {
  std::string_view bytes;
  bool wide = true;  // 64-bit
  bool big_endian = false;
  std::uint16_t machine = 0;

  bool holds(ElfRange range) const;
  ElfResult<ElfRecord> record(ElfRange range, std::string_view what) const;
  ElfResult<ElfRecord> header() const;

  // A field as big as an address, whose place and size differ between the two classes.
  std::uint64_t address(const ElfRecord& record, std::size_t offset32, std::size_t offset64) const;
};

struct ElfSection {
  std::uint32_t type = 0;
  std::uint32_t link = 0;
  std::uint32_t info = 0;
  ElfRange range;
};

struct ElfSegment {
  std::uint32_t type = 0;
  ElfRange range;
  std::uint64_t address = 0;
};

ElfResult<ElfFile> open_elf(std::string_view bytes);

// Both tables may be missing from a file: that is no error. The ranges in them are as written.
ElfResult<std::vector<ElfSection>> read_sections(const ElfFile& elf);
ElfResult<std::vector<ElfSegment>> read_segments(const ElfFile& elf);

// "cut short: the section table at byte 70000 is not within the file's 65536 bytes"
std::string cut_short(const ElfFile& elf, std::string_view what, std::uint64_t offset);

}  // namespace doctor
