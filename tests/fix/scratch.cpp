#include "tests/fix/scratch.h"

#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/format.h"

namespace doctor::test {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const auto& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

std::string drain(int descriptor) {
  std::string text;
  char buffer[4096];
  for (ssize_t got; (got = ::read(descriptor, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(got));
  }
  return text;
}

}  // namespace

Scratch::Scratch() {
  std::string name = (std::filesystem::temp_directory_path() / "doctor-fix-XXXXXX").string();
  if (!mkdtemp(name.data())) throw std::runtime_error("mkdtemp failed");
  path_ = name;
}

Scratch::~Scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Run run(const std::vector<std::string>& argv, const std::vector<std::string>& environment) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
  const pid_t child = fork();
  if (child == 0) {
    dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), 0);
    dup2(ends[1], 1);
    dup2(ends[1], 2);
    execvpe(argv[0].c_str(), pointers(argv).data(), pointers(environment).data());
    _exit(127);
  }
  close(ends[1]);
  Run result;
  result.output = drain(ends[0]);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  result.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

void write(const std::string& path, const std::string& bytes) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool is_there(const std::string& path) {
  struct stat info {};
  return lstat(path.c_str(), &info) == 0;
}

std::string picture_of(const std::string& folder) {
  namespace fs = std::filesystem;
  std::map<std::string, std::string> entries;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    struct stat info {};
    lstat(entry.path().c_str(), &info);
    std::string content;
    if (entry.is_symlink()) {
      content = fs::read_symlink(entry.path()).string();
    } else if (entry.is_regular_file()) {
      content = read(entry.path().string());
    }
    entries[entry.path().string()] =
        fmt::format("{:o} {}:{} {}", info.st_mode, info.st_uid, info.st_gid, content);
  }
  std::string picture;
  for (const auto& [path, text] : entries) picture += path + " " + text + "\n";
  return picture;
}

ScriptRun::ScriptRun(const std::string& script) {
  std::filesystem::create_directory(scratch_ / "root");
  write(scratch_ / "fix.sh", script);
}

Run ScriptRun::operator()(const std::vector<std::string>& arguments) const {
  std::vector<std::string> argv{"/bin/bash", scratch_ / "fix.sh"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return run(argv, {"PATH=" + path_, "HOME=/nowhere", "WSL_GO_DOCTOR_ROOT=" + root(),
                    "WSL_GO_DOCTOR_BACKUP=" + backup()});
}

std::string edit_script(const FileEdit& edit) {
  BashScript script;
  script.id = "test-edit";
  script.title = "Edit a file";
  script.apply = file_edit_statements(edit);
  return bash_script(script);
}

}  // namespace doctor::test
