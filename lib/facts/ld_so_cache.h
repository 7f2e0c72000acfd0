#pragma once

// /etc/ld.so.cache, the dynamic loader's table of libraries.
// Source: glibc sysdeps/generic/dl-cache.h ("glibc-ld.so.cache1.1", and the older "ld.so-1.7.0" in
// front).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/expected.h"

namespace doctor {

struct LoaderCacheEntry {
  std::string soname;
  std::string path;
  std::uint32_t flags = 0;  // FLAG_ELF_LIBC6 (3) with the ABI in bits 8 to 15

  bool operator==(const LoaderCacheEntry&) const = default;
};

// In the cache's order. Either byte order; bounds-checked; an error in plain words for anything
// else.
expected<std::vector<LoaderCacheEntry>, std::string> parse_ld_so_cache(std::string_view bytes);

// Is the entry of the ABI that `architecture` (uname -m) runs natively? Unknown architectures: all
// are.
bool is_native_abi(const LoaderCacheEntry& entry, std::string_view architecture);

}  // namespace doctor
