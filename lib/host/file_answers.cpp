#include "lib/host/file_answers.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "lib/host/descriptor.h"
#include "lib/host/os_error.h"

namespace doctor {
namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20;
constexpr std::size_t greatest_text = 4 * mebibyte;
constexpr std::size_t greatest_library = 64 * mebibyte;
constexpr std::size_t most_names = 100'000;

tl::unexpected<HostError> refuse(HostErrorKind kind, std::string reason) {
  return unexpected(HostError{kind, std::move(reason)});
}

FileKind kind_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return FileKind::file;
    case S_IFDIR:
      return FileKind::directory;
    case S_IFLNK:
      return FileKind::link;
    case S_IFSOCK:
      return FileKind::socket;
    case S_IFIFO:
      return FileKind::fifo;
    case S_IFCHR:
    case S_IFBLK:
      return FileKind::device;
    default:
      return FileKind::other;
  }
}

std::string not_readable(FileKind kind) {
  if (kind == FileKind::directory) return "is a directory";
  return "is no regular file but a " + std::string(to_string(kind));
}

// Opening alone may already have an effect on a FIFO or a device, so the kind is looked at first.
Answer<Descriptor> open_regular(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return unexpected(os_error(errno));
  if (S_ISLNK(status.st_mode)) return unexpected(os_error(ELOOP));
  if (!S_ISREG(status.st_mode)) {
    return refuse(HostErrorKind::unsupported, not_readable(kind_of(status.st_mode)));
  }
  Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW));
  if (!file || ::fstat(file.get(), &status) != 0) return unexpected(os_error(errno));
  if (!S_ISREG(status.st_mode)) {
    return refuse(HostErrorKind::unsupported, not_readable(kind_of(status.st_mode)));
  }
  return file;
}

std::size_t expected_size(const Descriptor& file, std::size_t limit) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0 || status.st_size < 0) return 0;
  return std::min(static_cast<std::size_t>(status.st_size), limit);
}

}  // namespace

Answer<std::string> read_at_most(const std::string& path, std::size_t limit) {
  const auto file = open_regular(path);
  if (!file) return unexpected(file.error());
  std::string content;
  std::size_t size = 0;
  // Room for the end to show in the first read: some files of /proc/sys allow no second one.
  content.resize(std::max<std::size_t>(4096, expected_size(*file, limit) + 1));
  for (;;) {
    const ssize_t got = ::read(file->get(), content.data() + size, content.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unexpected(os_error(errno));
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
    if (size > limit) {
      return refuse(HostErrorKind::failed,
                    "larger than " + std::to_string(limit / mebibyte) + " MiB");
    }
    if (size == content.size()) content.resize(2 * size);
  }
  content.resize(size);
  return content;
}

namespace local {

Answer<FileInfo> lstat(const Place& place) {
  struct stat status {};
  if (::lstat(place.path.c_str(), &status) != 0) return unexpected(os_error(errno));
  FileInfo info;
  info.kind = kind_of(status.st_mode);
  info.mode = status.st_mode & 07777U;
  info.uid = status.st_uid;
  info.gid = status.st_gid;
  info.size = static_cast<std::uint64_t>(status.st_size);
  info.modified = static_cast<double>(status.st_mtim.tv_sec) +
                  static_cast<double>(status.st_mtim.tv_nsec) / 1e9;
  if (info.kind == FileKind::link) {
    std::array<char, PATH_MAX> target;
    const ssize_t length = ::readlink(place.path.c_str(), target.data(), target.size());
    if (length < 0) return unexpected(os_error(errno));
    info.target.assign(target.data(), static_cast<std::size_t>(length));
  }
  return info;
}

Answer<std::string> read_file(const Place& place) {
  return read_at_most(place.path, greatest_text);
}

Answer<std::vector<std::string>> list(const Place& place) {
  Descriptor folder(
      ::open(place.path.c_str(), O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW));
  // The way to it has been walked, so it is the last component that is no directory.
  if (!folder && errno == ENOTDIR) return refuse(HostErrorKind::unsupported, "not a directory");
  if (!folder) return unexpected(os_error(errno));
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(folder.get()), ::closedir);
  if (!stream) return unexpected(os_error(errno));
  folder.release();

  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
    if (names.size() > most_names) return refuse(HostErrorKind::failed, "more than 100,000 names");
    errno = 0;
  }
  if (errno != 0) return unexpected(os_error(errno));
  std::sort(names.begin(), names.end());
  return names;
}

Answer<FileSystemInfo> file_system(const Place& place) {
  struct statfs status {};
  if (::statfs(place.path.c_str(), &status) != 0) return unexpected(os_error(errno));
  const auto block =
      static_cast<std::uint64_t>(status.f_frsize != 0 ? status.f_frsize : status.f_bsize);
  const auto flags = static_cast<unsigned long>(status.f_flags);
  FileSystemInfo info;
  // Magic numbers have 32 bits; where f_type is a signed 32-bit word, some look negative.
  info.magic = static_cast<std::uint32_t>(status.f_type);
  info.total_bytes = static_cast<std::uint64_t>(status.f_blocks) * block;
  info.free_bytes = static_cast<std::uint64_t>(status.f_bavail) * block;
  info.total_files = static_cast<std::uint64_t>(status.f_files);
  info.free_files = static_cast<std::uint64_t>(status.f_ffree);
  info.read_only = (flags & ST_RDONLY) != 0;
  info.no_exec = (flags & ST_NOEXEC) != 0;
  return info;
}

Answer<LibrarySymbols> library(const Place& place) {
  const auto bytes = read_at_most(place.path, greatest_library);
  if (!bytes) return unexpected(bytes.error());
  auto symbols = parse_elf_symbols(*bytes);
  if (!symbols) return refuse(HostErrorKind::failed, std::move(symbols.error()));
  return std::move(*symbols);
}

}  // namespace local
}  // namespace doctor
