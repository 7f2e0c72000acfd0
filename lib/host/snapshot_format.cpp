#include "lib/host/snapshot_format.h"

#include <algorithm>
#include <array>

#include "lib/base/format.h"
#include "lib/base/utf8.h"

namespace doctor {

namespace {

// Of plane 16, which no font, file system or terminal uses, unlike the private use area of the BMP
// (drvfs and prompt fonts do).
constexpr std::uint32_t byte_base = 0x10f700;

bool stands_for_byte(std::uint32_t code_point) {
  return code_point >= byte_base + 0x80 && code_point <= byte_base + 0xff;
}

struct FileSystemName {
  std::string_view name;
  std::uint64_t magic;
};

// linux/magic.h, and lxfs from a WSL 1 machine. Of two names with one magic the first is written.
constexpr std::array file_system_names = {
    FileSystemName{"ext4", 0xef53},
    FileSystemName{"xfs", 0x58465342},
    FileSystemName{"btrfs", 0x9123683e},
    FileSystemName{"f2fs", 0xf2f52010},
    FileSystemName{"zfs", 0x2fc12fc1},
    FileSystemName{"overlay", 0x794c7630},
    FileSystemName{"squashfs", 0x73717368},
    FileSystemName{"iso9660", 0x9660},
    FileSystemName{"tmpfs", 0x01021994},
    FileSystemName{"devtmpfs", 0x01021994},
    FileSystemName{"ramfs", 0x858458f6},
    FileSystemName{"proc", 0x9fa0},
    FileSystemName{"sysfs", 0x62656572},
    FileSystemName{"devpts", 0x1cd1},
    FileSystemName{"cgroup", 0x27e0eb},
    FileSystemName{"cgroup2", 0x63677270},
    FileSystemName{"binfmt_misc", 0x42494e4d},
    FileSystemName{"9p", 0x01021997},
    FileSystemName{"lxfs", 0x53464846},
    FileSystemName{"fuse", 0x65735546},
    FileSystemName{"virtiofs", 0x65735546},
    FileSystemName{"nfs", 0x6969},
    FileSystemName{"cifs", 0xff534d42},
    FileSystemName{"smb3", 0xfe534d42},
};

}  // namespace

std::string encode_bytes(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const auto point = first_code_point(bytes);
    if (point && !stands_for_byte(point->value)) {
      text += bytes.substr(0, point->length);
      bytes.remove_prefix(point->length);
    } else {
      append_utf8(text, byte_base + static_cast<unsigned char>(bytes.front()));
      bytes.remove_prefix(1);
    }
  }
  return text;
}

std::string decode_bytes(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  while (!text.empty()) {
    const auto point = first_code_point(text);
    const std::size_t length = point ? point->length : 1;
    if (point && stands_for_byte(point->value)) {
      bytes += static_cast<char>(point->value - byte_base);
    } else {
      bytes += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return bytes;
}

std::string snapshot_error(const HostError& error) {
  if (error.reason.empty()) return std::string(to_string(error.kind));
  return fmt::format("{}: {}", to_string(error.kind), error.reason);
}

std::optional<HostError> parse_snapshot_error(std::string_view text) {
  const auto colon = text.find(": ");
  const auto kind = host_error_kind(text.substr(0, colon));
  if (!kind) return std::nullopt;
  const auto reason = colon == std::string_view::npos ? "" : text.substr(colon + 2);
  return HostError{*kind, std::string(reason)};
}

std::optional<std::string_view> file_system_name(std::uint64_t magic) {
  const auto found = std::ranges::find(file_system_names, magic, &FileSystemName::magic);
  if (found == file_system_names.end()) return std::nullopt;
  return found->name;
}

std::optional<std::uint64_t> file_system_magic(std::string_view name) {
  const auto found = std::ranges::find(file_system_names, name, &FileSystemName::name);
  if (found == file_system_names.end()) return std::nullopt;
  return found->magic;
}

std::uint32_t default_mode(FileKind kind) {
  if (kind == FileKind::directory) return 0755;
  return kind == FileKind::link ? 0777 : 0644;
}

}  // namespace doctor
