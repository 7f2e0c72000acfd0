#pragma once

// ask_ntp of time_sources.h for those who want to know early whether anyone answers at all.

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "lib/host/host.h"

namespace doctor {

// Calls `on_first_sample` when the first of all samples has come in.
std::vector<NtpReply> ask_ntp_until(const std::vector<std::string>& servers,
                                    std::chrono::steady_clock::time_point until,
                                    const std::function<void()>& on_first_sample);

}  // namespace doctor
