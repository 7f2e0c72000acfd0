#include "lib/facts/elf_symbols.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "lib/facts/elf_file.h"

namespace doctor {
namespace {

constexpr std::uint32_t section_dynamic = 6;
constexpr std::uint32_t section_versions = 0x6ffffffd;  // SHT_GNU_verdef
constexpr std::uint32_t segment_load = 1;
constexpr std::uint32_t segment_dynamic = 2;
constexpr std::uint64_t tag_strings = 5;                 // DT_STRTAB
constexpr std::uint64_t tag_strings_size = 10;           // DT_STRSZ
constexpr std::uint64_t tag_soname = 14;                 // DT_SONAME
constexpr std::uint64_t tag_versions = 0x6ffffffc;       // DT_VERDEF
constexpr std::uint64_t tag_version_count = 0x6ffffffd;  // DT_VERDEFNUM
constexpr std::uint16_t flag_base = 1;                   // VER_FLG_BASE: the library itself

constexpr std::uint64_t version_size = 20;      // Elf64_Verdef, and Elf32_Verdef
constexpr std::uint64_t version_name_size = 8;  // Elf64_Verdaux, and Elf32_Verdaux
// A version's index has 15 bits, and names are short; more is no library, and would cost memory.
constexpr std::uint64_t most_versions = 0x7fff;
constexpr std::size_t longest_name = 255;

// What both ways through a file lead to.
struct VersionTable {
  std::optional<ElfRange> versions;  // from here to the end of their section or of the file
  std::uint64_t version_count = 0;
  ElfRange version_strings;             // the names of the versions
  std::optional<std::uint64_t> soname;  // in soname_strings
  ElfRange soname_strings;
};

struct Dynamic {
  std::optional<std::uint64_t> strings, strings_size, soname, versions, version_count;
};

Dynamic read_dynamic(const ElfFile& elf, ElfRange range) {
  Dynamic dynamic;
  const std::uint64_t entry = elf.wide ? 16 : 8;
  for (std::uint64_t at = 0; range.size - at >= entry; at += entry) {
    const auto record = elf.record({range.offset + at, entry}, "the dynamic section");
    if (!record) return dynamic;
    const std::uint64_t tag = elf.address(*record, 0, 0);
    const std::uint64_t value = elf.address(*record, 4, 8);
    if (tag == 0) break;
    if (tag == tag_strings) dynamic.strings = value;
    if (tag == tag_strings_size) dynamic.strings_size = value;
    if (tag == tag_soname) dynamic.soname = value;
    if (tag == tag_versions) dynamic.versions = value;
    if (tag == tag_version_count) dynamic.version_count = value;
  }
  return dynamic;
}

ElfResult<ElfRange> strings_of(const ElfFile& elf, const std::vector<ElfSection>& sections,
                               const ElfSection& section) {
  if (section.link >= sections.size()) {
    return unexpected(std::string("a section names strings in a section that does not exist"));
  }
  const ElfRange range = sections[section.link].range;
  if (!elf.holds(range)) {
    return unexpected(cut_short(elf, "the table of names", range.offset));
  }
  return range;
}

ElfResult<VersionTable> find_by_sections(const ElfFile& elf,
                                         const std::vector<ElfSection>& sections) {
  VersionTable found;
  for (const ElfSection& section : sections) {
    if (section.type != section_dynamic && section.type != section_versions) continue;
    if (!elf.holds(section.range)) {
      return unexpected(cut_short(elf, "a section", section.range.offset));
    }
    const auto strings = strings_of(elf, sections, section);
    if (!strings) return unexpected(strings.error());
    if (section.type == section_versions) {
      found.versions = section.range;
      found.version_count = section.info;
      found.version_strings = *strings;
    } else {
      found.soname = read_dynamic(elf, section.range).soname;
      found.soname_strings = *strings;
    }
  }
  return found;
}

// From an address in memory to the bytes of the file from there to the end of their segment.
std::optional<ElfRange> at_address(const std::vector<ElfSegment>& segments, std::uint64_t address) {
  for (const ElfSegment& segment : segments) {
    if (segment.type != segment_load || address < segment.address) continue;
    const std::uint64_t within = address - segment.address;
    if (within >= segment.range.size || segment.range.offset + within < within) continue;
    return ElfRange{segment.range.offset + within, segment.range.size - within};
  }
  return std::nullopt;
}

ElfResult<VersionTable> find_by_segments(const ElfFile& elf,
                                         const std::vector<ElfSegment>& segments) {
  const auto segment = std::ranges::find(segments, segment_dynamic, &ElfSegment::type);
  if (segment == segments.end()) return VersionTable{};
  if (!elf.holds(segment->range)) {
    return unexpected(cut_short(elf, "the dynamic segment", segment->range.offset));
  }
  const Dynamic dynamic = read_dynamic(elf, segment->range);
  if (!dynamic.soname && !dynamic.versions) return VersionTable{};

  auto strings = at_address(segments, dynamic.strings.value_or(0));
  if (!strings || !dynamic.strings_size || *dynamic.strings_size > strings->size) {
    return unexpected(std::string("the dynamic segment names no table of names in the file"));
  }
  strings->size = *dynamic.strings_size;
  if (!elf.holds(*strings)) {
    return unexpected(cut_short(elf, "the table of names", strings->offset));
  }
  VersionTable found;
  found.soname = dynamic.soname;
  found.soname_strings = found.version_strings = *strings;
  if (!dynamic.versions) return found;
  found.versions = at_address(segments, *dynamic.versions);
  found.version_count = dynamic.version_count.value_or(0);
  if (!found.versions) {
    return unexpected(std::string("the symbol versions are at an address outside of the file"));
  }
  return found;
}

ElfResult<std::string> read_name(const ElfFile& elf, ElfRange strings, std::uint64_t offset) {
  if (offset >= strings.size) {
    return unexpected(cut_short(elf, "a name", strings.offset + offset));
  }
  const std::string_view text = elf.bytes.substr(static_cast<std::size_t>(strings.offset + offset),
                                                 static_cast<std::size_t>(strings.size - offset));
  const std::string_view start = text.substr(0, longest_name + 1);
  const std::size_t end = start.find('\0');
  if (end == std::string_view::npos) {
    return unexpected("the name at byte " + std::to_string(strings.offset + offset) +
                      " does not end");
  }
  return std::string(start.substr(0, end));
}

ElfResult<std::vector<std::string>> read_versions(const ElfFile& elf, const VersionTable& found) {
  std::vector<std::string> names;
  if (!found.versions) return names;
  if (found.version_count > most_versions) {
    return unexpected("it claims to define " + std::to_string(found.version_count) +
                      " symbol versions");
  }
  std::uint64_t at = found.versions->offset;
  for (std::uint64_t i = 0; i < found.version_count; ++i) {
    const auto version = elf.record({at, version_size}, "a symbol version");
    if (!version) return unexpected(version.error());
    if (version->u16(0) != 1) {
      return unexpected("the symbol version at byte " + std::to_string(at) +
                        " is of an unknown format");
    }
    if ((version->u16(2) & flag_base) == 0) {
      const auto entry =
          elf.record({at + version->u32(12), version_name_size}, "the name of a symbol version");
      if (!entry) return unexpected(entry.error());
      auto name = read_name(elf, found.version_strings, entry->u32(0));
      if (!name) return unexpected(name.error());
      names.push_back(std::move(*name));
    }
    const std::uint32_t next = version->u32(16);
    if (next == 0) break;
    at += next;
  }
  return names;
}

std::string machine_name(std::uint16_t machine) {
  switch (machine) {
    case 3:
      return "i386";
    case 40:
      return "arm";
    case 62:
      return "x86_64";
    case 183:
      return "aarch64";
    default:
      return "machine " + std::to_string(machine);
  }
}

ElfResult<VersionTable> find_versions(const ElfFile& elf) {
  const auto sections = read_sections(elf);
  if (!sections) return unexpected(sections.error());
  if (!sections->empty()) return find_by_sections(elf, *sections);
  const auto segments = read_segments(elf);
  if (!segments) return unexpected(segments.error());
  return find_by_segments(elf, *segments);
}

}  // namespace

expected<LibrarySymbols, std::string> parse_elf_symbols(std::string_view bytes) {
  const auto elf = open_elf(bytes);
  if (!elf) return unexpected(elf.error());
  const auto found = find_versions(*elf);
  if (!found) return unexpected(found.error());

  LibrarySymbols library;
  library.machine = machine_name(elf->machine);
  if (found->soname) {
    auto soname = read_name(*elf, found->soname_strings, *found->soname);
    if (!soname) return unexpected(soname.error());
    library.soname = std::move(*soname);
  }
  auto versions = read_versions(*elf, *found);
  if (!versions) return unexpected(versions.error());
  library.versions = std::move(*versions);
  return library;
}

}  // namespace doctor
