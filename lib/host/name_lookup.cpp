#include "lib/host/name_lookup.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>

#include <netdb.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace doctor {
namespace {

// So that one dead family costs one step, not all of its addresses.
std::vector<SocketAddress> alternating(const std::vector<SocketAddress>& addresses) {
  std::vector<SocketAddress> first;
  std::vector<SocketAddress> other;
  for (const SocketAddress& address : addresses) {
    (address.family() == addresses.front().family() ? first : other).push_back(address);
  }
  std::vector<SocketAddress> result;
  for (std::size_t i = 0; i < std::max(first.size(), other.size()); ++i) {
    if (i < first.size()) result.push_back(first[i]);
    if (i < other.size()) result.push_back(other[i]);
  }
  return result;
}

NameLookup::Result look_up(const HostPort& name, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int error =
      ::getaddrinfo(name.host.c_str(), std::to_string(name.port).c_str(), &hints, &list);
  if (error != 0) {
    return unexpected(error == EAI_SYSTEM ? std::system_category().message(errno)
                                          : std::string(::gai_strerror(error)));
  }
  std::vector<SocketAddress> addresses;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    if (entry->ai_addrlen > sizeof(sockaddr_storage)) continue;
    SocketAddress address;
    std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
    address.length = entry->ai_addrlen;
    addresses.push_back(address);
  }
  ::freeaddrinfo(list);
  if (addresses.empty()) return unexpected(std::string("it has no address"));
  return alternating(addresses);
}

}  // namespace

std::string numeric_address(const SocketAddress& address) {
  char text[NI_MAXHOST] = "";
  ::getnameinfo(address.get(), address.length, text, sizeof(text), nullptr, 0, NI_NUMERICHOST);
  return text;
}

// Shared with the threads, so that it outlives whoever stops waiting first.
struct NameLookup::State {
  explicit State(std::size_t count)
      : ready(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), results(count) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (ready >= 0) ::close(ready);
  }

  void set(std::size_t index, Result result) {
    {
      const std::lock_guard lock(mutex);
      results[index] = std::move(result);
    }
    ::eventfd_write(ready, 1);
  }

  int ready;
  mutable std::mutex mutex;
  std::vector<std::optional<Result>> results;
};

NameLookup::NameLookup(const std::vector<HostPort>& names)
    : state_(std::make_shared<State>(names.size())) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (Result numeric = look_up(names[i], AI_NUMERICHOST)) {
      state_->set(i, std::move(numeric));
      continue;
    }
    try {
      std::thread([state = state_, name = names[i], i] {
        state->set(i, look_up(name, 0));
      }).detach();
    } catch (const std::system_error& error) {
      state_->set(i, unexpected(std::string(error.what())));
    }
  }
}

int NameLookup::ready_fd() const {
  return state_->ready;
}

void NameLookup::acknowledge() {
  eventfd_t ignored = 0;
  ::eventfd_read(state_->ready, &ignored);
}

std::optional<NameLookup::Result> NameLookup::result(std::size_t index) const {
  const std::lock_guard lock(state_->mutex);
  return state_->results[index];
}

}  // namespace doctor
