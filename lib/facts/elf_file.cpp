#include "lib/facts/elf_file.h"

#include <algorithm>

namespace doctor {
namespace {

// A table of `count` entries of the same size, as the header describes it.
struct Table {
  std::uint64_t offset = 0;
  std::uint64_t entry = 0;
  std::uint64_t count = 0;
};

// The entries of a table, the last one included, are in the file and as big as they must be.
ElfResult<std::vector<ElfRecord>> read_table(const ElfFile& elf, const Table& table,
                                             std::uint64_t least_entry, std::string_view what) {
  std::vector<ElfRecord> records;
  if (table.offset == 0 || table.count == 0) return records;
  if (table.entry < least_entry) {
    return unexpected(std::string(what) + " has entries of " + std::to_string(table.entry) +
                      " bytes");
  }
  if (!elf.holds({table.offset, table.count * table.entry})) {
    return unexpected(cut_short(elf, what, table.offset));
  }
  for (std::uint64_t i = 0; i < table.count; ++i) {
    auto record = elf.record({table.offset + i * table.entry, table.entry}, what);
    if (!record) return unexpected(record.error());
    records.push_back(*record);
  }
  return records;
}

}  // namespace

std::uint64_t ElfRecord::number(std::size_t offset, std::size_t size) const {
  const std::string_view digits = bytes_.substr(offset, size);
  std::uint64_t value = 0;
  const auto append = [&](char digit) { value = value << 8 | static_cast<unsigned char>(digit); };
  if (big_endian_) {
    std::for_each(digits.begin(), digits.end(), append);
  } else {
    std::for_each(digits.rbegin(), digits.rend(), append);
  }
  return value;
}

bool ElfFile::holds(ElfRange range) const {
  return range.offset <= bytes.size() && range.size <= bytes.size() - range.offset;
}

ElfResult<ElfRecord> ElfFile::record(ElfRange range, std::string_view what) const {
  if (!holds(range)) return unexpected(cut_short(*this, what, range.offset));
  return ElfRecord(
      bytes.substr(static_cast<std::size_t>(range.offset), static_cast<std::size_t>(range.size)),
      big_endian);
}

ElfResult<ElfRecord> ElfFile::header() const {
  return record({0, wide ? 64U : 52U}, "the header");
}

std::uint64_t ElfFile::address(const ElfRecord& record, std::size_t offset32,
                               std::size_t offset64) const {
  return wide ? record.number(offset64, 8) : record.number(offset32, 4);
}

std::string cut_short(const ElfFile& elf, std::string_view what, std::uint64_t offset) {
  return "cut short: " + std::string(what) + " at byte " + std::to_string(offset) +
         " is not within the file's " + std::to_string(elf.bytes.size()) + " bytes";
}

ElfResult<ElfFile> open_elf(std::string_view bytes) {
  constexpr std::string_view magic = "\x7f\x45LF";
  if (!bytes.starts_with(magic)) return unexpected(std::string("not an ELF file"));
  ElfFile elf{bytes, true, false, 0};
  if (bytes.size() < 16) return unexpected(cut_short(elf, "the header", 0));
  const char word_size = bytes[4];
  const char byte_order = bytes[5];
  if ((word_size != 1 && word_size != 2) || (byte_order != 1 && byte_order != 2)) {
    return unexpected(std::string("an ELF file of unknown word size or byte order"));
  }
  elf.wide = word_size == 2;
  elf.big_endian = byte_order == 2;
  const auto header = elf.header();
  if (!header) return unexpected(header.error());
  elf.machine = header->u16(18);
  return elf;
}

ElfResult<std::vector<ElfSection>> read_sections(const ElfFile& elf) {
  const auto header = elf.header();
  if (!header) return unexpected(header.error());
  const Table table{elf.address(*header, 32, 40), header->u16(elf.wide ? 58 : 46),
                    header->u16(elf.wide ? 60 : 48)};
  const auto records = read_table(elf, table, elf.wide ? 64 : 40, "the section table");
  if (!records) return unexpected(records.error());

  std::vector<ElfSection> sections;
  for (const ElfRecord& record : *records) {
    sections.push_back({record.u32(4),
                        record.u32(elf.wide ? 40 : 24),
                        record.u32(elf.wide ? 44 : 28),
                        {elf.address(record, 16, 24), elf.address(record, 20, 32)}});
  }
  return sections;
}

ElfResult<std::vector<ElfSegment>> read_segments(const ElfFile& elf) {
  const auto header = elf.header();
  if (!header) return unexpected(header.error());
  const Table table{elf.address(*header, 28, 32), header->u16(elf.wide ? 54 : 42),
                    header->u16(elf.wide ? 56 : 44)};
  const auto records = read_table(elf, table, elf.wide ? 56 : 32, "the segment table");
  if (!records) return unexpected(records.error());

  std::vector<ElfSegment> segments;
  for (const ElfRecord& record : *records) {
    segments.push_back({record.u32(0),
                        {elf.address(record, 4, 8), elf.address(record, 16, 32)},
                        elf.address(record, 8, 16)});
  }
  return segments;
}

}  // namespace doctor
