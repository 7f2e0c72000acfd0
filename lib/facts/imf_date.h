#pragma once

// The date format of HTTP headers (RFC 9110 section 5.6.7, IMF-fixdate).

#include <cstdint>
#include <optional>
#include <string_view>

namespace doctor {

// "Sun, 06 Nov 1994 08:49:37 GMT" to seconds since the Unix epoch. Strict: the obsolete forms,
// other time zones and dates that no calendar has give no value. A leap second counts as the second
// before it.
std::optional<std::int64_t> parse_imf_date(std::string_view text);

}  // namespace doctor
