#pragma once

// One diagnosis as lines of text.

#include <string>
#include <vector>

#include "lib/core/diagnosis.h"
#include "lib/report/paragraph.h"
#include "lib/report/text.h"

namespace doctor {

struct DiagnosisLines {
  std::vector<std::string> lines;
  bool has_body = false;  // more than the headline: wants a blank line around it
};

DiagnosisLines diagnosis_lines(const Look& look, const TextOptions& options,
                               const Diagnosis& diagnosis);

}  // namespace doctor
