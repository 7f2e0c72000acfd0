#pragma once

// How the script of a step is started.

#include <string>
#include <vector>

#include "lib/base/expected.h"
#include "lib/fix/apply.h"

namespace doctor {

struct ScriptCommand {
  std::vector<std::string> argv;
  std::string directory = "/";
  bool own_group = true;
  std::string output_file;  // "" when its output is that of the command itself
};

// Fails with the sentence that tells the user why the script was not started, and how to run it.
// May ask for the password of sudo.
expected<ScriptCommand, std::string> script_command(const ApplyRun& run, const Fix& fix,
                                                    const std::string& script_path);

// "NAME=value", all that a script gets.
std::vector<std::string> script_environment(const ApplyOptions& options);

}  // namespace doctor
