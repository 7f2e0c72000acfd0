#include "lib/fix/private_folder.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/format.h"
#include "lib/base/text.h"

namespace doctor {
namespace {

std::string words(int error) {
  return std::generic_category().message(error);
}

std::string shown(std::string_view path) {
  return "`" + printable(path) + "`";
}

auto failure(std::string_view what, std::string_view path, int error) {
  return unexpected(fmt::format("{} {}: {}", what, shown(path), words(error)));
}

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

std::string without_trailing_slashes(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

// Makes the folders above the last component; existing ones, links among them, are the user's own.
expected<void, std::string> make_folders_above(const std::string& path) {
  for (auto at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1)) {
    const std::string above = path.substr(0, at);
    if (mkdir(above.c_str(), 0700) != 0 && errno != EEXIST) {
      return failure("cannot make the folder", above, errno);
    }
  }
  return {};
}

expected<Descriptor, std::string> open_folder_at(int parent, const std::string& name,
                                                 const std::string& path) {
  if (mkdirat(parent, name.c_str(), 0700) != 0 && errno != EEXIST) {
    return failure("cannot make the folder", path, errno);
  }
  Descriptor folder(openat(parent, name.c_str(), folder_flags));
  if (folder) return folder;
  if (errno == ELOOP || errno == ENOTDIR) {
    return unexpected(fmt::format("{} is not a folder, or is a link", shown(path)));
  }
  return failure("cannot open the folder", path, errno);
}

}  // namespace

expected<Descriptor, std::string> open_folder(const std::string& path) {
  const std::string folder = without_trailing_slashes(path);
  return make_folders_above(folder).and_then(
      [&] { return open_folder_at(AT_FDCWD, folder, folder); });
}

expected<Descriptor, std::string> open_private_folder(const Descriptor& parent,
                                                      const std::string& name,
                                                      const std::string& path) {
  auto folder = open_folder_at(parent.get(), name, path);
  if (!folder) return folder;
  struct stat info {};
  if (fstat(folder->get(), &info) != 0) return failure("cannot look at", path, errno);
  if (info.st_uid != geteuid()) {
    return unexpected(fmt::format("{} belongs to another user (id {}), so it is not used",
                                  shown(path), info.st_uid));
  }
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return unexpected(fmt::format(
        "other users may write to {}, so it is not used; look into it, then run: chmod 700 {}",
        shown(path), shown(path)));
  }
  return folder;
}

expected<Descriptor, std::string> create_file(const Descriptor& folder, const std::string& name,
                                              unsigned mode) {
  Descriptor file(openat(folder.get(), name.c_str(),
                         O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC, mode));
  if (!file) return failure("cannot make", name, errno);
  // The umask may have taken more away than wanted.
  if (fchmod(file.get(), mode) != 0) return failure("cannot set the mode of", name, errno);
  return file;
}

expected<void, std::string> write_durably(const Descriptor& file, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return unexpected("cannot write: " + words(errno));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (fsync(file.get()) != 0) return unexpected("cannot write to the disk: " + words(errno));
  return {};
}

void sync_folder(const Descriptor& folder) {
  // Some file systems (9p) cannot; what is written there is no less durable than everything else.
  static_cast<void>(fsync(folder.get()));
}

std::string read_start(const Descriptor& file, std::size_t limit) {
  std::string bytes(limit, '\0');
  std::size_t size = 0;
  while (size < limit) {
    const auto got = pread(file.get(), bytes.data() + size, limit - size, static_cast<off_t>(size));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace doctor
