#include "lib/host/os_error.h"

#include <cerrno>
#include <system_error>

namespace doctor {

HostError os_error(int number) {
  switch (number) {
    case ENOENT:
    case ENOTDIR:
      return {HostErrorKind::missing, ""};
    case EACCES:
    case EPERM:
      return {HostErrorKind::denied, ""};
    case ELOOP:
      return {HostErrorKind::loop, ""};
    case ECONNREFUSED:
      return {HostErrorKind::refused, ""};
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ENETDOWN:
    case EADDRNOTAVAIL:
      return {HostErrorKind::unreachable, std::generic_category().message(number)};
    default:
      return {HostErrorKind::failed, std::generic_category().message(number)};
  }
}

}  // namespace doctor
