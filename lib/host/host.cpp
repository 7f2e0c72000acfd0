#include "lib/host/host.h"

#include <algorithm>
#include <array>

namespace doctor {
namespace {

struct ErrorKindWords {
  HostErrorKind kind;
  std::string_view name;
  std::string_view words;
};

constexpr std::array error_kinds{
    ErrorKindWords{HostErrorKind::missing, "missing", "it does not exist"},
    ErrorKindWords{HostErrorKind::denied, "denied", "permission denied"},
    ErrorKindWords{HostErrorKind::timed_out, "timed-out", "no answer in time"},
    ErrorKindWords{HostErrorKind::hung, "hung", "the mount has stopped answering"},
    ErrorKindWords{HostErrorKind::loop, "loop", "too many levels of symbolic links"},
    ErrorKindWords{HostErrorKind::unsupported, "unsupported", "this machine cannot tell"},
    ErrorKindWords{HostErrorKind::offline, "offline", "it needs the network"},
    ErrorKindWords{HostErrorKind::refused, "refused", "nothing listens there"},
    ErrorKindWords{HostErrorKind::unreachable, "unreachable", "there is no way there"},
    ErrorKindWords{HostErrorKind::not_recorded, "not-recorded", "the snapshot does not hold it"},
    ErrorKindWords{HostErrorKind::failed, "failed", "it failed"},
};

struct FileKindName {
  FileKind kind;
  std::string_view name;
};

constexpr std::array file_kinds{
    FileKindName{FileKind::file, "file"},   FileKindName{FileKind::directory, "directory"},
    FileKindName{FileKind::link, "link"},   FileKindName{FileKind::socket, "socket"},
    FileKindName{FileKind::fifo, "fifo"},   FileKindName{FileKind::device, "device"},
    FileKindName{FileKind::other, "other"},
};

const ErrorKindWords& words_of(HostErrorKind kind) {
  return *std::find_if(error_kinds.begin(), error_kinds.end() - 1,
                       [&](const ErrorKindWords& entry) { return entry.kind == kind; });
}

}  // namespace

std::string_view to_string(HostErrorKind kind) {
  return words_of(kind).name;
}

std::optional<HostErrorKind> host_error_kind(std::string_view text) {
  for (const auto& entry : error_kinds) {
    if (entry.name == text) return entry.kind;
  }
  return std::nullopt;
}

std::string describe(const HostError& error) {
  return error.reason.empty() ? std::string(words_of(error.kind).words) : error.reason;
}

std::string_view to_string(FileKind kind) {
  return std::find_if(file_kinds.begin(), file_kinds.end() - 1,
                      [&](const FileKindName& entry) { return entry.kind == kind; })
      ->name;
}

std::optional<FileKind> file_kind(std::string_view text) {
  for (const auto& entry : file_kinds) {
    if (entry.name == text) return entry.kind;
  }
  return std::nullopt;
}

}  // namespace doctor
