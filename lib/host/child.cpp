#include "lib/host/child.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/base/text.h"
#include "lib/host/os_error.h"

namespace doctor {
namespace {

// Where the status pipe and the first descriptor to be closed lie in the child.
constexpr int channel_number = 3;
constexpr int status_number = 4;
constexpr int above_all_used = 10;

enum class Stage : int { directory, exec };

// What the child writes into the status pipe when it cannot become the program.
struct Failure {
  Stage stage;
  int error;
};

// Everything the child needs, made before fork: between fork and exec only async-signal-safe calls
// are allowed, for another thread may have held any lock at the fork.
struct Prepared {
  std::vector<std::string> program_names;
  bool is_search = false;  // through PATH
  std::vector<char*> programs;
  std::vector<char*> argv;
  std::vector<char*> environment;
  const char* directory = "/";
  std::array<int, 4> descriptors{};
  int status = -1;
  int greatest_descriptor = 0;
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

std::string search_path(const std::vector<std::string>& environment) {
  for (const std::string& line : environment) {
    if (line.starts_with("PATH=")) return line.substr(5);
  }
  return "/usr/local/bin:/usr/bin:/bin";
}

bool names_a_path(const std::string& program) {
  return program.find('/') != std::string::npos;
}

// An empty or relative entry of PATH means a working folder that the child does not have.
std::vector<std::string> places_to_look(const ChildPlan& plan) {
  const std::string& name = plan.argv.front();
  if (names_a_path(name)) return {name};
  std::vector<std::string> places;
  for (const std::string& folder : split(search_path(plan.environment), ':')) {
    if (folder.starts_with('/')) places.push_back(folder + "/" + name);
  }
  return places;
}

int greatest_descriptor() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  return static_cast<int>(std::min<rlim_t>(limit.rlim_cur, 65536));
}

Prepared prepare(const ChildPlan& plan, int status) {
  Prepared prepared;
  prepared.is_search = !names_a_path(plan.argv.front());
  prepared.program_names = places_to_look(plan);
  prepared.programs = pointers(prepared.program_names);
  prepared.argv = pointers(plan.argv);
  prepared.environment = pointers(plan.environment);
  prepared.directory = plan.directory.c_str();
  prepared.descriptors = {plan.in, plan.out, plan.error, plan.channel};
  prepared.status = status;
  prepared.greatest_descriptor = greatest_descriptor();
  return prepared;
}

// From here to become(): in the child alone.

[[noreturn]] void give_up(int status, Stage stage, int error) {
  const Failure failure{stage, error};
  [[maybe_unused]] const ssize_t written = ::write(status, &failure, sizeof failure);
  ::_exit(127);
}

void reset_signals() {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &standard, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

void close_from(int first, int greatest) {
#ifdef SYS_close_range
  if (::syscall(SYS_close_range, static_cast<unsigned>(first), ~0U, 0U) == 0) return;
#endif
  for (int number = first; number <= greatest; ++number) ::close(number);
}

void arrange_descriptors(const Prepared& prepared) {
  // First out of the way: any of them may lie where another one is to go.
  const int status = ::fcntl(prepared.status, F_DUPFD_CLOEXEC, above_all_used);
  std::array<int, 4> sources{};
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const int given = prepared.descriptors[i];
    sources[i] = ::fcntl(given >= 0 ? given : ::open("/dev/null", O_RDWR | O_CLOEXEC),
                         F_DUPFD_CLOEXEC, above_all_used);
  }
  for (std::size_t i = 0; i < sources.size(); ++i) ::dup2(sources[i], static_cast<int>(i));
  if (prepared.descriptors[channel_number] < 0) ::close(channel_number);
  ::dup3(status, status_number, O_CLOEXEC);
  close_from(status_number + 1, prepared.greatest_descriptor);
}

bool goes_on_after(int error) {
  return error == ENOENT || error == ENOTDIR || error == ENODEV || error == ESTALE ||
         error == ETIMEDOUT;
}

// A folder that may not be looked into holds no program, as far as anybody can tell.
bool is_file(const char* path) {
  struct stat status {};
  return ::stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

int try_programs(const Prepared& prepared) {
  int error = ENOENT;
  for (char* const* program = prepared.programs.data(); *program; ++program) {
    ::execve(*program, prepared.argv.data(), prepared.environment.data());
    const int problem = errno;
    if (problem == EACCES && prepared.is_search) {
      if (is_file(*program)) error = EACCES;
    } else if (!prepared.is_search || !goes_on_after(problem)) {
      return problem;
    }
  }
  return error;
}

[[noreturn]] void become(const Prepared& prepared) {
  ::setsid();
  arrange_descriptors(prepared);
  reset_signals();
  if (::chdir(prepared.directory) != 0) give_up(status_number, Stage::directory, errno);
  give_up(status_number, Stage::exec, try_programs(prepared));
}

}  // namespace

std::vector<std::string> child_environment(const std::map<std::string, std::string>& changes,
                                           bool clean) {
  std::vector<std::string> result;
  for (char** entry = environ; !clean && entry && *entry; ++entry) {
    const std::string_view line = *entry;
    if (!changes.contains(std::string(line.substr(0, line.find('='))))) result.emplace_back(line);
  }
  for (const auto& [name, value] : changes) result.push_back(name + "=" + value);
  return result;
}

Answer<Child> start_child(const ChildPlan& plan) {
  std::array<int, 2> status{};
  if (::pipe2(status.data(), O_CLOEXEC) != 0) return unexpected(os_error(errno));
  Descriptor reading(status[0]);
  const Descriptor writing(status[1]);
  const Prepared prepared = prepare(plan, writing.get());

  // A signal handler of ours must not run in the child.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  const int error = errno;
  if (pid == 0) become(prepared);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return unexpected(os_error(error));
  return Child{pid, std::move(reading)};
}

expected<void, HostError> exec_result(const Child& child, const ChildPlan& plan) {
  Failure failure{};
  const ssize_t got = ::read(child.status.get(), &failure, sizeof failure);
  if (got != sizeof failure) return {};
  HostError error = os_error(failure.error);
  if (failure.stage == Stage::directory) {
    error.reason = "cannot enter " + plan.directory + ": " + describe(error);
  } else if (failure.error == ENOEXEC) {
    error = {HostErrorKind::unsupported, "exec format error"};
  } else if (error.kind == HostErrorKind::missing) {
    error.reason = names_a_path(plan.argv.front()) ? "" : "not found in PATH";
  }
  return unexpected(std::move(error));
}

void signal_group(pid_t pid, int signal) {
  // 0, -1 and 1 would mean other processes than a child of ours, up to all of them.
  if (pid <= 1) return;
  // The child may not have come to make its own group yet.
  if (::kill(-pid, signal) != 0) ::kill(pid, signal);
}

}  // namespace doctor
