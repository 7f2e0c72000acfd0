#include "lib/fix/script_files.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/format.h"
#include "lib/base/text.h"
#include "lib/fix/private_folder.h"
#include "lib/fix/script.h"

namespace doctor {
namespace {

constexpr std::size_t signature_within = 65536;  // title and remarks stand above it

enum class Present { nothing, ours, foreign };

// What is there under the name. A pipe must not hold us up, and a link is not looked behind.
Present what_is_at(const Descriptor& folder, const std::string& name) {
  const Descriptor file(
      openat(folder.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file) return errno == ENOENT ? Present::nothing : Present::foreign;
  struct stat info {};
  if (fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) return Present::foreign;
  const bool is_signed =
      read_start(file, signature_within).find(script_signature) != std::string::npos;
  return is_signed ? Present::ours : Present::foreign;
}

expected<void, std::string> write_new(const Descriptor& folder, const std::string& name,
                                      std::string_view bytes) {
  return create_file(folder, name, 0700).and_then([&](const Descriptor& file) {
    return write_durably(file, bytes);
  });
}

expected<void, std::string> replace(const Descriptor& folder, const std::string& name,
                                    std::string_view bytes) {
  const std::string temporary = fmt::format(".{}.{}", name, getpid());
  auto written = write_new(folder, temporary, bytes);
  if (written && renameat(folder.get(), temporary.c_str(), folder.get(), name.c_str()) != 0) {
    written = unexpected("cannot replace it: " + std::generic_category().message(errno));
  }
  if (!written) unlinkat(folder.get(), temporary.c_str(), 0);
  return written;
}

expected<void, std::string> write_script(const Descriptor& folder, const std::string& name,
                                         std::string_view bytes) {
  switch (what_is_at(folder, name)) {
    case Present::nothing:
      return write_new(folder, name, bytes);
    case Present::ours:
      return replace(folder, name, bytes);
    case Present::foreign:
      break;
  }
  return unexpected(
      std::string("something is there that wsl-go-doctor did not make; it was left alone"));
}

}  // namespace

expected<std::vector<std::string>, std::string> write_scripts(const std::vector<PlanStep>& plan,
                                                              const std::string& directory) {
  const auto folder = open_folder(directory);
  if (!folder) return unexpected(folder.error());
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const std::string name = script_name(plan[i], i + 1);
    const std::string path =
        fmt::format("{}{}{}", directory, directory.ends_with('/') ? "" : "/", name);
    if (const auto done = write_script(*folder, name, plan[i].fix.script); !done) {
      return unexpected(fmt::format("{}: {}", printable(path), done.error()));
    }
    paths.push_back(path);
  }
  sync_folder(*folder);
  return paths;
}

}  // namespace doctor
