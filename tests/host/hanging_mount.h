#pragma once

// A real mount that stops answering when told to. See tests/support/hanging_fs.cpp.

#include <string>
#include <vector>

#include <sys/types.h>

#include "tests/host/lab.h"

namespace lab {

class HangingMount {
 public:
  HangingMount();
  HangingMount(const HangingMount&) = delete;
  HangingMount& operator=(const HangingMount&) = delete;
  ~HangingMount();

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

  void hang() const;  // from now on, for ever

 private:
  TemporaryFolder folder_;
  std::string path_;
  pid_t pid_ = -1;
};

// Process ids of our own children that run tests/support/host_helper.
std::vector<pid_t> helpers();

}  // namespace lab
