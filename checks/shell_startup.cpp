#include "checks/shell_startup.h"

#include "lib/base/text.h"

namespace doctor {

namespace {

constexpr const char* system_files[] = {"/etc/environment", "/etc/profile"};
constexpr const char* profile_folder = "/etc/profile.d";
constexpr const char* home_files[] = {".profile", ".bash_profile", ".bash_login", ".bashrc",
                                      ".zshenv",  ".zprofile",     ".zshrc",      ".zlogin"};

// After `export`, `declare -x` or nothing: the variable's name and `=`.
bool assigns(std::string_view line, std::string_view name) {
  line = trim(line);
  for (const std::string_view word : {"export ", "declare -x ", "typeset -x "}) {
    if (line.starts_with(word)) line = trim(line.substr(word.size()));
  }
  return line.starts_with(name) && line.substr(name.size()).starts_with('=');
}

// One simple command on a line of its own: nothing that a comment sign would tear apart.
bool is_whole(std::string_view line) {
  return line.find_first_of(";&|(){}`") == std::string_view::npos && !trim(line).ends_with('\\');
}

std::optional<StartupLine> find_in(const Host& host, const std::string& file,
                                   const std::string& name) {
  const auto bytes = host.read_file(file);
  if (!bytes) return std::nullopt;
  std::size_t offset = 0, number = 0;
  for (const std::string& line : split(*bytes, '\n')) {
    ++number;
    if (assigns(line, name)) {
      return StartupLine{file,
                         *bytes,
                         number,
                         offset,
                         std::string(trim(line)),
                         is_whole(line),
                         file.starts_with("/etc/")};
    }
    offset += line.size() + 1;
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> startup_files(const Host& host) {
  std::vector<std::string> files(std::begin(system_files), std::end(system_files));
  for (const std::string& entry : host.list(profile_folder).value_or(std::vector<std::string>{})) {
    if (entry.ends_with(".sh")) files.push_back(std::string(profile_folder) + "/" + entry);
  }
  if (const auto home = host.variable("HOME")) {
    for (const char* file : home_files) files.push_back(*home + "/" + file);
  }
  return files;
}

std::optional<StartupLine> find_assignment(const Host& host, const std::string& name) {
  for (const std::string& file : startup_files(host)) {
    if (auto found = find_in(host, file, name)) return found;
  }
  return std::nullopt;
}

}  // namespace doctor
