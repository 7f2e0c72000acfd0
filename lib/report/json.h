#pragma once

// The report for programs: one JSON document, as schema/check-1.schema.json describes it.

#include <cstdio>

#include "lib/report/renderer.h"

namespace doctor {

// Raised when a field changes its meaning or goes away; new fields alone do not raise it.
inline constexpr int json_schema_version = 1;

// Cumulative: everything is written at the end, as UTF-8, indented by two blanks.
Renderer json_renderer(std::FILE* out);

}  // namespace doctor
