#include "lib/facts/imf_date.h"
#include "tests/support/catch.h"

using doctor::parse_imf_date;

TEST_CASE("dates of HTTP headers") {
  CHECK(parse_imf_date("Thu, 01 Jan 1970 00:00:00 GMT") == 0);
  CHECK(parse_imf_date("Sun, 06 Nov 1994 08:49:37 GMT") == 784111777);
  CHECK(parse_imf_date("Thu, 29 Feb 2024 23:59:59 GMT") == 1709251199);
  CHECK(parse_imf_date("Fri, 08 Feb 2036 06:28:16 GMT") == 2086064896);
  CHECK(parse_imf_date("Sat, 31 Dec 2016 23:59:60 GMT") == 1483228799);
}

TEST_CASE("anything else is no date") {
  for (const char* text : {
           "",
           "Sun, 06 Nov 1994 08:49:37",
           "Sun, 06 Nov 1994 08:49:37 UTC",
           "Sun, 06 Nov 1994 08:49:37 GMT ",
           "Sunday, 06-Nov-94 08:49:37 GMT",
           "Sun Nov  6 08:49:37 1994",
           "Sun, 6 Nov 1994 08:49:37 GMT",
           "Sun, 31 Feb 2024 08:49:37 GMT",
           "Sun, 00 Nov 1994 08:49:37 GMT",
           "Sun, 06 Nov 1994 24:00:00 GMT",
           "Sun, 06 Nov 1994 08:60:00 GMT",
           "Sun, 06 Nov 1994 08:49:61 GMT",
           "Sun, 06 Nvm 1994 08:49:37 GMT",
           "Tag, 06 Nov 1994 08:49:37 GMT",
           "Sun, 06 Nov -994 08:49:37 GMT",
           "Sun, +6 Nov 1994 08:49:37 GMT",
           "1994-11-06T08:49:37Z",
       }) {
    CAPTURE(text);
    CHECK(parse_imf_date(text) == std::nullopt);
  }
}
