#pragma once

// fmt, compiled once.
//
// fmt is used header-only, because its shared library needs the libstdc++.so.6 that may be broken
// on the machine to be diagnosed. Its formatting engine would then be compiled into every single
// source file, which doubles the time of a build; for the releases whose declaration is known it is
// compiled in format.cpp alone.

#include <fmt/format.h>

#if FMT_VERSION / 10000 == 9
#define DOCTOR_FORMAT_ONCE 1
namespace fmt {
inline namespace v9 {
namespace detail {
extern template void vformat_to(buffer<char>&, string_view, basic_format_args<buffer_context<char>>,
                                locale_ref);
}
}  // namespace v9
}  // namespace fmt
#endif
