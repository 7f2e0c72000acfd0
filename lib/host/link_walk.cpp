#include "lib/host/link_walk.h"

#include <array>
#include <cerrno>
#include <climits>
#include <optional>

#include <unistd.h>

#include "lib/base/text.h"
#include "lib/host/os_error.h"

namespace doctor {
namespace {

constexpr unsigned most_links = 40;

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

// Where a link points; no value for what is no link.
Answer<std::optional<std::string>> link_target(const std::string& path) {
  std::array<char, PATH_MAX> target;
  const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
  if (length >= 0) return std::string(target.data(), static_cast<std::size_t>(length));
  if (errno == EINVAL) return std::nullopt;
  return unexpected(os_error(errno));
}

}  // namespace

LinkWalk::LinkWalk(Position start) : here_(std::move(start.here)) {
  push(start.rest);
}

Position LinkWalk::position() const {
  const std::vector<std::string> rest(pending_.rbegin(), pending_.rend());
  return {here_, join(rest, "/")};
}

void LinkWalk::push(std::string_view path) {
  const auto parts = split(path, '/');
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    if (!part->empty() && *part != ".") pending_.push_back(*part);
  }
}

bool LinkWalk::step() {
  if (pending_.empty()) return false;
  if (pending_.back() == "..") {
    here_ = parent_of(here_);
  } else {
    if (here_ != "/") here_ += '/';
    here_ += pending_.back();
  }
  pending_.pop_back();
  return true;
}

bool LinkWalk::follow(std::string_view target) {
  if (++links_ > most_links) return false;
  here_ = target.starts_with('/') ? "/" : parent_of(here_);
  push(target);
  return true;
}

Answer<Walked> walk_links(Position start, LastLink last_link,
                          const std::function<bool(const std::string& path)>& may_touch) {
  LinkWalk walk(std::move(start));
  do {
    if (!may_touch(walk.here())) return Walked{walk.position(), false};
    if (walk.at_end() && last_link == LastLink::keep) break;
    const auto target = link_target(walk.here());
    if (!target) return unexpected(target.error());
    if (*target && !walk.follow(**target)) return unexpected(os_error(ELOOP));
  } while (walk.step());
  return Walked{walk.position(), true};
}

}  // namespace doctor
