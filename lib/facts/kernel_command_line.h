#pragma once

// The kernel's command line, /proc/cmdline, and .wslconfig's kernelCommandLine, which WSL appends
// to it. Source: Linux lib/cmdline.c (next_arg) and kernel/params.c: double quotes protect blanks,
// `-` and `_` are the same in a name, and what follows a lone `--` belongs to init.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doctor {

struct KernelParameter {
  std::string name;                  // "cgroup_no_v1", quotes undone
  std::optional<std::string> value;  // "all"; none for a parameter without `=`
  std::size_t begin = 0;             // byte range in the text
  std::size_t end = 0;

  bool operator==(const KernelParameter&) const = default;
};

// The kernel's own parameters, up to a lone `--`. Never fails: an open quote runs to the end.
std::vector<KernelParameter> parse_kernel_command_line(std::string_view text);

// The last parameter of that name, as the last one counts for nearly all of them; null if none.
const KernelParameter* find_parameter(const std::vector<KernelParameter>& parameters,
                                      std::string_view name);

// The command line with `name=value` in place of the last parameter of that name, or added behind
// the others; every other byte is kept. A value with blanks is quoted; the kernel has no way to
// write a double quote, so `value` must hold none.
std::string merge_parameter(std::string_view existing, std::string_view name,
                            std::string_view value);

// The command line without any parameter of that name, each removed with the blanks before it (the
// first of all with those behind it).
std::string remove_parameter(std::string_view existing, std::string_view name);

}  // namespace doctor
