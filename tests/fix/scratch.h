#pragma once

// A folder of its own for one test, and real programs run in it.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "lib/fix/script.h"

namespace doctor::test {

class Scratch {
 public:
  Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch();

  const std::filesystem::path& path() const { return path_; }
  std::string operator/(const std::string& below) const { return path_.string() + "/" + below; }

 private:
  std::filesystem::path path_;
};

struct Run {
  int code = -1;
  std::string output;  // both streams
};

// Runs a program with only these variables set.
Run run(const std::vector<std::string>& argv, const std::vector<std::string>& environment = {});

void write(const std::string& path, const std::string& bytes);
std::string read(const std::string& path);
bool is_there(const std::string& path);

// Every file, folder and link below `folder` with kind, mode, owner and content.
std::string picture_of(const std::string& folder);

// A script in a scratch root: `<folder>/root` is the machine, `<folder>/backup` keeps the backups.
class ScriptRun {
 public:
  explicit ScriptRun(const std::string& script);

  Run operator()(const std::vector<std::string>& arguments = {}) const;
  std::string root(const std::string& path = "") const { return scratch_ / ("root" + path); }
  std::string backup() const { return scratch_ / "backup"; }
  void use_path(const std::string& path) { path_ = path; }

 private:
  Scratch scratch_;
  std::string path_ = "/usr/sbin:/usr/bin:/sbin:/bin";
};

// The script that edits one file.
std::string edit_script(const FileEdit& edit);

}  // namespace doctor::test
