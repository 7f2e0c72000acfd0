// A small file system that can stop answering, as a dead 9p server does. Only for tests.
//
//   hanging_fs -f MOUNT_POINT
//
// /hello, /folder/inside      files
// /inward, /outward           links to hello, and to /proc/version
// /slow                       a file that takes 300 ms to look at
// /hang                       never answers
// /callers                    the process ids that have asked anything so far, one a line
// Files can be made, written, renamed and removed in /. After SIGUSR1 nothing answers any more.

#define FUSE_USE_VERSION 31

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include <fuse.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using namespace std::string_literals;

std::atomic<bool> is_hung{false};
std::mutex mutex;
std::set<pid_t> callers;
std::map<std::string, std::string> files{
    {"/hello", "hello\n"}, {"/folder/inside", "inside\n"}, {"/slow", "slow\n"}};
const std::map<std::string, std::string> links{{"/inward", "hello"}, {"/outward", "/proc/version"}};

void note_caller() {
  while (is_hung) ::pause();
  const std::lock_guard lock(mutex);
  callers.insert(fuse_get_context()->pid);
}

std::string content_of(const std::string& path) {
  if (path != "/callers") return files.at(path);
  std::string text;
  for (const pid_t pid : callers) text += std::to_string(pid) + "\n";
  return text;
}

bool is_file(const std::string& path) {
  return path == "/callers" || files.contains(path);
}

int get_attributes(const char* name, struct stat* status, fuse_file_info*) {
  note_caller();
  const std::string path = name;
  while (path == "/hang") ::pause();
  if (path == "/slow") std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const std::lock_guard lock(mutex);
  *status = {};
  status->st_nlink = 1;
  status->st_uid = ::getuid();
  status->st_gid = ::getgid();
  status->st_mtime = 1'700'000'000;
  if (path == "/" || path == "/folder") {
    status->st_mode = S_IFDIR | 0755;
  } else if (links.contains(path)) {
    status->st_mode = S_IFLNK | 0777;
    status->st_size = static_cast<off_t>(links.at(path).size());
  } else if (is_file(path)) {
    status->st_mode = S_IFREG | 0640;
    status->st_size = static_cast<off_t>(content_of(path).size());
  } else {
    return -ENOENT;
  }
  return 0;
}

int read_link(const char* path, char* buffer, size_t size) {
  note_caller();
  if (!links.contains(path)) return -EINVAL;
  std::strncpy(buffer, links.at(path).c_str(), size - 1);
  buffer[size - 1] = '\0';
  return 0;
}

int read_directory(const char* path, void* buffer, fuse_fill_dir_t fill, off_t, fuse_file_info*,
                   fuse_readdir_flags) {
  note_caller();
  const auto add = [&](const char* name) { fill(buffer, name, nullptr, 0, {}); };
  if (path == "/folder"s) {
    add("inside");
    return 0;
  }
  const std::lock_guard lock(mutex);
  add("folder");
  for (const auto& [name, target] : links) add(name.c_str() + 1);
  for (const auto& [name, content] : files) {
    if (name.rfind('/') == 0) add(name.c_str() + 1);
  }
  return 0;
}

int open_file(const char*, fuse_file_info* info) {
  note_caller();
  info->direct_io = 1;
  return 0;
}

int create_file(const char* path, mode_t, fuse_file_info*) {
  note_caller();
  const std::lock_guard lock(mutex);
  files[path] = "";
  return 0;
}

int read_content(const char* path, char* buffer, size_t size, off_t offset, fuse_file_info*) {
  note_caller();
  const std::lock_guard lock(mutex);
  const std::string content = content_of(path);
  const auto start = std::min(static_cast<size_t>(offset), content.size());
  return static_cast<int>(content.copy(buffer, size, start));
}

int write_content(const char* path, const char* bytes, size_t size, off_t offset, fuse_file_info*) {
  note_caller();
  const std::lock_guard lock(mutex);
  std::string& content = files[path];
  const auto start = static_cast<size_t>(offset);
  content.resize(std::max(content.size(), start + size));
  content.replace(start, size, bytes, size);
  return static_cast<int>(size);
}

int rename_file(const char* from, const char* to, unsigned) {
  note_caller();
  const std::lock_guard lock(mutex);
  const auto file = files.extract(from);
  if (file.empty()) return -ENOENT;
  files[to] = file.mapped();
  return 0;
}

int remove_file(const char* path) {
  note_caller();
  const std::lock_guard lock(mutex);
  return files.erase(path) == 1 ? 0 : -ENOENT;
}

int file_system_status(const char*, struct statvfs* status) {
  note_caller();
  *status = {};
  status->f_bsize = 4096;
  status->f_frsize = 4096;
  status->f_blocks = 1000;
  status->f_bfree = 600;
  status->f_bavail = 500;
  return 0;
}

void* initialise(fuse_conn_info*, fuse_config* config) {
  config->attr_timeout = 0;  // every look has to come here
  config->entry_timeout = 0;
  config->negative_timeout = 0;
  return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  struct sigaction hang {};
  hang.sa_handler = [](int) { is_hung = true; };
  hang.sa_flags = SA_RESTART;
  ::sigaction(SIGUSR1, &hang, nullptr);

  fuse_operations operations{};
  operations.init = initialise;
  operations.getattr = get_attributes;
  operations.readlink = read_link;
  operations.readdir = read_directory;
  operations.open = open_file;
  operations.create = create_file;
  operations.read = read_content;
  operations.write = write_content;
  operations.rename = rename_file;
  operations.unlink = remove_file;
  operations.statfs = file_system_status;
  return fuse_main(argc, argv, &operations, nullptr);
}
