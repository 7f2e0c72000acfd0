#pragma once

// Following symbolic links one component at a time, so that whoever walks can look at each place
// before touching it.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/host/host.h"

namespace doctor {

// Part of the way along a path: no component of `here` is a link, except perhaps its last one, and
// `rest` is still to be walked, relative to `here`.
struct Position {
  std::string here = "/";
  std::string rest;

  bool operator==(const Position&) const = default;
};

// Keeps the books of such a walk; looks at nothing.
class LinkWalk {
 public:
  explicit LinkWalk(Position start);

  const std::string& here() const { return here_; }
  bool at_end() const { return pending_.empty(); }
  Position position() const;

  // On to the next component; false when there is none.
  bool step();

  // `here` turned out to be a link: on to where it points. False after 40 links, as in Linux.
  [[nodiscard]] bool follow(std::string_view target);

 private:
  void push(std::string_view path);

  std::string here_;
  std::vector<std::string> pending_;  // last one first
  unsigned links_ = 0;
};

enum class LastLink { follow, keep };

struct Walked {
  Position position;
  bool arrived = false;  // false: `position.here` is the first place that may not be touched
};

// Walks in this very process, with readlink, for as long as `may_touch` allows it.
Answer<Walked> walk_links(Position start, LastLink last_link,
                          const std::function<bool(const std::string& path)>& may_touch);

}  // namespace doctor
