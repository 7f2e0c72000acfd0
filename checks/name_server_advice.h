#pragma once

#include <string>

#include "checks/network_answers.h"

namespace doctor {

// Does the file name WSL's DNS tunnel to Windows?
bool asks_the_tunnel(const Context& context, const ResolvFile& file);

// What to do about name servers that give no answer, by who wrote resolv.conf and how WSL connects.
std::string what_to_do(const Context& context, const NetworkAnswers& answers);

// The same where they answer that the name does not exist.
std::string about_unknown_name(const Context& context, const NetworkAnswers& answers);

}  // namespace doctor
