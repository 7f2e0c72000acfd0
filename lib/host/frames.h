#pragma once

// The stream between the program and a helper, cut into numbered messages.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace doctor {

struct Frame {
  std::uint32_t id = 0;
  std::string payload;

  bool operator==(const Frame&) const = default;
};

// No answer comes near this: the longest is a folder's 100,000 names.
inline constexpr std::size_t greatest_payload = std::size_t{64} << 20;

std::string to_bytes(std::uint32_t id, std::string_view payload);

// What has arrived so far.
class Inbox {
 public:
  void add(std::string_view bytes) { bytes_ += bytes; }
  std::optional<Frame> take();  // the next whole frame
  bool is_broken() const;       // a length that no frame has

 private:
  std::string bytes_;
};

}  // namespace doctor
