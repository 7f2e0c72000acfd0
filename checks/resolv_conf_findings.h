#pragma once

// What /etc/resolv.conf itself tells, before any name server is asked.

#include <optional>

#include "checks/network_answers.h"

namespace doctor {

// It is not there, cannot be read, or names no name server that the C library would take. No value
// where it names one, or where the machine itself answers as a name server instead.
std::optional<Finding> unusable_resolv_conf(const Context& context, const NetworkAnswers& answers);

// It works today, but lies where nothing outlives a restart, and nobody will write it anew.
std::optional<Finding> fleeting_resolv_conf(const Context& context, const NetworkAnswers& answers);

// "/etc/resolv.conf (written by WSL)" and what it names.
Evidence resolv_conf_evidence(const ResolvFile& file);

// Lines that do not count, name servers beyond the third, a file that WSL is about to replace.
std::vector<std::string> resolv_conf_notes(const Context& context, const NetworkAnswers& answers);

// The line in /etc/wsl.conf that keeps WSL from writing the file: `generateResolvConf=false`.
std::optional<Location> generation_switched_off(const Host& host);

}  // namespace doctor
