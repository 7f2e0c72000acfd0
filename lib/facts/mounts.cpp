#include "lib/facts/mounts.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "lib/facts/octal_escapes.h"

namespace doctor {
namespace {

constexpr std::size_t none = std::string_view::npos;

// One line, taken apart from the left.
class Fields {
 public:
  explicit Fields(std::string_view line) : line_(line) {}

  // The next word, however many blanks are in front of it; "" at the end of the line.
  std::string_view word() {
    while (next_ < line_.size() && line_[next_] == ' ') ++next_;
    return up_to_blank();
  }

  // What is between this blank and the next, which is nothing for an empty source.
  std::string_view up_to_blank() {
    start_ = next_;
    const std::size_t blank = line_.find(' ', next_);
    const std::size_t end = blank == none ? line_.size() : blank;
    next_ = blank == none ? end : end + 1;
    return line_.substr(start_, end - start_);
  }

  std::string_view rest() {
    start_ = next_;
    next_ = line_.size();
    return line_.substr(start_);
  }

  bool at_end() const { return next_ >= line_.size(); }
  std::size_t column() const { return start_ + 1; }  // of what was taken last

 private:
  std::string_view line_;
  std::size_t next_ = 0;
  std::size_t start_ = 0;
};

std::optional<int> parse_id(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

ParseError problem(const Fields& fields, std::string message) {
  return ParseError{0, fields.column(), std::move(message)};
}

expected<Mount, ParseError> parse_line(std::string_view line) {
  Fields fields(line);
  Mount mount;
  for (int* id : {&mount.id, &mount.parent}) {
    const auto value = parse_id(fields.word());
    if (!value) return unexpected(problem(fields, "expected the number of a mount"));
    *id = *value;
  }
  mount.device = fields.word();
  mount.root = decode_octal_escapes(fields.word());
  mount.mount_point = decode_octal_escapes(fields.word());
  if (!mount.mount_point.starts_with('/')) {
    return unexpected(problem(fields, "expected a mount point, which begins with /"));
  }
  mount.options = fields.word();
  while (fields.word() != "-") {
    if (fields.at_end()) return unexpected(problem(fields, "expected \" - \" before the type"));
  }
  mount.type = fields.up_to_blank();
  if (mount.type.empty()) return unexpected(problem(fields, "expected the file system's type"));
  mount.source = decode_octal_escapes(fields.up_to_blank());
  mount.super_options = fields.rest();
  if (mount.super_options.empty()) {
    return unexpected(problem(fields, "cut short: expected the file system's options"));
  }
  return mount;
}

bool covers(std::string_view mount_point, std::string_view path) {
  if (mount_point == "/") return path.starts_with('/');
  return path.starts_with(mount_point) &&
         (path.size() == mount_point.size() || path[mount_point.size()] == '/');
}

// A lookup starts in the process's root mount and never crosses what was mounted over "/" later.
// Only the kernel's own first rootfs is left for good by every process.
bool is_behind_root(const Mount& mount, const Mount& parent) {
  return mount.mount_point == "/" && parent.mount_point == "/" && parent.type != "rootfs";
}

// Of each line, the line it is mounted on, as far as its parent id can be believed: a parent is
// never deeper than its child, and no mount lies on itself. Cycles are cut.
std::vector<std::size_t> parents_of(const std::vector<const Mount*>& lines) {
  std::unordered_map<int, std::size_t> by_id;
  for (std::size_t i = 0; i < lines.size(); ++i) by_id[lines[i]->id] = i;

  std::vector<std::size_t> parents(lines.size(), none);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto found = by_id.find(lines[i]->parent);
    if (found == by_id.end() || found->second == i) continue;
    if (lines[found->second]->mount_point.size() > lines[i]->mount_point.size()) continue;
    parents[i] = found->second;
  }

  std::vector<std::size_t> walk_of(lines.size(), none);
  for (std::size_t start = 0; start < lines.size(); ++start) {
    for (std::size_t i = start; i != none && walk_of[i] == none; i = parents[i]) {
      walk_of[i] = start;
      if (parents[i] != none && walk_of[parents[i]] == start) parents[i] = none;
    }
  }
  return parents;
}

}  // namespace

expected<std::vector<Mount>, ParseError> parse_mountinfo(std::string_view text) {
  std::vector<Mount> mounts;
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") == none) continue;
    auto mount = parse_line(line);
    if (!mount) {
      mount.error().line = number;
      return unexpected(std::move(mount.error()));
    }
    mounts.push_back(std::move(*mount));
  }
  return mounts;
}

// Only mounts whose mount point is on the path matter, and they form a forest by their parents. In
// a whole table that is one tree with the root mount on top. At each mount the kernel crosses to
// what is mounted on the first folder of the path that is a mount point. That is the child mounted
// last, since nothing can be mounted below a covered folder any more; so a hand-written table that
// gives every line the same parent comes out as meant, too. (Only a folder covered by `mount
// --move` of an older mount is told wrongly, until the namespace is cloned.) Trees that hang in the
// air are judged by the depth they reach.
const Mount* mount_of(const std::vector<Mount>& mounts, std::string_view path) {
  std::vector<const Mount*> lines;
  for (const Mount& mount : mounts) {
    if (covers(mount.mount_point, path)) lines.push_back(&mount);
  }
  const std::vector<std::size_t> parents = parents_of(lines);

  std::vector<std::size_t> last_child(lines.size(), none);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (parents[i] != none && !is_behind_root(*lines[i], *lines[parents[i]])) {
      last_child[parents[i]] = i;
    }
  }

  std::size_t best = none;
  for (std::size_t root = 0; root < lines.size(); ++root) {
    if (parents[root] != none) continue;
    std::size_t reached = root;
    while (last_child[reached] != none) reached = last_child[reached];
    const auto depth = [&](std::size_t i) { return lines[i]->mount_point.size(); };
    if (best == none || depth(reached) > depth(best) ||
        (depth(reached) == depth(best) && reached > best)) {
      best = reached;
    }
  }
  return best == none ? nullptr : lines[best];
}

}  // namespace doctor
