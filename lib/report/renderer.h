#pragma once

// Renderer: where a run's results go. Streaming (text) or cumulative (JSON) behind one small shape.

#include <functional>

#include "lib/core/report.h"

namespace doctor {

struct Renderer {
  std::function<void(const Report&)> begin;         // `diagnoses` is still empty
  std::function<void(const Diagnosis&)> diagnosis;  // in registry order, as each becomes final
  std::function<void(const Report&)> end;           // the whole
};

}  // namespace doctor
