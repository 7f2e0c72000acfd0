// The helper process: answers questions about one foreign mount, and touches no other.

#include <array>
#include <cerrno>

#include <sys/socket.h>
#include <unistd.h>

#include "lib/host/file_questions.h"
#include "lib/host/frames.h"
#include "lib/host/live_host.h"
#include "lib/host/mount_table.h"
#include "lib/host/wire.h"

namespace doctor {
namespace {

constexpr int channel = 3;

// No value at the end of the connection.
std::optional<Frame> receive(Inbox& inbox) {
  std::array<char, 65536> buffer;
  for (;;) {
    if (auto frame = inbox.take()) return frame;
    const ssize_t got = ::read(channel, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || inbox.is_broken()) return std::nullopt;
    inbox.add({buffer.data(), static_cast<std::size_t>(got)});
  }
}

bool send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(channel, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

class Ground {
 public:
  Ground(const MountTable& mounts, std::size_t mount) : mounts_(mounts), mount_(mount) {}

  std::string answer(const wire::Question& asked) const {
    std::string reply;
    const auto answer_if_asked = [&](const auto& question) {
      if (asked.name == question.name) reply = answer(question, asked.position);
    };
    std::apply([&](const auto&... questions) { (answer_if_asked(questions), ...); }, question::all);
    return reply;
  }

 private:
  template <class Value>
  std::string answer(const FileQuestion<Value>& asked, const Position& position) const {
    const auto walked = walk_links(position, asked.last_link, [&](const std::string& path) {
      return mounts_.index_of(path) == mount_;
    });
    if (!walked) return wire::pack_answer<Value>(unexpected(walked.error()));
    if (!walked->arrived) return wire::pack({{"elsewhere", wire::to_json(walked->position)}});
    return wire::pack_answer<Value>(asked.answer({walked->position.here, mounts_}));
  }

  const MountTable& mounts_;
  const std::size_t mount_;
};

}  // namespace

int serve_host_helper() {
  Inbox inbox;
  const auto first = receive(inbox);
  if (!first) return 2;
  auto greeting = wire::parse<wire::Greeting>(first->payload);
  if (!greeting) return 2;
  const MountTable mounts(std::move(greeting->mountinfo));
  const Ground ground(mounts, greeting->mount);
  while (const auto frame = receive(inbox)) {
    const auto question = wire::parse<wire::Question>(frame->payload);
    if (!question || !send(to_bytes(frame->id, ground.answer(*question)))) return 2;
  }
  return 0;
}

}  // namespace doctor
