#include "lib/host/frames.h"

#include <cstring>

namespace doctor {
namespace {

// Both ends are the same program on the same machine, so the byte order is its own.
struct Header {
  std::uint32_t length;
  std::uint32_t id;
};

Header header_of(const std::string& bytes) {
  Header header{};
  std::memcpy(&header, bytes.data(), sizeof header);
  return header;
}

}  // namespace

std::string to_bytes(std::uint32_t id, std::string_view payload) {
  const Header header{static_cast<std::uint32_t>(payload.size()), id};
  std::string bytes(sizeof header, '\0');
  std::memcpy(bytes.data(), &header, sizeof header);
  return bytes.append(payload);
}

std::optional<Frame> Inbox::take() {
  if (bytes_.size() < sizeof(Header)) return std::nullopt;
  const Header header = header_of(bytes_);
  if (bytes_.size() - sizeof header < header.length) return std::nullopt;
  Frame frame{header.id, bytes_.substr(sizeof header, header.length)};
  bytes_.erase(0, sizeof header + header.length);
  return frame;
}

bool Inbox::is_broken() const {
  return bytes_.size() >= sizeof(Header) && header_of(bytes_).length > greatest_payload;
}

}  // namespace doctor
