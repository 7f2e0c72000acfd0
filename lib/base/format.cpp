#include "lib/base/format.h"

#ifdef DOCTOR_FORMAT_ONCE
namespace fmt {
inline namespace v9 {
namespace detail {
template void vformat_to(buffer<char>&, string_view, basic_format_args<buffer_context<char>>,
                         locale_ref);
}
}  // namespace v9
}  // namespace fmt
#endif
