#pragma once

// Real parts for tests: folders that vanish, programs that are ended, variables that are put back.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace lab {

class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  const std::string& path() const { return path_; }
  std::string write(const std::string& name, const std::string& content,
                    unsigned mode = 0644) const;

 private:
  std::string path_;
};

// A program in a session of its own; whatever is left of that is killed with it. Its standard
// output goes into a pipe.
class Program {
 public:
  explicit Program(const std::vector<std::string>& argv);
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program();

  std::string read_line();
  int wait();

 private:
  pid_t pid_ = -1;
  int output_ = -1;
};

// Runs a program to its end; throws when it fails.
void run(const std::vector<std::string>& argv);

// An environment variable for as long as this lives; no value unsets it.
class Variable {
 public:
  Variable(const std::string& name, const std::optional<std::string>& value);
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable();

 private:
  std::string name_;
  std::optional<std::string> before_;
};

// getaddrinfo never comes back with an answer for this name, in the tests' own process.
inline constexpr const char* hanging_name = "hangs.invalid";

// A UDP port of the loopback address that nobody uses right now.
std::uint16_t free_udp_port(bool ipv6 = false);

}  // namespace lab
