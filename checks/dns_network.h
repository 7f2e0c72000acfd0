#pragma once

#include "lib/core/check.h"

namespace doctor {

extern const Check dns_network_check;

}  // namespace doctor
